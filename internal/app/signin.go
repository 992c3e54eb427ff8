package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/firebaseauth"
	"respons/internal/notify"
	"respons/internal/oidc"
	"respons/internal/signin"
)

// wireSignIn makes what lets people in. What reaches outside is added by openSignIn.
func (a *App) wireSignIn() {
	base := a.Config.PublicURL
	if base == "" {
		base = "http://" + a.Config.Listen
	}
	a.SignIn = &signin.Service{People: a.People, Engine: a.Engine, Vault: a.Vault, Secret: a.secret, Texts: a.Ref.Now().Letters,
		Charge: func(ctx context.Context, n int) (bool, error) { return a.Teller.Charge(ctx, int64(n)) },
		Base:   strings.TrimSuffix(base, "/"), Laptop: a.Config.Laptop(), Prefixes: a.Config.Prefixes(),
		Cost:    signin.Cost{MemoryKiB: uint32(a.Config.ArgonMemoryKiB), Iterations: uint32(a.Config.ArgonIterations)},
		Hashing: make(chan struct{}, runtime.NumCPU()), Log: a.Log, Now: time.Now}
}

// openSignIn adds the gateway, the relay, Firebase and the providers that the settings name.
func (a *App) openSignIn(ctx context.Context) (err error) {
	if texter := a.Teller.Texter; texter != nil {
		a.SignIn.Text = func(ctx context.Context, to, text string) error {
			return carried(texter.Text(ctx, notify.Text{ID: rand.Text(), To: to, Body: text}))
		}
	}
	if mailer := a.Teller.Mailer; mailer != nil {
		a.SignIn.Mail = func(ctx context.Context, to string, l signin.Letter) error {
			return carried(mailer.Mail(ctx, notify.Letter{ID: rand.Text(), To: to, Subject: l.Subject, Body: l.Body}))
		}
	}
	if a.Config.FirebaseProject != "" {
		if a.SignIn.Firebase, err = firebaseauth.New(ctx, a.Config.FirebaseProject, a.Config.FirebaseEmulator); err != nil {
			return err
		}
	}
	list, err := a.Config.Providers()
	if err != nil {
		return err
	}
	a.SignIn.Providers = map[string]signin.Provider{}
	for _, p := range list {
		for domain, agency := range p.Domains {
			if agency == "*" {
				continue
			}
			acts, ok := a.Ref.acting(agency) // its successor, where it acts no more
			if p.Domains[domain] = acts; !ok {
				return fmt.Errorf("OIDC_PROVIDERS: %s: domain %s is of an agency %q that the register does not have", p.Name, domain, agency)
			}
		}
		a.SignIn.Providers[p.Name] = signin.Provider{Issuer: p.Issuer, Title: p.Title, Citizens: p.Citizens, Domains: p.Domains, App: p.App,
			Protocol: oidc.New(oidc.Settings{Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scopes: p.Scopes}, time.Now)}
	}
	return nil
}

// carried is why a message did not go out.
func carried(o notify.Outcome) error {
	if o.State == notify.Accepted {
		return nil
	}
	return errors.Join(errors.New(o.Why), o.Err)
}

// FirstLink makes the link by which the first administrator chooses a password.
func (a *App) FirstLink(ctx context.Context) (string, error) {
	list, err := a.People.Holding(ctx, complaint.Administrator, "")
	if err != nil || len(list) == 0 {
		return "", err
	}
	return a.SignIn.First(ctx, list[0])
}

// sweepSignIns deletes what was over long ago.
func (a *App) sweepSignIns(ctx context.Context) error {
	return errors.Join(a.People.Sweep(ctx), a.SignIn.Sweep(ctx))
}
