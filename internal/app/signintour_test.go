package app_test

import (
	"net/http"
	"testing"
	"time"

	"respons/internal/config"
	"respons/internal/oidc/oidctest"
)

// must sends a request that has to succeed.
func (x *tour) must(t *testing.T, method, path string, body any, headers ...string) answer {
	t.Helper()
	a := do(t, method, x.URL+path, body, headers...)
	if a.Status >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	return a
}

// What signs a member of staff in can be replaced by them: factor, recovery codes and password, by whoever knows the
// present password.
func TestStaffReplaceWhatSignsThemIn(t *testing.T) {
	x := onTour(t, fast)
	x.must(t, "POST", "/v1/staff/sign-in/invitation/accept", map[string]any{"link": x.firstLink(t), "email": "admin@example.my", "password": adminPassword})
	hire := map[string]any{"name": "Aina", "role": "officer", "agency": "MBPJ", "email": "aina@mbpj.gov.my"}
	var hired struct{ ID string }
	x.must(t, "POST", "/v1/staff/officers", hire, "Authorization", x.admin).into(t, &hired)
	x.must(t, "POST", "/v1/staff/officers/"+hired.ID+"/invitation", nil, "Authorization", x.admin)
	var seen invited
	link := x.lastLink(t)
	x.must(t, "POST", "/v1/staff/sign-in/invitation", map[string]any{"link": link}).into(t, &seen)
	var in signedIn
	x.must(t, "POST", "/v1/staff/sign-in/invitation/accept", map[string]any{"link": link, "password": officerPassword, "code": appCode(t, seen.Secret, time.Now())}).into(t, &in)
	auth := []string{"Authorization", "Bearer " + in.Token}

	var factor struct{ Secret string }
	x.must(t, "POST", "/v1/staff/me/factor", map[string]any{"password": officerPassword}, auth...).into(t, &factor)
	x.must(t, "POST", "/v1/staff/me/factor/confirm", map[string]any{"code": appCode(t, factor.Secret, time.Now())}, auth...)
	var recovery struct {
		Codes []string `json:"recovery_codes"`
	}
	x.must(t, "POST", "/v1/staff/me/recovery-codes", map[string]any{"password": officerPassword}, auth...).into(t, &recovery)
	const next = "kereta biru di bawah pokok"
	x.must(t, "PUT", "/v1/staff/me/password", map[string]any{"old": officerPassword, "password": next}, auth...)
	var has struct {
		Password, Factor bool
		Recovery         int `json:"recovery_codes"`
	}
	x.must(t, "GET", "/v1/staff/me/security", nil, auth...).into(t, &has)
	if !has.Password || !has.Factor || has.Recovery != len(recovery.Codes) || has.Recovery == 0 {
		t.Errorf("security %+v with %d codes", has, len(recovery.Codes))
	}
	x.must(t, "GET", "/v1/staff/me/sessions", nil, auth...)
	for password, want := range map[string]int{officerPassword: http.StatusUnauthorized, next: http.StatusOK} {
		a := do(t, "POST", x.URL+"/v1/staff/sign-in", map[string]any{"email": "aina@mbpj.gov.my", "password": password, "code": recovery.Codes[0]})
		if a.Status != want {
			t.Errorf("with the password %q: %d %s", password, a.Status, a.Body)
		}
	}
}

// An app of an agency's own signs its staff in with the agency's provider.
func TestAnAppOfStaffSignsInWithTheAgencysProvider(t *testing.T) {
	provider := oidctest.Start(t)
	x := onTour(t, func(c *config.Config) {
		c.OIDC = providers(t, registered("mbpj", provider, map[string]any{"domains": map[string]string{"mbpj.gov.my": "MBPJ"}, "app": "respons://sign-in"}))
	})
	x.App.SignIn.Base = x.URL
	x.officer(t, "desk", "")
	x.must(t, "POST", "/v1/staff/officers", `{"name":"Aina","role":"officer","agency":"MBPJ","email":"aina@mbpj.gov.my"}`, "Authorization", x.admin)
	provider.Sits(oidctest.User{Subject: "1", Email: "aina@mbpj.gov.my", Verified: true})
	var begun struct{ Address, Handle string }
	x.must(t, "POST", "/v1/staff/sign-in/oidc/mbpj", `{"device":"Aina's tablet"}`).into(t, &begun)
	back := newBrowser(t, x.URL).goes(begun.Address)
	var in signedIn
	x.must(t, "POST", "/v1/staff/sign-in/oidc/mbpj/finish", map[string]any{"state": query(back, "state"), "code": query(back, "code"), "iss": query(back, "iss"), "handle": begun.Handle}).into(t, &in)
	if in.Role != "officer" || in.Token == "" {
		t.Errorf("signed in %+v", in)
	}
}

// Whoever has an account sees its sessions and ways in.
func TestACitizenSeesWhereTheyAreSignedIn(t *testing.T) {
	x := onTour(t, nil)
	auth := []string{"Authorization", x.account(t, "phone-sessions")}
	var list struct {
		Sessions []struct{ Current bool }
	}
	x.must(t, "GET", "/v1/me/sessions", nil, auth...).into(t, &list)
	if len(list.Sessions) != 1 || !list.Sessions[0].Current {
		t.Errorf("sessions %+v", list)
	}
	x.must(t, "GET", "/v1/me/ways", nil, auth...)
}
