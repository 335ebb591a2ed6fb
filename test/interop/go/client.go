// golang.org/x/oauth2 and go-oidc against an OpenID Provider, and go-oidc as an API that verifies access tokens.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()

	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	check(err)
	ok("discovery")

	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	callback := visit(config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
	require(callback.Get("state") == state, "the state is another one")
	token, err := config.Exchange(ctx, callback.Get("code"), oauth2.VerifierOption(verifier))
	check(err)
	ok("authorization-code")

	idTokens := provider.VerifierContext(ctx, &oidc.Config{ClientID: config.ClientID})
	idToken := verifyIDToken(ctx, idTokens, token)
	require(idToken.Nonce == nonce, "the nonce is another one")
	var claims struct {
		Email string `json:"email"`
	}
	check(idToken.Claims(&claims))
	require(claims.Email == os.Getenv("EMAIL"), "the e-mail address is another one")
	ok("id-token")

	userInfo, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
	check(err)
	require(userInfo.Subject == idToken.Subject && userInfo.Email == claims.Email, "userinfo is about somebody else")
	ok("userinfo")

	// A token source refreshes by itself what has expired; a token without an access token counts as such.
	refreshed, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	check(err)
	require(refreshed.AccessToken != token.AccessToken, "the access token is the same")
	require(refreshed.RefreshToken != token.RefreshToken, "the refresh token is the same")
	require(verifyIDToken(ctx, idTokens, refreshed).Subject == idToken.Subject, "refreshed for somebody else")
	ok("refresh")

	machine := clientcredentials.Config{
		ClientID:     os.Getenv("MACHINE_CLIENT_ID"),
		ClientSecret: os.Getenv("MACHINE_CLIENT_SECRET"),
		TokenURL:     provider.Endpoint().TokenURL,
		Scopes:       []string{os.Getenv("MACHINE_SCOPE")},
	}
	machineToken, err := machine.Token(ctx)
	check(err)
	ok("client-credentials")

	accessTokens := provider.VerifierContext(ctx, &oidc.Config{ClientID: os.Getenv("AUDIENCE")})
	for _, accessToken := range []string{machineToken.AccessToken, refreshed.AccessToken} {
		verified, err := accessTokens.Verify(ctx, accessToken)
		check(err)
		// go-oidc does not look at the type (RFC 9068 §4).
		require(typeOf(accessToken) == "at+jwt", "not an access token")
		var claims struct {
			Scope string `json:"scope"`
		}
		check(verified.Claims(&claims))
		require(claims.Scope != "", "no scope")
	}
	_, err = accessTokens.Verify(ctx, rawIDToken(refreshed))
	require(err != nil, "an ID token was taken for an access token")
	ok("access-token")

	device := oauth2.Config{
		ClientID: os.Getenv("DEVICE_CLIENT_ID"),
		Endpoint: provider.Endpoint(),
		Scopes:   []string{oidc.ScopeOpenID},
	}
	codes, err := device.DeviceAuth(ctx)
	check(err)
	fmt.Printf("connect %s %s\n", codes.VerificationURI, codes.UserCode)
	connected, err := device.DeviceAccessToken(ctx, codes)
	check(err)
	deviceIDTokens := provider.VerifierContext(ctx, &oidc.Config{ClientID: device.ClientID})
	require(verifyIDToken(ctx, deviceIDTokens, connected).Subject == idToken.Subject, "somebody else's device")
	ok("device")
}

func rawIDToken(token *oauth2.Token) string {
	raw, _ := token.Extra("id_token").(string)
	return raw
}

func verifyIDToken(ctx context.Context, verifier *oidc.IDTokenVerifier, token *oauth2.Token) *oidc.IDToken {
	idToken, err := verifier.Verify(ctx, rawIDToken(token))
	check(err)
	check(idToken.VerifyAccessToken(token.AccessToken))
	return idToken
}

// typeOf reads the header of a token that has been verified.
func typeOf(token string) any {
	parsed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	check(err)
	return parsed.Signatures[0].Header.ExtraHeaders[jose.HeaderType]
}

var input = bufio.NewScanner(os.Stdin)

// visit says where a browser that opens the URL is sent back to: the parameters of the answer.
func visit(address string) url.Values {
	fmt.Printf("open %s\n", address)
	require(input.Scan(), "nobody came back")
	location, err := url.Parse(input.Text())
	check(err)
	return location.Query()
}

func ok(step string) { fmt.Println("ok " + step) }

func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}

func require(holds bool, complaint string) {
	if !holds {
		log.Panic(complaint)
	}
}
