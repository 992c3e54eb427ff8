package api_test

import (
	"net/http"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/internal/oidc/oidctest"
)

// must sends a request that has to succeed.
func (x *tour) must(t *testing.T, method, path string, body any, headers ...string) apptest.Answer {
	t.Helper()
	a := apptest.Do(t, method, x.URL+path, body, headers...)
	if a.Status >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	return a
}

// What signs a member of staff in can be replaced by them: factor, recovery codes and password, by whoever knows the
// present password.
func TestStaffReplaceWhatSignsThemIn(t *testing.T) {
	x := onTour(t, apptest.Fast)
	x.must(t, "POST", "/v1/staff/sign-in/invitation/accept", map[string]any{"link": x.FirstLink(t), "email": "admin@example.my", "password": apptest.AdminPassword})
	hire := map[string]any{"name": "Aina", "role": "officer", "agency": "MBPJ", "email": "aina@mbpj.gov.my"}
	var hired struct{ ID string }
	x.must(t, "POST", "/v1/staff/officers", hire, "Authorization", x.Admin).Into(t, &hired)
	x.must(t, "POST", "/v1/staff/officers/"+hired.ID+"/invitation", nil, "Authorization", x.Admin)
	var seen apptest.Invited
	link := x.LastLink(t)
	x.must(t, "POST", "/v1/staff/sign-in/invitation", map[string]any{"link": link}).Into(t, &seen)
	var in apptest.SignedIn
	x.must(t, "POST", "/v1/staff/sign-in/invitation/accept", map[string]any{"link": link, "password": apptest.OfficerPassword, "code": apptest.AppCode(t, seen.Secret, time.Now())}).Into(t, &in)
	auth := []string{"Authorization", "Bearer " + in.Token}

	var factor struct{ Secret string }
	x.must(t, "POST", "/v1/staff/me/factor", map[string]any{"password": apptest.OfficerPassword}, auth...).Into(t, &factor)
	x.must(t, "POST", "/v1/staff/me/factor/confirm", map[string]any{"code": apptest.AppCode(t, factor.Secret, time.Now())}, auth...)
	var recovery struct {
		Codes []string `json:"recovery_codes"`
	}
	x.must(t, "POST", "/v1/staff/me/recovery-codes", map[string]any{"password": apptest.OfficerPassword}, auth...).Into(t, &recovery)
	const next = "kereta biru di bawah pokok"
	x.must(t, "PUT", "/v1/staff/me/password", map[string]any{"old": apptest.OfficerPassword, "password": next}, auth...)
	var has struct {
		Password, Factor bool
		Recovery         int `json:"recovery_codes"`
	}
	x.must(t, "GET", "/v1/staff/me/security", nil, auth...).Into(t, &has)
	if !has.Password || !has.Factor || has.Recovery != len(recovery.Codes) || has.Recovery == 0 {
		t.Errorf("security %+v with %d codes", has, len(recovery.Codes))
	}
	x.must(t, "GET", "/v1/staff/me/sessions", nil, auth...)
	for password, want := range map[string]int{apptest.OfficerPassword: http.StatusUnauthorized, next: http.StatusOK} {
		a := apptest.Do(t, "POST", x.URL+"/v1/staff/sign-in", map[string]any{"email": "aina@mbpj.gov.my", "password": password, "code": recovery.Codes[0]})
		if a.Status != want {
			t.Errorf("with the password %q: %d %s", password, a.Status, a.Body)
		}
	}
}

// An app of an agency's own signs its staff in with the agency's provider.
func TestAnAppOfStaffSignsInWithTheAgencysProvider(t *testing.T) {
	provider := oidctest.Start(t)
	x := onTour(t, func(c *config.Config) {
		c.OIDC = apptest.Providers(t, apptest.Registered("mbpj", provider, map[string]any{"domains": map[string]string{"mbpj.gov.my": "MBPJ"}, "app": "respons://sign-in"}))
	})
	x.App.SignIn.Base = x.URL
	x.Officer(t, "desk", "")
	x.must(t, "POST", "/v1/staff/officers", `{"name":"Aina","role":"officer","agency":"MBPJ","email":"aina@mbpj.gov.my"}`, "Authorization", x.Admin)
	provider.Sits(oidctest.User{Subject: "1", Email: "aina@mbpj.gov.my", Verified: true})
	var begun struct{ Address, Handle string }
	x.must(t, "POST", "/v1/staff/sign-in/oidc/mbpj", `{"device":"Aina's tablet"}`).Into(t, &begun)
	back := apptest.NewBrowser(t, x.URL).Goes(begun.Address)
	var in apptest.SignedIn
	x.must(t, "POST", "/v1/staff/sign-in/oidc/mbpj/finish", map[string]any{"state": apptest.Query(back, "state"), "code": apptest.Query(back, "code"), "iss": apptest.Query(back, "iss"), "handle": begun.Handle}).Into(t, &in)
	if in.Role != "officer" || in.Token == "" {
		t.Errorf("signed in %+v", in)
	}
}

// Whoever has an account sees its sessions and ways in.
func TestACitizenSeesWhereTheyAreSignedIn(t *testing.T) {
	x := onTour(t, nil)
	auth := []string{"Authorization", x.Account(t, "phone-sessions")}
	var list struct {
		Sessions []struct{ Current bool }
	}
	x.must(t, "GET", "/v1/me/sessions", nil, auth...).Into(t, &list)
	if len(list.Sessions) != 1 || !list.Sessions[0].Current {
		t.Errorf("sessions %+v", list)
	}
	x.must(t, "GET", "/v1/me/ways", nil, auth...)
}
