package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

const open311Path = "/open311/v2"

// apiKey makes a key as an administrator would.
func apiKey(t *testing.T, s *apptest.System, admin, agency string, perDay int, scopes ...string) string {
	t.Helper()
	body := map[string]any{"name": "Sistem lain", "agency": agency, "scopes": scopes, "per_day": perDay}
	a := apptest.Do(t, "POST", s.URL+"/v1/staff/api-keys", body, "Authorization", admin)
	if a.Status != http.StatusCreated {
		t.Fatalf("make a key: %d %s", a.Status, a.Body)
	}
	var made struct{ ID, Key string }
	a.Into(t, &made)
	return made.Key
}

// get311 asks in English.
func get311(t *testing.T, s *apptest.System, path string, headers ...string) apptest.Answer {
	t.Helper()
	return apptest.Do(t, "GET", s.URL+open311Path+path, nil, append([]string{"Accept-Language", "en"}, headers...)...)
}

// post311 sends a form; fields come in pairs.
func post311(t *testing.T, s *apptest.System, path string, headers []string, fields ...string) apptest.Answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	headers = append([]string{"Accept-Language", "en", "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, headers...)
	return apptest.Do(t, "POST", s.URL+open311Path+path, form.Encode(), headers...)
}

// refused311 checks a refusal in the form of the specification.
func refused311(t *testing.T, a apptest.Answer, status int, says string) {
	t.Helper()
	var list []struct {
		Code        int
		Description string
	}
	if a.Status != status || a.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%d %s %s, want %d: %s", a.Status, a.Header.Get("Content-Type"), a.Body, status, says)
		return
	}
	a.Into(t, &list)
	all := ""
	for _, e := range list {
		all += e.Description + "; "
		if e.Code != status {
			t.Errorf("code %d in a %d", e.Code, status)
		}
	}
	if len(list) == 0 || !strings.Contains(all, says) {
		t.Errorf("%s, want %s", all, says)
	}
}

// filed311 gives the id in the answer to a filing.
func filed311(t *testing.T, a apptest.Answer) string {
	t.Helper()
	var out []struct {
		ID string `json:"service_request_id"`
	}
	if a.Status != http.StatusCreated {
		t.Fatalf("file: %d %s", a.Status, a.Body)
	}
	if a.Into(t, &out); len(out) != 1 {
		t.Fatalf("file: %s", a.Body)
	}
	return out[0].ID
}
