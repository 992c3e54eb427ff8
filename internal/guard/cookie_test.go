package guard_test

import (
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/problem"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// door is a server with one page that staff may see and one form they may send, and an officer signed in by cookie.
type door struct {
	*httptest.Server
	people *identity.Directory
	token  string
}

func open(t *testing.T) door {
	t.Helper()
	var ms table.Mistakes
	tab, life := access.Load(configs.FS, &ms), identity.LoadLifetimes(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), []store.Collection{identity.People, identity.Sessions}, false); err != nil {
		t.Fatal(err)
	}
	d := door{people: &identity.Directory{Engine: e, Known: func(string) bool { return true }, Lifetimes: life, Now: time.Now}}
	g := &guard.Guard{People: d.people, Table: tab, Origin: "https://respons.example.my", Log: slog.New(slog.DiscardHandler), Now: time.Now}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	answer := func(c *gin.Context) {
		ctx := c.Request.Context()
		if same := guard.SameOrigin(ctx); same != nil {
			problem.Write(c.Writer, same)
			return
		}
		c.Header("CSRF", guard.CSRF(ctx))
		c.String(http.StatusOK, guard.Who(ctx).Name+" "+c.PostForm("note"))
	}
	r.GET("/page", g.Plain("staff.self"), answer)
	r.POST("/form", g.Plain("staff.self"), answer)
	r.POST("/anybody", g.Plain("reference.read"), answer)
	p, err := d.people.Add(t.Context(), identity.Person{Role: complaint.Officer, Agency: "MBPJ", Name: "Aina"})
	if err != nil {
		t.Fatal(err)
	}
	if _, d.token, err = d.people.Begin(t.Context(), p, identity.Session{Kind: identity.Browser}); err != nil {
		t.Fatal(err)
	}
	d.Server = httptest.NewServer(r)
	t.Cleanup(d.Close)
	return d
}

// ask sends a request with headers in pairs and gives status, body and the CSRF token that a page would show.
func (d door) ask(t *testing.T, method, path, body string, headers ...string) (status int, text, csrf string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header.Get("CSRF")
}

const form = "application/x-www-form-urlencoded"

func TestWhatACookieSignsInMustBeMeant(t *testing.T) {
	d := open(t)
	cookie := guard.CookieName + "=" + d.token
	status, body, csrf := d.ask(t, "GET", "/page", "", "Cookie", cookie)
	if status != 200 || body != "Aina " || csrf == "" || csrf == d.token {
		t.Fatalf("the page: %d %q, csrf %q", status, body, csrf)
	}
	good := url.Values{"csrf": {csrf}, "note": {"siap"}}.Encode()
	var parts strings.Builder
	w := multipart.NewWriter(&parts)
	for k, v := range map[string]string{"csrf": csrf, "note": "siap"} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	for _, c := range []struct {
		name, path, body string
		headers          []string
		want             int
	}{
		{"a form with the token", "/form", good, []string{"Content-Type", form}, 200},
		{"from a page of ours", "/form", good, []string{"Content-Type", form, "Sec-Fetch-Site", "same-origin", "Origin", d.URL}, 200},
		{"a form with files", "/form", parts.String(), []string{"Content-Type", w.FormDataContentType()}, 200},
		{"the token in a header", "/form", "{}", []string{"Content-Type", "application/json", guard.CSRFHeader, csrf}, 200},
		{"under the public address", "/form", good, []string{"Content-Type", form, "Origin", "https://respons.example.my"}, 200},
		{"without the token", "/form", "note=siap", []string{"Content-Type", form}, 403},
		{"with another token", "/form", url.Values{"csrf": {identity.CSRFToken("other")}}.Encode(), []string{"Content-Type", form}, 403},
		{"with an empty token", "/form", "csrf=", []string{"Content-Type", form}, 403},
		{"the token in the address alone", "/form?csrf=" + csrf, "", []string{"Content-Type", form}, 403},
		{"another site's page that knows the token", "/form", good, []string{"Content-Type", form, "Sec-Fetch-Site", "cross-site"}, 403},
		{"a sibling site's page", "/form", good, []string{"Content-Type", form, "Sec-Fetch-Site", "same-site", "Origin", "https://evil.example.my"}, 403},
		{"an old browser, another origin", "/form", good, []string{"Content-Type", form, "Origin", "https://evil.example"}, 403},
		{"no type at all", "/form", good, nil, 403},
	} {
		headers := append([]string{"Cookie", cookie}, c.headers...)
		if status, body, _ := d.ask(t, "POST", c.path, c.body, headers...); status != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, status, body, c.want)
		} else if status == 200 && strings.Contains(c.body, "note") && body != "Aina siap" {
			t.Errorf("%s: the form was read away: %q", c.name, body)
		}
	}
	if status, _, _ := d.ask(t, "POST", "/form", "{}", "Authorization", "Bearer "+d.token, "Content-Type", "application/json"); status != 200 {
		t.Errorf("with the token as a bearer's no page is needed: %d", status)
	}
}

func TestACookieThatSignsNobodyInIsNone(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		name, method, path string
		want               int
	}{{"a page for everybody", "POST", "/anybody", 200}, {"a page for staff", "GET", "/page", 401}} {
		if status, body, _ := d.ask(t, c.method, c.path, "", "Cookie", guard.CookieName+"=nobody"); status != c.want {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
	}
	if status, _, _ := d.ask(t, "POST", "/anybody", "", "Sec-Fetch-Site", "cross-site"); status != 403 {
		t.Errorf("what sets a cookie is asked for by another site's page: %d", status)
	}
	if status, _, _ := d.ask(t, "GET", "/page", "", "Cookie", "respons="+d.token); status != 401 {
		t.Errorf("a cookie of another name, which a sibling site could set: %d", status)
	}
}

func TestTheCookieIsOutOfReachOfScriptsAndOtherHosts(t *testing.T) {
	line := guard.Cookie("abc").String()
	for _, want := range []string{"__Host-respons=abc", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q lacks %s", line, want)
		}
	}
	if strings.Contains(line, "Domain") {
		t.Errorf("%q names a domain, which __Host- forbids", line)
	}
	if gone := guard.Cookie("").String(); !strings.Contains(gone, "Max-Age=0") {
		t.Errorf("%q does not take the cookie away", gone)
	}
}

func TestAWrongTokenIsRefused(t *testing.T) {
	d := open(t)
	for _, header := range []string{"Bearer nobody", "Basic YTpi", "Bearer "} {
		status, body, _ := d.ask(t, "GET", "/page", "", "Authorization", header)
		if status != 401 || !strings.Contains(body, string(fault.Unauthorized)) {
			t.Errorf("%s: %d %s", header, status, body)
		}
	}
}
