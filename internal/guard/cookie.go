package guard

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"respons/internal/fault"
	"respons/internal/identity"
)

// CookieName is the cookie that holds the token of a browser's session. Browsers take a cookie of this prefix only from
// this very host, for every path, and with Secure, which they do for http on loopback too.
const CookieName = "__Host-respons"

// The field of a form and the header in which a browser sends its session's CSRF token back.
const (
	CSRFField  = "csrf"
	CSRFHeader = "X-CSRF-Token"
)

// Cookie makes the cookie of a session; an empty token takes it away. It ends with the browser: how long the session
// itself lasts is kept with it.
func Cookie(token string) *http.Cookie {
	c := &http.Cookie{Name: CookieName, Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// Session is the session by which somebody is signed in; the zero Session where nobody is.
func Session(ctx context.Context) identity.Session { return asked(ctx).session }

// Still is nil while the session by which somebody is signed in is not over: streams, which go on for long, ask it before
// they say more. fault.Unauthorized.
func Still(ctx context.Context) error {
	a := asked(ctx)
	if a.session.ID == "" {
		return nil
	}
	return a.guard.People.Lives(ctx, a.session.ID)
}

// CSRF is what every form of a page must send back in its field csrf; empty where nobody is signed in by cookie.
func CSRF(ctx context.Context) string { return asked(ctx).csrf }

// SameOrigin is nil unless a browser sends the request from a page of somebody else; fault.Forbidden. Whoever sets the
// cookie of a session asks it, so that nobody can be signed in as somebody else without noticing.
func SameOrigin(ctx context.Context) error {
	if r := asked(ctx).request; r != nil {
		return asked(ctx).guard.sameOrigin(r)
	}
	return nil
}

// sameOrigin goes by Sec-Fetch-Site, which scripts cannot set, and in old browsers by Origin.
func (g *Guard) sameOrigin(r *http.Request) error {
	p := http.NewCrossOriginProtection()
	if g.Origin != "" {
		if err := p.AddTrustedOrigin(g.Origin); err != nil {
			return err
		}
	}
	if err := p.Check(r); err != nil {
		return fault.Wrap(fault.Forbidden, err, "this came from another site's page; open Respons itself and try again")
	}
	return nil
}

// safe says whether a method changes nothing.
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// mostForm is how much of a form is read to find its CSRF token, in bytes.
const mostForm = 32 << 20

// forged is nil where a request that a cookie signs in was meant: it changes nothing, or comes from a page of this origin
// and brings the session's CSRF token; fault.Forbidden.
func (g *Guard) forged(r *http.Request, csrf string) error {
	if safe(r.Method) {
		return nil
	}
	if err := g.sameOrigin(r); err != nil {
		return err
	}
	got := r.Header.Get(CSRFHeader)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); got == "" && (kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data") {
		r.Body = http.MaxBytesReader(nil, r.Body, mostForm)
		got = r.PostFormValue(CSRFField)
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(csrf)) != 1 {
		return fault.New(fault.Forbidden, "the page was opened before you signed in; go back, load it again and repeat what you did")
	}
	return nil
}
