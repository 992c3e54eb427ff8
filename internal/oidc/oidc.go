// Package oidc speaks OpenID Connect with one provider: authorization code flow with PKCE (RFC 7636).
package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"respons/internal/fault"
	"respons/internal/signin"
)

// patience is how long a provider may take for one answer.
const patience = 10 * time.Second

// Settings are what a provider gave us when we were registered there.
type Settings struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	Scopes       []string // beside openid
}

// Provider is read from its discovery document when it is first needed, so that one that is down keeps nobody else out.
type Provider struct {
	settings Settings
	client   *http.Client
	now      func() time.Time

	mu    sync.Mutex
	found *oidc.Provider
}

var _ signin.Protocol = (*Provider)(nil)

// New does not reach for the network.
func New(s Settings, now func() time.Time) *Provider {
	return &Provider{settings: s, now: now, client: &http.Client{Timeout: patience}}
}

// discover reads the provider's endpoints and keys once; fault.Unavailable.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.settings.Issuer) // it goes on to read keys later
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the provider does not answer; try again later, or sign in another way")
	}
	p.found = found
	return found, nil
}

func (p *Provider) oauth(found *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.settings.Scopes...)}
}

// Begin gives the address to send somebody to; fault.Unavailable.
func (p *Provider) Begin(ctx context.Context, state, nonce, verifier, redirect string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.oauth(found, redirect).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// Finish exchanges the code and verifies the ID token: signature, issuer, audience, time, nonce. fault.Unauthorized for
// what the provider refuses or what does not belong to this sign-in, fault.Unavailable where it does not answer.
func (p *Provider) Finish(ctx context.Context, code, nonce, verifier, redirect string) (signin.Claims, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return signin.Claims{}, err
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(ctx, p.client), patience)
	defer stop()
	token, err := p.oauth(found, redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ok && (refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client"): // RFC 6749, 5.2: ours to mend
		return signin.Claims{}, fault.Wrap(fault.Unavailable, errors.New("the provider does not know our client_id or secret"), "sign-in with this provider does not work now; sign in another way")
	case ok && refused.Response.StatusCode < http.StatusInternalServerError:
		return signin.Claims{}, refuse(errors.New("the provider answered " + refused.Response.Status + " " + refused.ErrorCode))
	case err != nil:
		return signin.Claims{}, fault.Wrap(fault.Unavailable, err, "the provider does not answer; begin again")
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return signin.Claims{}, refuse(errors.New("the provider gave no id_token"))
	}
	id, err := found.Verifier(&oidc.Config{ClientID: p.settings.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return signin.Claims{}, refuse(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return signin.Claims{}, refuse(errors.New("the nonce is another sign-in's"))
	}
	var said struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&said); err != nil {
		return signin.Claims{}, refuse(errors.New("the claims of the id_token are malformed"))
	}
	return signin.Claims{Subject: id.Subject, Email: said.Email, Verified: said.Verified}, nil
}

func refuse(err error) error {
	return fault.Wrap(fault.Unauthorized, err, "the provider's answer does not belong to this sign-in; begin again")
}
