# The gem openid_connect against an OpenID Provider, and the gem jwt as an API that verifies access tokens.

require 'jwt'
require 'openid_connect'

ISSUER = ENV.fetch('ISSUER')
$stdout.sync = true

def ok(step)
  puts "ok #{step}"
end

def check(holds, complaint)
  raise complaint unless holds
end

# Where a browser that opens the URL is sent back to: the parameters of the answer.
def visit(url)
  puts "open #{url}"
  URI.decode_www_form(URI($stdin.gets.chomp).query).to_h
end

# Only for a certificate that no public authority has signed.
OpenIDConnect.http_config { |http| http.ssl_config.add_trust_ca(ENV.fetch('SSL_CERT_FILE')) } if ENV['SSL_CERT_FILE']

config = OpenIDConnect::Discovery::Provider::Config.discover!(ISSUER)
check config.issuer == ISSUER, 'the issuer is another one'
ok 'discovery'

client = OpenIDConnect::Client.new(
  identifier: ENV.fetch('CLIENT_ID'),
  secret: ENV.fetch('CLIENT_SECRET'),
  redirect_uri: ENV.fetch('REDIRECT_URI'),
  authorization_endpoint: config.authorization_endpoint,
  token_endpoint: config.token_endpoint,
  userinfo_endpoint: config.userinfo_endpoint,
  revocation_endpoint: config.raw['revocation_endpoint']
)
state, nonce, verifier = Array.new(3) { SecureRandom.urlsafe_base64(48) }
callback = visit client.authorization_uri(
  scope: %i[profile email offline_access],
  state: state,
  nonce: nonce,
  code_challenge: Base64.urlsafe_encode64(OpenSSL::Digest.digest('SHA256', verifier), padding: false),
  code_challenge_method: 'S256'
)
check callback['state'] == state, 'the state is another one'
client.authorization_code = callback['code']
tokens = client.access_token!(code_verifier: verifier)
ok 'authorization-code'

id_token = OpenIDConnect::ResponseObject::IdToken.decode(tokens.id_token, config.jwks)
id_token.verify!(issuer: ISSUER, client_id: client.identifier, nonce: nonce)
check id_token.raw_attributes['email'] == ENV.fetch('EMAIL'), 'the e-mail address is another one'
ok 'id-token'

userinfo = tokens.userinfo!
check userinfo.sub == id_token.sub && userinfo.email == ENV.fetch('EMAIL'), 'userinfo is about somebody else'
ok 'userinfo'

client.refresh_token = tokens.refresh_token
refreshed = client.access_token!
check refreshed.access_token != tokens.access_token, 'the access token is the same'
check refreshed.refresh_token != tokens.refresh_token, 'the refresh token is the same'
ok 'refresh'

machine = OpenIDConnect::Client.new(
  identifier: ENV.fetch('MACHINE_CLIENT_ID'),
  secret: ENV.fetch('MACHINE_CLIENT_SECRET'),
  token_endpoint: config.token_endpoint
)
machine_tokens = machine.access_token!(scope: ENV.fetch('MACHINE_SCOPE'))
ok 'client-credentials'

JWKS = JSON.parse(OpenIDConnect.http_client.get_content(config.jwks_uri), symbolize_names: true)

def verify_access_token(token)
  claims, header = JWT.decode(
    token, nil, true,
    algorithms: ['RS256'], jwks: JWKS,
    iss: ISSUER, verify_iss: true, aud: ENV.fetch('AUDIENCE'), verify_aud: true
  )
  # RFC 9068 §4
  check header['typ'] == 'at+jwt', 'not an access token'
  claims
end

check verify_access_token(machine_tokens.access_token)['scope'] == ENV.fetch('MACHINE_SCOPE'), 'the scope is another one'
check verify_access_token(refreshed.access_token)['sub'] == id_token.sub, 'the subject is another one'
begin
  verify_access_token(refreshed.id_token)
  raise 'an ID token was taken for an access token'
rescue JWT::InvalidAudError
  ok 'access-token'
end

check client.revoke!(refresh_token: refreshed.refresh_token) == :success, 'not revoked'
begin
  client.refresh_token = refreshed.refresh_token
  client.access_token!
  raise 'a revoked refresh token was taken'
rescue Rack::OAuth2::Client::Error => e
  check e.message.start_with?('invalid_grant'), e.message
  ok 'revocation'
end
