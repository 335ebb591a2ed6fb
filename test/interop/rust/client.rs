//! The crate openidconnect against an OpenID Provider, and jsonwebtoken as an API that verifies access tokens.

use std::env;
use std::fs::read;
use std::io::stdin;
use std::thread::sleep;

use anyhow::{Context, Result, ensure};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use openidconnect::core::*;
use openidconnect::reqwest::{Certificate, blocking, redirect};
use openidconnect::url::Url;
use openidconnect::*;
use serde::{Deserialize, Serialize};

/// What the crate does not read from the metadata by itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoints {
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
    device_authorization_endpoint: DeviceAuthorizationUrl,
    end_session_endpoint: EndSessionUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// RFC 9068 §2.2
#[derive(Deserialize)]
struct AccessTokenClaims {
    sub: String,
    scope: String,
}

fn main() -> Result<()> {
    let mut http = blocking::ClientBuilder::new().redirect(redirect::Policy::none());
    // rustls knows the public authorities by heart; a server with a certificate of its own has to be introduced.
    if let Ok(path) = env::var("SSL_CERT_FILE") {
        http = http.add_root_certificate(Certificate::from_pem(&read(path)?)?);
    }
    let http = http.build()?;
    let issuer = IssuerUrl::new(env::var("ISSUER")?)?;
    let metadata = Metadata::discover(&issuer, &http)?;
    let endpoints = metadata.additional_metadata().clone();
    ok("discovery");

    let client = CoreClient::from_provider_metadata(
        metadata.clone(),
        ClientId::new(env::var("CLIENT_ID")?),
        Some(ClientSecret::new(env::var("CLIENT_SECRET")?)),
    )
    .set_redirect_uri(RedirectUrl::new(env::var("REDIRECT_URI")?)?)
    .set_introspection_url(endpoints.introspection_endpoint)
    .set_revocation_url(endpoints.revocation_endpoint);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.into())))
        .set_pkce_challenge(challenge)
        .url();
    let callback = visit(&url)?;
    ensure!(parameter(&callback, "state")? == *state.secret());
    let code = AuthorizationCode::new(parameter(&callback, "code")?);
    let tokens = client
        .exchange_code(code)?
        .set_pkce_verifier(verifier)
        .request(&http)?;
    ok("authorization-code");

    let id_token = tokens.id_token().context("no ID token")?;
    let id_token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_token_verifier, &nonce)?;
    let at_hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg()?,
        id_token.signing_key(&id_token_verifier)?,
    )?;
    ensure!(claims.access_token_hash() == Some(&at_hash));
    ensure!(claims.email().context("no e-mail address")?.as_str() == env::var("EMAIL")?);
    ok("id-token");

    // The crate refuses an answer about another subject.
    let subject = claims.subject().clone();
    let userinfo: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(subject.clone()))?
        .request(&http)?;
    ensure!(userinfo.email() == claims.email());
    ok("userinfo");

    let refresh_token = tokens.refresh_token().context("no refresh token")?;
    let refreshed = client
        .exchange_refresh_token(refresh_token)?
        .request(&http)?;
    let next_refresh_token = refreshed
        .refresh_token()
        .context("no refresh token")?
        .clone();
    ensure!(refreshed.access_token().secret() != tokens.access_token().secret());
    ensure!(next_refresh_token.secret() != refresh_token.secret());
    ok("refresh");

    let machine = CoreClient::from_provider_metadata(
        metadata.clone(),
        ClientId::new(env::var("MACHINE_CLIENT_ID")?),
        Some(ClientSecret::new(env::var("MACHINE_CLIENT_SECRET")?)),
    )
    .disable_openid_scope();
    let machine_tokens = machine
        .exchange_client_credentials()?
        .add_scope(Scope::new(env::var("MACHINE_SCOPE")?))
        .request(&http)?;
    ok("client-credentials");

    let keys: JwkSet =
        serde_json::from_str(&http.get(metadata.jwks_uri().as_str()).send()?.text()?)?;
    let by_machine = verify_access_token(machine_tokens.access_token().secret(), &keys)?;
    ensure!(by_machine.scope == env::var("MACHINE_SCOPE")?);
    let by_user = verify_access_token(refreshed.access_token().secret(), &keys)?;
    ensure!(by_user.sub == subject.as_str());
    ensure!(verify_access_token(&id_token.to_string(), &keys).is_err());
    ok("access-token");

    let active = |token| -> Result<bool> { Ok(client.introspect(token).request(&http)?.active()) };
    ensure!(active(refreshed.access_token())?);
    ok("introspection");

    client
        .revoke_token(next_refresh_token.into())?
        .request(&http)?;
    ensure!(!active(refreshed.access_token())?);
    ok("revocation");

    let home = PostLogoutRedirectUrl::new(env::var("POST_LOGOUT_REDIRECT_URI")?)?;
    let farewell = CsrfToken::new_random();
    let logout = LogoutRequest::from(endpoints.end_session_endpoint)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(home.clone())
        .set_state(farewell.clone());
    let goodbye = visit(&logout.http_get_url())?;
    ensure!(goodbye.as_str().starts_with(home.as_str()));
    ensure!(parameter(&goodbye, "state")? == *farewell.secret());
    ok("logout");

    let device = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(env::var("DEVICE_CLIENT_ID")?),
        None,
    )
    .set_device_authorization_url(endpoints.device_authorization_endpoint);
    let codes: CoreDeviceAuthorizationResponse = device
        .exchange_device_code()
        .add_scope(Scope::new("email".into()))
        .request(&http)?;
    println!(
        "connect {} {}",
        codes.verification_uri().as_str(),
        codes.user_code().secret()
    );
    let connected = device
        .exchange_device_access_token(&codes)?
        .request(&http, sleep, None)?;
    // No nonce took part: there was no request of a browser to bind it to.
    let claims = connected
        .id_token()
        .context("no ID token")?
        .claims(&device.id_token_verifier(), |_: Option<&Nonce>| Ok(()))?;
    ensure!(*claims.subject() == subject);
    ok("device");
    Ok(())
}

fn verify_access_token(token: &str, keys: &JwkSet) -> Result<AccessTokenClaims> {
    let header = decode_header(token)?;
    // RFC 9068 §4
    ensure!(
        header.typ.as_deref() == Some("at+jwt"),
        "not an access token"
    );
    let key = keys
        .find(header.kid.as_deref().context("no kid")?)
        .context("unknown kid")?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[env::var("ISSUER")?]);
    validation.set_audience(&[env::var("AUDIENCE")?]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    Ok(decode(token, &DecodingKey::from_jwk(key)?, &validation)?.claims)
}

/// Where a browser that opens the URL is sent back to.
fn visit(url: &Url) -> Result<Url> {
    println!("open {url}");
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(Url::parse(line.trim_end())?)
}

fn parameter(url: &Url, name: &str) -> Result<String> {
    let found = url.query_pairs().find(|(key, _)| key == name);
    let (_, value) = found.with_context(|| format!("no {name} in {url}"))?;
    Ok(value.into_owned())
}

fn ok(step: &str) {
    println!("ok {step}");
}
