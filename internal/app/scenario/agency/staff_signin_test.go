package agency_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/internal/oidc/oidctest"
)

// From the first start to an officer at work: the administrator's link, an invitation, password and factor, a session in a
// cookie, and out of office.
func TestStaffComeInByInvitation(t *testing.T) {
	s := apptest.Start(t, apptest.Fast)
	link := s.FirstLink(t)
	admin := apptest.NewBrowser(t, s.URL)
	a := admin.Ask("POST", "/v1/staff/sign-in/invitation/accept", map[string]any{"link": link, "email": "admin@example.my", "password": apptest.AdminPassword, "cookie": true})
	var done struct {
		apptest.SignedIn
		Recovery []string `json:"recovery_codes"`
	}
	a.Into(t, &done)
	if a.Status != 200 || done.Token != "" || done.Role != "administrator" || admin.Cookies["__Host-respons"] == nil {
		t.Fatalf("accepted: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, admin.Clone().Ask("POST", "/v1/staff/officers", `{"name":"Aina","role":"desk"}`), 403, "forbidden", "load it again") // no CSRF token yet
	admin.Learns("/v1/staff/me/sessions")

	a = admin.Ask("POST", "/v1/staff/officers", `{"name":"Aina","role":"officer","agency":"MBPJ","email":"Aina@MBPJ.gov.my","invite":true}`)
	var officer struct {
		ID, Email, Token string
		Active           bool
		Invited          *time.Time `json:"invitation_until"`
	}
	a.Into(t, &officer)
	if a.Status != 201 || officer.Token != "" || officer.Email != "aina@mbpj.gov.my" || officer.Invited == nil || !officer.Active {
		t.Fatalf("invited: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, admin.Ask("POST", "/v1/staff/officers", `{"name":"Aini","role":"officer","agency":"MBSA","email":"aina@mbpj.gov.my","invite":true}`), 409, "conflict", "another member of staff")

	var seen apptest.Invited
	secret := s.LastLink(t)
	apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/invitation", map[string]any{"link": secret}).Into(t, &seen)
	if seen.Name != "Aina" || seen.Email != "aina@mbpj.gov.my" || !strings.Contains(seen.URI, "otpauth://totp/") || !strings.HasPrefix(seen.QR, "<svg") {
		t.Fatalf("seen %+v", seen)
	}
	accept := map[string]any{"link": secret, "password": apptest.OfficerPassword, "code": apptest.AppCode(t, seen.Secret, time.Now()), "device": "console"}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/invitation/accept", map[string]any{"link": secret, "password": "password1234", "code": accept["code"]}), 422, "invalid", "many people use")
	apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/invitation/accept", accept).Into(t, &done)
	if done.ID != officer.ID || done.Token == "" || len(done.Recovery) != 10 {
		t.Fatalf("accepted %+v", done)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/invitation/accept", accept), 404, "not-found", "used, replaced or over")

	b := apptest.NewBrowser(t, s.URL)
	in := map[string]any{"email": "aina@mbpj.gov.my", "password": apptest.OfficerPassword, "code": done.Recovery[0], "cookie": true}
	a = b.Ask("POST", "/v1/staff/sign-in", in)
	if a.Status != 200 || strings.Contains(string(a.Body), "token") || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("signed in: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.NewBrowser(t, s.URL).Ask("POST", "/v1/staff/sign-in", in), 401, "unauthorized", "is wrong") // the recovery code again
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in", in, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"), 403, "forbidden", "another site")
	b.Learns("/v1/staff/me/sessions")
	stolen := b.Cookies["__Host-respons"].Value
	if a = b.Ask("POST", "/v1/staff/sign-out", nil); a.Status != 204 || b.Cookies["__Host-respons"] != nil {
		t.Fatalf("signed out: %d, %v", a.Status, b.Cookies)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Cookie", "__Host-respons="+stolen); a.Status != 401 {
		t.Errorf("the stolen cookie after signing out: %d", a.Status)
	}

	auth := "Bearer " + done.Token
	if a = admin.Ask("PATCH", "/v1/staff/officers/"+officer.ID, `{"active":false}`); a.Status != 200 || !strings.Contains(string(a.Body), `"active":false`) {
		t.Fatalf("out of office: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Authorization", auth), 401, "unauthorized", "")
	apptest.CheckProblem(t, admin.Ask("POST", "/v1/staff/officers/"+officer.ID+"/invitation", nil), 409, "conflict", "active")
	acts := s.Recorded(t, s.Admin, url.Values{"action": {"officer"}}).Acts()
	if got := strings.Join(acts, ", "); !strings.Contains(got, "officer.change begun, officer.change done") || !strings.Contains(got, "officer.invite begun, officer.invite done") {
		t.Errorf("on record: %s", got)
	}
	apptest.None(t, "the log", apptest.Dump{System: s}.Log(), apptest.OfficerPassword, apptest.AdminPassword, seen.Secret, stolen, done.Token, done.Recovery[1], "aina@mbpj.gov.my", "admin@example.my")
}

// The list of staff and what an administrator changes; nobody changes more than is written down.
func TestAnAdministratorChangesStaff(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Officer(t, "officer", "MBPJ")
	var list struct {
		Officers []struct {
			ID, Name, Role, Agency string
			Active                 bool
		}
		Next string
	}
	names := func(query string) (out []string) {
		t.Helper()
		apptest.Do(t, "GET", s.URL+"/v1/staff/officers"+query, nil, "Authorization", s.Admin).Into(t, &list)
		for _, o := range list.Officers {
			out = append(out, o.Name+" "+o.Role)
		}
		return out
	}
	if got := fmt.Sprint(names("")); got != "[Aina officer First administrator administrator]" {
		t.Errorf("staff %s", got)
	}
	if got := fmt.Sprint(names("?role=officer&agency=MBPJ")); got != "[Aina officer]" {
		t.Errorf("officers of MBPJ %s", got)
	}
	id := list.Officers[0].ID
	path := s.URL + "/v1/staff/officers/" + id
	apptest.CheckProblem(t, apptest.Do(t, "PATCH", path, `{"role":"supervisor"}`, "Authorization", auth), 403, "forbidden", "staff.change")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/officers", nil, "Authorization", auth), 403, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "PATCH", path, `{"id":"01JD8Z7S6R4QW2N5X0B3YV9KTM","since":"2020-01-01T00:00:00Z"}`, "Authorization", s.Admin), 422, "invalid", "")
	apptest.CheckProblem(t, apptest.Do(t, "PATCH", path, `{"role":"desk"}`, "Authorization", s.Admin), 422, "invalid", "leave agency out")
	apptest.CheckProblem(t, apptest.Do(t, "PATCH", path, `{"agency":"NONE"}`, "Authorization", s.Admin), 422, "invalid", "no agency")
	if a := apptest.Do(t, "PATCH", path, `{"role":"desk","agency":"","cleared":true}`, "Authorization", s.Admin); a.Status != 200 {
		t.Fatalf("changed: %d %s", a.Status, a.Body)
	}
	var me struct {
		Role    string
		Cleared bool
	}
	apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Authorization", auth).Into(t, &me)
	if me.Role != "desk" || !me.Cleared {
		t.Errorf("from the next request on: %+v", me)
	}
	names("?role=administrator")
	first := s.URL + "/v1/staff/officers/" + list.Officers[0].ID
	for _, change := range []string{`{"active":false}`, `{"role":"desk"}`} {
		apptest.CheckProblem(t, apptest.Do(t, "PATCH", first, change, "Authorization", s.Admin), 409, "conflict", "last administrator")
	}
	citizen := s.Account(t, "phone-aminah")
	p, _, err := s.App.People.Authenticate(t.Context(), strings.TrimPrefix(citizen, "Bearer "))
	if err != nil {
		t.Fatal(err)
	}
	apptest.CheckProblem(t, apptest.Do(t, "PATCH", s.URL+"/v1/staff/officers/"+p.ID, `{"role":"administrator"}`, "Authorization", s.Admin), 404, "not-found", "no member of staff")
	for name, c := range map[string]struct{ path, body string }{ // mass assignment
		"an account":   {"/v1/citizens", `{"role":"administrator"}`},
		"a code":       {"/v1/sign-in/phone/verify", `{"phone":"0123456789","code":"123456","role":"administrator"}`},
		"a sign-in":    {"/v1/staff/sign-in", `{"email":"a@b.my","password":"x","role":"administrator"}`},
		"an invitaton": {"/v1/staff/sign-in/invitation/accept", `{"link":"x","password":"y","role":"administrator","cleared":true}`},
	} {
		if a := apptest.Do(t, "POST", s.URL+c.path, c.body); a.Status != 422 || !strings.Contains(string(a.Body), "role") {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

// An agency's own provider lets in those whom an administrator made an account for, of the domain and agency it stands for.
func TestAnAgencysOwnSignIn(t *testing.T) {
	provider := oidctest.Start(t)
	s := apptest.Start(t, func(c *config.Config) {
		c.OIDC = apptest.Providers(t, apptest.Registered("mbpj", provider, map[string]any{"domains": map[string]string{"mbpj.gov.my": "MBPJ"}}))
	})
	s.App.SignIn.Base = s.URL
	s.Officer(t, "desk", "") // makes the administrator
	hire := func(body string) {
		t.Helper()
		if a := apptest.Do(t, "POST", s.URL+"/v1/staff/officers", body, "Authorization", s.Admin); a.Status != 201 {
			t.Fatalf("hired: %d %s", a.Status, a.Body)
		}
	}
	hire(`{"name":"Aina","role":"officer","agency":"MBPJ","email":"aina@mbpj.gov.my"}`)
	hire(`{"name":"Siti","role":"officer","agency":"MBSA","email":"siti@mbpj.gov.my"}`)
	hire(`{"name":"Raj","role":"officer","agency":"MBPJ","email":"raj@example.my"}`)
	comes := func(u oidctest.User) apptest.Answer {
		t.Helper()
		provider.Sits(u)
		b := apptest.NewBrowser(t, s.URL)
		var begun struct{ Address string }
		b.Ask("POST", "/v1/staff/sign-in/oidc/mbpj", `{"cookie":true,"return":"/console"}`).Into(t, &begun)
		return b.Ask("GET", b.Goes(begun.Address), nil)
	}
	for name, c := range map[string]struct {
		user oidctest.User
		want int
	}{
		"an officer":                         {oidctest.User{Subject: "1", Email: "Aina@mbpj.gov.my", Verified: true}, 303},
		"an address nobody verified":         {oidctest.User{Subject: "2", Email: "aina@mbpj.gov.my"}, 403},
		"of another agency than the domain":  {oidctest.User{Subject: "3", Email: "siti@mbpj.gov.my", Verified: true}, 403},
		"of another domain":                  {oidctest.User{Subject: "4", Email: "raj@example.my", Verified: true}, 403},
		"without an account":                 {oidctest.User{Subject: "5", Email: "nobody@mbpj.gov.my", Verified: true}, 403},
		"a domain that ends like the agency": {oidctest.User{Subject: "6", Email: "aina@mbpj.gov.my@evil.example", Verified: true}, 403},
	} {
		if a := comes(c.user); a.Status != c.want {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := comes(oidctest.User{Subject: "1", Email: "aina.osman@mbpj.gov.my", Verified: true}); a.Status != 303 {
		t.Errorf("the same person under a new address: %d %s", a.Status, a.Body)
	}
	if a := comes(oidctest.User{Subject: "1", Email: "aina@example.my", Verified: true}); a.Status != 403 {
		t.Errorf("the same person after they left the domain: %d %s", a.Status, a.Body)
	}
	var ways struct{ Providers []struct{ Name string } }
	apptest.Do(t, "GET", s.URL+"/v1/staff/sign-in", nil).Into(t, &ways)
	if len(ways.Providers) != 1 || ways.Providers[0].Name != "mbpj" {
		t.Errorf("offered %+v", ways)
	}
}

// A provider for an agency that the register does not have stops the start.
func TestAProviderOfAnUnknownAgencyIsAMistake(t *testing.T) {
	cfg := config.Default
	cfg.Data = t.TempDir()
	cfg.OIDC = `[{"name":"x","title":"X","issuer":"https://x.example","client_id":"y","domains":{"x.example":"NONE"}}]`
	if _, err := app.New(t.Context(), cfg, slog.New(slog.NewTextHandler(new(bytes.Buffer), nil))); err == nil || !strings.Contains(err.Error(), `"NONE"`) {
		t.Errorf("%v", err)
	}
}

// On a server, which others reach, no code and no link is in the log, and a password alone lets nobody in.
func TestOnAServerNothingThatSignsInIsInTheLog(t *testing.T) {
	s := apptest.Start(t, func(c *config.Config) { apptest.Fast(c); c.PublicURL = "https://respons.example.my" })
	link := s.FirstLink(t)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/invitation/accept", map[string]any{"link": link, "email": "admin@example.my", "password": apptest.AdminPassword}), 422, "invalid", "code is wrong")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone", `{"phone":"0123456789"}`), 409, "conflict", "not set up")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/officers", `{"name":"Aina","role":"desk","email":"aina@example.my","invite":true}`, "Authorization", s.Admin), 409, "conflict", "SMTP_URL is not set")
	apptest.None(t, "the log", apptest.Dump{System: s}.Log(), link, "/sign-in/", "0123456789", "aina@example.my")
}

// A token that was handed out signs a browser in; what the browser keeps is a session of its own.
func TestATokenSignsABrowserIn(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Officer(t, "officer", "MBPJ")
	token := strings.TrimPrefix(auth, "Bearer ")
	b := apptest.NewBrowser(t, s.URL)
	if a := b.Ask("POST", "/v1/staff/sign-in/token", map[string]any{"token": token, "cookie": true}); a.Status != 200 {
		t.Fatalf("signed in: %d %s", a.Status, a.Body)
	}
	if c := b.Cookies["__Host-respons"]; c == nil || c.Value == token {
		t.Fatalf("the cookie %+v", c)
	}
	b.Learns("/v1/staff/me/sessions")
	if a := b.Ask("POST", "/v1/staff/sign-out", nil); a.Status != 204 {
		t.Errorf("signed out: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Authorization", auth); a.Status != 200 {
		t.Errorf("the token afterwards: %d", a.Status)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/token", `{"token":"guess"}`), 401, "unauthorized", "")
	citizen := strings.TrimPrefix(s.Account(t, "phone-aminah"), "Bearer ")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/token", map[string]any{"token": citizen}), 403, "forbidden", "staff")
}
