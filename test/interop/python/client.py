"""Authlib against an OpenID Provider: with requests, with httpx, and as an API that verifies access tokens."""

import asyncio
import os
import time

import requests
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet

env = os.environ
ISSUER = env["ISSUER"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def ok(step):
    print(f"ok {step}", flush=True)


def visit(url):
    """Where a browser that opens the URL is sent back to."""
    print(f"open {url}", flush=True)
    return input()


metadata = OpenIDProviderMetadata(requests.get(get_well_known_url(ISSUER, external=True)).json())
metadata.validate()
assert metadata["issuer"] == ISSUER
ok("discovery")

client = OAuth2Session(
    env["CLIENT_ID"],
    env["CLIENT_SECRET"],
    redirect_uri=env["REDIRECT_URI"],
    scope="openid profile email offline_access",
    token_endpoint=metadata["token_endpoint"],
    code_challenge_method="S256",
)
verifier, nonce = generate_token(48), generate_token()
url, state = client.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
tokens = client.fetch_token(
    authorization_response=visit(url), state=state, code_verifier=verifier
)
ok("authorization-code")

key_set = requests.get(metadata["jwks_uri"]).json()
keys = KeySet.import_key_set(key_set)


def verified_id_token(client, tokens, nonce=None):
    decoded = jwt.decode(
        tokens["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"]
    )
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": ISSUER},
            "aud": {"essential": True, "value": client.client_id},
        },
        params={
            "nonce": nonce,
            "client_id": client.client_id,
            "access_token": tokens["access_token"],
        },
    )
    claims.validate()
    return claims


claims = verified_id_token(client, tokens, nonce)
assert claims["email"] == env["EMAIL"]
ok("id-token")

userinfo = client.get(metadata["userinfo_endpoint"]).json()
assert userinfo["sub"] == claims["sub"] and userinfo["email"] == env["EMAIL"]
ok("userinfo")

refreshed = client.refresh_token()
assert refreshed["access_token"] != tokens["access_token"]
assert verified_id_token(client, refreshed)["sub"] == claims["sub"]
ok("refresh")


async def machine_token():
    async with AsyncOAuth2Client(
        env["MACHINE_CLIENT_ID"],
        env["MACHINE_CLIENT_SECRET"],
        token_endpoint=metadata["token_endpoint"],
        scope=env["MACHINE_SCOPE"],
    ) as machine:
        return await machine.fetch_token(grant_type="client_credentials")


machine_tokens = asyncio.run(machine_token())
ok("client-credentials")


class AccessTokenValidator(JWTBearerTokenValidator):
    def get_jwks(self):
        return keys


validator = AccessTokenValidator(issuer=ISSUER, resource_server=env["AUDIENCE"])


def authenticate(token, scope):
    validator.validate_token(validator.authenticate_token(token), [scope], request=None)


authenticate(machine_tokens["access_token"], env["MACHINE_SCOPE"])
authenticate(refreshed["access_token"], "openid")
try:
    authenticate(refreshed["id_token"], "openid")
    raise SystemExit("an ID token was taken for an access token")
except InvalidTokenError:
    pass
ok("access-token")


def introspect(token):
    return client.introspect_token(metadata["introspection_endpoint"], token=token).json()


introspected = introspect(refreshed["access_token"])
assert introspected["active"] and introspected["sub"] == claims["sub"]
ok("introspection")

client.revoke_token(
    metadata["revocation_endpoint"],
    token=refreshed["refresh_token"],
    token_type_hint="refresh_token",
).raise_for_status()
assert introspect(refreshed["access_token"]) == {"active": False}
ok("revocation")

farewell = generate_token()
logout = add_params_to_uri(
    metadata["end_session_endpoint"],
    {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": env["POST_LOGOUT_REDIRECT_URI"],
        "state": farewell,
    },
)
assert visit(logout) == f"{env['POST_LOGOUT_REDIRECT_URI']}?state={farewell}"
ok("logout")

# What is given to people keeps no secret: a public client, which says who it is and proves nothing.
device = OAuth2Session(
    env["DEVICE_CLIENT_ID"],
    token_endpoint=metadata["token_endpoint"],
    token_endpoint_auth_method="none",
)
codes = requests.post(
    metadata["device_authorization_endpoint"],
    data={"client_id": device.client_id, "scope": "openid email"},
).json()
print(f"connect {codes['verification_uri']} {codes['user_code']}", flush=True)
while True:
    time.sleep(codes["interval"])
    try:
        connected = device.fetch_token(grant_type=DEVICE_CODE, device_code=codes["device_code"])
        break
    except OAuthError as error:
        if error.error != "authorization_pending":
            raise
assert verified_id_token(device, connected)["sub"] == claims["sub"]
ok("device")
