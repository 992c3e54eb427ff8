package api_test

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"

	"respons/internal/access"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/guard"
)

// headersOf asks and reads no body: some never end.
func headersOf(t *testing.T, method, url string, headers ...string) (int, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	res.Body.Close()
	return res.StatusCode, res.Header
}

// Every answer of every route, to whoever asks, tells browsers to sniff, frame and refer to nothing. What is not for
// everybody is kept by nobody on the way, and a page runs no script but those of this server.
func TestEveryAnswerSaysWhatBrowsersMayDo(t *testing.T) {
	s := apptest.Start(t, nil)
	citizen := s.Account(t, "phone-citizen")
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", citizen).Into(t, &r)
	c := s.Stands(t, r.Number)
	var share struct{ Path string }
	apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number+"/share", nil, "Authorization", citizen).Into(t, &share)
	officer := s.Officer(t, "officer", c.Agency)
	ops, pages := apptest.Operations(app.OpenAPI(s.App.Ref.Now())), s.App.PagePermissions()
	personal, html := 0, 0
	for _, route := range s.App.Routes() {
		key := route.Method + " " + route.Path
		permission, known := plainRoutes[key]
		if page, ok := pages[key]; ok {
			permission, known = page, true
		}
		for name, op := range ops {
			if braced(route.Path) == strings.TrimPrefix(name, route.Method+" ") {
				permission, known = guard.PermissionOf(op), true
			}
		}
		if !known {
			t.Errorf("%s asks for nothing", key)
		}
		everybody := s.App.Ref.Now().Access.Scope(permission, access.Public) == access.Yes
		path := strings.NewReplacer(":number", r.Number, ":code", "MBPJ", ":id", "01JD8Z7S6R4QW2N5X0B3YV9KTM", ":format", "json", ":z/:x/:y", "12/3200/2000", "*any", "").Replace(route.Path)
		if strings.HasPrefix(route.Path, "/v1/shared/") {
			path = share.Path
		}
		for _, auth := range []string{"", citizen, officer, s.Admin} {
			if auth != "" && route.Method != http.MethodGet {
				continue // what it would do is no matter here
			}
			status, h := headersOf(t, route.Method, s.URL+path, "Authorization", auth, "Accept", "text/html")
			what := key
			if status < 400 {
				what += " answered"
			}
			kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
			policy, keep := h.Get("Content-Security-Policy"), h.Get("Cache-Control")
			if h.Get("X-Content-Type-Options") != "nosniff" || !slices.Contains([]string{"no-referrer", "same-origin"}, h.Get("Referrer-Policy")) ||
				!strings.Contains(policy, "default-src") || h.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s, %d: %v", what, status, h)
			}
			if kind == "text/html" {
				html++
				if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "'unsafe-inline'") && !strings.HasPrefix(path, "/docs/") || strings.Contains(policy, "*") {
					t.Errorf("the page %s has the policy %q", what, policy)
				}
			}
			if everybody || status >= 300 && status < 400 {
				continue
			}
			personal++
			if !strings.Contains(keep, "no-store") && !(status >= 400 && keep == "") {
				t.Errorf("%s, %d may be kept: %q", what, status, keep)
			}
		}
	}
	if personal < 100 || html < 10 {
		t.Errorf("only %d answers were not for everybody, and %d were pages", personal, html)
	}
	for _, path := range []string{"/nothing", "/v1/nothing", "/v1/complaints/" + r.Number + "/nothing", "/readyz"} {
		if _, h := headersOf(t, "PURGE", s.URL+path); h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}
