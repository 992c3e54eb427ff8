package oidc_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/oidc"
	"respons/internal/oidc/oidctest"
	"respons/internal/signin"
)

const (
	redirect = "https://respons.example.my/v1/sign-in/oidc/trial/callback"
	verifier = "a-verifier-of-at-least-forty-three-characters-0123"
)

// agrees goes to the provider as a browser does and gives what comes back.
func agrees(t *testing.T, address string) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil || !strings.HasPrefix(back.String(), redirect) {
		t.Fatalf("%s leads to %v, %v", address, back, err)
	}
	return back.Query()
}

func settings(p *oidctest.Provider) oidc.Settings {
	return oidc.Settings{Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.Secret, Scopes: []string{"email"}}
}

func TestTheCodeFlow(t *testing.T) {
	trial := oidctest.Start(t)
	user := oidctest.User{Subject: "s-1", Email: "aina@mbpj.gov.my", Verified: true}
	trial.Sits(user)
	p := oidc.New(settings(trial), time.Now)
	begin := func() string {
		t.Helper()
		address, err := p.Begin(t.Context(), "state-1", "nonce-1", verifier, redirect)
		if err != nil {
			t.Fatal(err)
		}
		back := agrees(t, address)
		if back.Get("state") != "state-1" {
			t.Fatalf("came back with %v", back)
		}
		return back.Get("code")
	}
	got, err := p.Finish(t.Context(), begin(), "nonce-1", verifier, redirect)
	if err != nil || got != (signin.Claims{Subject: "s-1", Email: "aina@mbpj.gov.my", Verified: true}) {
		t.Fatalf("claims %+v, %v", got, err)
	}
	used := begin()
	if _, err := p.Finish(t.Context(), used, "nonce-1", verifier, redirect); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code, nonce, verifier, redirect string
		misbehave                       func(map[string]any)
		foreign                         bool
	}{
		"a code that was used":        {code: used},
		"a code that nobody gave out": {code: "guess"},
		"another verifier":            {verifier: strings.ToUpper(verifier)},
		"another address of ours":     {redirect: redirect + "/other"},
		"another sign-in's nonce":     {nonce: "nonce-2"},
		"no nonce":                    {misbehave: func(c map[string]any) { delete(c, "nonce") }},
		"for another client":          {misbehave: func(c map[string]any) { c["aud"] = "somebody" }},
		"of another issuer":           {misbehave: func(c map[string]any) { c["iss"] = "https://evil.example" }},
		"over":                        {misbehave: func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }},
		"under a key of nobody's":     {foreign: true},
	} {
		t.Run(name, func(t *testing.T) {
			trial.Misbehave, trial.Foreign = c.misbehave, c.foreign
			defer func() { trial.Misbehave, trial.Foreign = nil, false }()
			or := func(v, otherwise string) string {
				if v == "" {
					return otherwise
				}
				return v
			}
			code := c.code
			if code == "" {
				code = begin()
			}
			if _, err := p.Finish(t.Context(), code, or(c.nonce, "nonce-1"), or(c.verifier, verifier), or(c.redirect, redirect)); !errors.Is(err, fault.Unauthorized) {
				t.Errorf("%v", err)
			}
		})
	}
}

// One that is down is asked again the next time, and answers until then that it is.
func TestAProviderThatIsDown(t *testing.T) {
	p := oidc.New(oidc.Settings{Issuer: "http://127.0.0.1:1", ClientID: oidctest.ClientID}, time.Now)
	for range 2 {
		if _, err := p.Begin(t.Context(), "s", "n", verifier, redirect); !errors.Is(err, fault.Unavailable) {
			t.Errorf("begin: %v", err)
		}
	}
	if _, err := p.Finish(t.Context(), "c", "n", verifier, redirect); !errors.Is(err, fault.Unavailable) {
		t.Errorf("finish: %v", err)
	}
}

// A wrong secret of ours is no fault of the person.
func TestAClientThatTheProviderDoesNotKnow(t *testing.T) {
	trial := oidctest.Start(t)
	s := settings(trial)
	s.ClientSecret = "wrong"
	p := oidc.New(s, time.Now)
	address, err := p.Begin(t.Context(), "state-1", "nonce-1", verifier, redirect)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), agrees(t, address).Get("code"), "nonce-1", verifier, redirect); !errors.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}
