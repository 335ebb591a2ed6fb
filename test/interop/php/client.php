<?php

// jumbojett/openid-connect-php against an OpenID Provider, and firebase/php-jwt as an API that verifies access tokens.

declare(strict_types=1);

use Firebase\JWT\JWK;
use Firebase\JWT\JWT;
use Jumbojett\OpenIDConnectClient;

require (getenv('COMPOSER_VENDOR_DIR') ?: __DIR__ . '/vendor') . '/autoload.php';

/** What is a page of a web application each is here a turn of one program: the browser is at the other end of a pipe. */
final class PipedClient extends OpenIDConnectClient
{
    public function redirect(string $url): void
    {
        echo "open $url\n";
        $location = rtrim((string) fgets(STDIN));
        parse_str((string) parse_url($location, PHP_URL_QUERY), $_REQUEST);
        $this->location = $location;
    }

    public string $location = '';
}

function ok(string $step): void
{
    echo "ok $step\n";
}

function check(bool $holds, string $complaint): void
{
    $holds || throw new RuntimeException($complaint);
}

$issuer = getenv('ISSUER');
ob_implicit_flush();

$client = new PipedClient($issuer, getenv('CLIENT_ID'), getenv('CLIENT_SECRET'));
// Only for a certificate that no public authority has signed.
$client->setCertPath(getenv('SSL_CERT_FILE'));
check($client->getWellKnownIssuer() === $issuer, 'the issuer is another one');
ok('discovery');

$client->setRedirectURL(getenv('REDIRECT_URI'));
$client->addScope(['profile', 'email', 'offline_access']);
$client->setCodeChallengeMethod('S256');
$client->authenticate(); // leaves for the server
check($client->authenticate(), 'nobody has signed in'); // has come back
ok('authorization-code');

// The library has verified its signature, iss, aud, exp, at_hash and the nonce.
$claims = $client->getVerifiedClaims();
check($claims->email === getenv('EMAIL'), 'the e-mail address is another one');
check(isset($claims->nonce), 'there is no nonce');
ok('id-token');

$userinfo = $client->requestUserInfo();
check($userinfo->sub === $claims->sub && $userinfo->email === getenv('EMAIL'), 'userinfo is about somebody else');
ok('userinfo');

$idToken = $client->getIdToken();
$first = $client->getAccessToken();
$refreshed = $client->refreshToken($client->getRefreshToken());
// The library asks for its scopes without openid, so no ID token comes with them.
check($refreshed->access_token !== $first, 'the access token is the same');
ok('refresh');

$machine = new OpenIDConnectClient($issuer, getenv('MACHINE_CLIENT_ID'), getenv('MACHINE_CLIENT_SECRET'));
$machine->setCertPath(getenv('SSL_CERT_FILE'));
$machine->addScope([getenv('MACHINE_SCOPE')]);
$machineToken = $machine->requestClientCredentialsToken()->access_token;
ok('client-credentials');

$metadata = json_decode(file_get_contents("$issuer/.well-known/openid-configuration"));
$keys = JWK::parseKeySet(json_decode(file_get_contents($metadata->jwks_uri), true));

/** @return object the claims; php-jwt sees to signature and time, the rest is the caller's (RFC 9068 §4) */
function verifyAccessToken(string $token, array $keys): object
{
    $header = new stdClass();
    $claims = JWT::decode($token, $keys, $header);
    check($header->typ === 'at+jwt', 'not an access token');
    check($claims->iss === getenv('ISSUER'), 'of another issuer');
    check($claims->aud === getenv('AUDIENCE'), 'for another audience');
    return $claims;
}

check(verifyAccessToken($machineToken, $keys)->scope === getenv('MACHINE_SCOPE'), 'the scope is another one');
check(verifyAccessToken($refreshed->access_token, $keys)->sub === $claims->sub, 'the subject is another one');
try {
    verifyAccessToken($idToken, $keys);
    $refused = false;
} catch (RuntimeException) {
    $refused = true;
}
check($refused, 'an ID token was taken for an access token');
ok('access-token');

check($client->introspectToken($refreshed->access_token)->active === true, 'not active');
ok('introspection');

$client->revokeToken($refreshed->refresh_token, 'refresh_token');
check($client->getResponseCode() === 200, 'not revoked');
check($client->introspectToken($refreshed->access_token)->active === false, 'still active');
ok('revocation');

$client->signOut($idToken, getenv('POST_LOGOUT_REDIRECT_URI'));
check($client->location === getenv('POST_LOGOUT_REDIRECT_URI'), 'not signed out');
ok('logout');
