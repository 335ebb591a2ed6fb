import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.device.*;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.Set;

/** Nimbus's SDK against an OpenID Provider: as a relying party, as a device, and as an API that verifies access tokens. */
public final class Client {
  private static final Issuer ISSUER = new Issuer(env("ISSUER"));
  private static final URI CALLBACK = URI.create(env("REDIRECT_URI"));
  private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));

  private final OIDCProviderMetadata metadata;
  private final JWKSource<SecurityContext> keys;
  private final ClientSecretBasic credentials = credentials("CLIENT");

  private Client(OIDCProviderMetadata metadata) throws Exception {
    this.metadata = metadata;
    this.keys = JWKSourceBuilder.create(metadata.getJWKSetURI().toURL()).build();
  }

  public static void main(String[] arguments) throws Exception {
    var client = new Client(OIDCProviderMetadata.resolve(ISSUER));
    ok("discovery");
    client.run();
  }

  private void run() throws Exception {
    var verifier = new CodeVerifier();
    var nonce = new Nonce();
    var request = authenticationRequest(nonce, verifier);
    var tokens = redeem(visit(request.toURI()), request.getState(), verifier);
    ok("authorization-code");

    var claims = verifyIdToken(tokens, credentials.getClientID(), nonce);
    check(env("EMAIL").equals(claims.getStringClaim("email")), "the e-mail address is another one");
    ok("id-token");

    var answer = new UserInfoRequest(metadata.getUserInfoEndpointURI(), tokens.getAccessToken());
    check(userInfo(answer.toHTTPRequest()).getSubject().equals(claims.getSubject()), "about somebody else");
    ok("userinfo");

    var grant = new RefreshTokenGrant(tokens.getRefreshToken());
    var refreshed = tokensFor(new TokenRequest.Builder(tokenEndpoint(), credentials, grant).build().toHTTPRequest());
    check(!refreshed.getAccessToken().equals(tokens.getAccessToken()), "the access token is the same");
    check(!refreshed.getRefreshToken().equals(tokens.getRefreshToken()), "the refresh token is the same");
    verifyIdToken(refreshed, credentials.getClientID(), null);
    ok("refresh");

    var machineRequest =
        new TokenRequest.Builder(tokenEndpoint(), credentials("MACHINE_CLIENT"), new ClientCredentialsGrant())
            .scope(Scope.parse(env("MACHINE_SCOPE")))
            .build();
    var machineToken =
        TokenResponse.parse(machineRequest.toHTTPRequest().send()).toSuccessResponse().getTokens().getAccessToken();
    ok("client-credentials");

    var byMachine = verifyAccessToken(machineToken.getValue());
    check(byMachine.getStringClaim("scope").equals(env("MACHINE_SCOPE")), "the scope is another one");
    var byUser = verifyAccessToken(refreshed.getAccessToken().getValue());
    check(byUser.getSubject().equals(claims.getSubject().getValue()), "the subject is another one");
    try {
      verifyAccessToken(tokens.getIDTokenString());
      throw new IllegalStateException("an ID token was taken for an access token");
    } catch (BadJOSEException expected) {
      ok("access-token");
    }

    check(introspect(refreshed.getAccessToken()).isActive(), "not active");
    ok("introspection");

    var revocation =
        new TokenRevocationRequest(metadata.getRevocationEndpointURI(), credentials, refreshed.getRefreshToken());
    check(revocation.toHTTPRequest().send().indicatesSuccess(), "not revoked");
    check(!introspect(refreshed.getAccessToken()).isActive(), "still active");
    ok("revocation");

    var home = URI.create(env("POST_LOGOUT_REDIRECT_URI"));
    var farewell = new State();
    var logout = new LogoutRequest(metadata.getEndSessionEndpointURI(), tokens.getIDToken(), home, farewell);
    check(visit(logout.toURI()).equals(URI.create(home + "?state=" + farewell)), "not signed out");
    ok("logout");

    connectDevice(claims);
    ok("device");

    pushWithProofs(claims);
  }

  private AuthenticationRequest authenticationRequest(Nonce nonce, CodeVerifier verifier) {
    var scope = new Scope("openid", "profile", "email", "offline_access");
    return new AuthenticationRequest.Builder(ResponseType.CODE, scope, credentials.getClientID(), CALLBACK)
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .state(new State())
        .nonce(nonce)
        .codeChallenge(verifier, CodeChallengeMethod.S256)
        .build();
  }

  private TokenRequest codeRequest(URI callback, State state, CodeVerifier verifier) throws Exception {
    var response = AuthenticationResponseParser.parse(callback).toSuccessResponse();
    check(response.getState().equals(state), "the state is another one");
    check(response.getIssuer().equals(ISSUER), "the issuer is another one"); // RFC 9207 §2.4
    var grant = new AuthorizationCodeGrant(response.getAuthorizationCode(), CALLBACK, verifier);
    return new TokenRequest.Builder(tokenEndpoint(), credentials, grant).build();
  }

  private OIDCTokens redeem(URI callback, State state, CodeVerifier verifier) throws Exception {
    return tokensFor(codeRequest(callback, state, verifier).toHTTPRequest());
  }

  /** RFC 9126, and RFC 9449 from the token request on. */
  private void pushWithProofs(IDTokenClaimsSet claims) throws Exception {
    var verifier = new CodeVerifier();
    var nonce = new Nonce();
    var request = authenticationRequest(nonce, verifier);
    var endpoint = metadata.getPushedAuthorizationRequestEndpointURI();
    var pushed =
        PushedAuthorizationResponse.parse(
                new PushedAuthorizationRequest(endpoint, credentials, request).toHTTPRequest().send())
            .toSuccessResponse();
    var reference =
        new AuthenticationRequest.Builder(pushed.getRequestURI(), credentials.getClientID())
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .build();
    var code = codeRequest(visit(reference.toURI()), request.getState(), verifier).toHTTPRequest();
    ok("pushed-request");

    var proofs = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
    code.setDPoP(proofs.createDPoPJWT("POST", tokenEndpoint()));
    var tokens = tokensFor(code);
    verifyIdToken(tokens, credentials.getClientID(), nonce);
    var token = tokens.getDPoPAccessToken();
    check(token != null, "the token is not bound");
    var userinfo = new UserInfoRequest(metadata.getUserInfoEndpointURI(), token).toHTTPRequest();
    userinfo.setDPoP(proofs.createDPoPJWT("GET", metadata.getUserInfoEndpointURI(), token));
    check(userInfo(userinfo).getSubject().equals(claims.getSubject()), "about somebody else");
    ok("dpop");
  }

  /** What is given to people keeps no secret: a public client. */
  private void connectDevice(IDTokenClaimsSet claims) throws Exception {
    var device = new ClientID(env("DEVICE_CLIENT_ID"));
    var request =
        new DeviceAuthorizationRequest.Builder(device)
            .endpointURI(metadata.getDeviceAuthorizationEndpointURI())
            .scope(new Scope("openid"))
            .build();
    var codes = DeviceAuthorizationResponse.parse(request.toHTTPRequest().send()).toSuccessResponse();
    System.out.println("connect " + codes.getVerificationURI() + " " + codes.getUserCode());
    var grant = new DeviceCodeGrant(codes.getDeviceCode());
    while (true) {
      Thread.sleep(codes.getInterval() * 1000);
      var poll = new TokenRequest.Builder(tokenEndpoint(), device, grant).build();
      var response = OIDCTokenResponseParser.parse(poll.toHTTPRequest().send());
      if (response.indicatesSuccess()) {
        var tokens = ((OIDCTokenResponse) response).getOIDCTokens();
        check(verifyIdToken(tokens, device, null).getSubject().equals(claims.getSubject()), "somebody else's");
        return;
      }
      var error = response.toErrorResponse().getErrorObject();
      check(error.equals(DeviceAuthorizationGrantError.AUTHORIZATION_PENDING), error.toString());
    }
  }

  private URI tokenEndpoint() {
    return metadata.getTokenEndpointURI();
  }

  private static OIDCTokens tokensFor(HTTPRequest request) throws Exception {
    var response = OIDCTokenResponseParser.parse(request.send());
    if (!response.indicatesSuccess()) throw new IllegalStateException(response.toErrorResponse().toJSONObject().toString());
    return ((OIDCTokenResponse) response).getOIDCTokens();
  }

  private static UserInfo userInfo(HTTPRequest request) throws Exception {
    return UserInfoResponse.parse(request.send()).toSuccessResponse().getUserInfo();
  }

  private TokenIntrospectionSuccessResponse introspect(AccessToken token) throws Exception {
    var request = new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), credentials, token);
    return TokenIntrospectionResponse.parse(request.toHTTPRequest().send()).toSuccessResponse();
  }

  private IDTokenClaimsSet verifyIdToken(OIDCTokens tokens, ClientID client, Nonce nonce) throws Exception {
    var selector = new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys);
    var claims = new IDTokenValidator(ISSUER, client, selector, null).validate(tokens.getIDToken(), nonce);
    AccessTokenValidator.validate(tokens.getAccessToken(), JWSAlgorithm.RS256, claims.getAccessTokenHash());
    return claims;
  }

  /** RFC 9068 §4 */
  private JWTClaimsSet verifyAccessToken(String token) throws Exception {
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            env("AUDIENCE"),
            new JWTClaimsSet.Builder().issuer(ISSUER.getValue()).build(),
            Set.of("sub", "exp", "client_id")));
    return processor.process(token, null);
  }

  private static ClientSecretBasic credentials(String prefix) {
    return new ClientSecretBasic(new ClientID(env(prefix + "_ID")), new Secret(env(prefix + "_SECRET")));
  }

  /** Where a browser that opens the URL is sent back to. */
  private static URI visit(URI url) throws Exception {
    System.out.println("open " + url);
    return URI.create(INPUT.readLine());
  }

  private static void ok(String step) {
    System.out.println("ok " + step);
  }

  private static void check(boolean holds, String complaint) {
    if (!holds) throw new IllegalStateException(complaint);
  }

  private static String env(String name) {
    return System.getenv(name);
  }
}
