package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// browser keeps cookies as browsers do, also those that are Secure for a page on this machine, and follows no redirect by
// itself.
type browser struct {
	t       *testing.T
	base    string
	cookies map[string]*http.Cookie
	csrf    string
}

func newBrowser(t *testing.T, base string) *browser {
	return &browser{t: t, base: base, cookies: map[string]*http.Cookie{}}
}

// ask sends a request as a page of ours does, and takes the cookies of the answer.
func (b *browser) ask(method, path string, body any, headers ...string) answer {
	b.t.Helper()
	sent := append([]string{"Sec-Fetch-Site", "same-origin", "X-CSRF-Token", b.csrf}, headers...)
	cookie := ""
	for _, c := range b.cookies {
		cookie += c.Name + "=" + c.Value + "; "
	}
	if cookie != "" {
		sent = append(sent, "Cookie", cookie)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := send(b.t.Context(), client, method, b.base+path, body, sent...)
	if err != nil {
		b.t.Fatal(err)
	}
	conform(b.t, method, b.base+path, a)
	examples.saw(b.t, method, b.base+path, body, a)
	for _, line := range a.Header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			b.t.Fatalf("cookie %q: %v", line, err)
		}
		if delete(b.cookies, c.Name); c.MaxAge >= 0 {
			b.cookies[c.Name] = c
		}
	}
	return a
}

// goes follows an address of another host, which sends the browser back here, and gives the path it is sent to.
func (b *browser) goes(address string) string {
	b.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		b.t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		b.t.Fatalf("%s answers %d: %v", address, res.StatusCode, err)
	}
	return back.RequestURI()
}

// learns reads the CSRF token of the session, as a page would have it.
func (b *browser) learns(path string) {
	b.t.Helper()
	var out struct{ CSRF string }
	b.ask("GET", path, nil).into(b.t, &out)
	b.csrf = out.CSRF
}

// with is an address with another value of a parameter.
func with(uri, name, value string) string {
	path, raw, _ := strings.Cut(uri, "?")
	q, err := url.ParseQuery(raw)
	if err != nil {
		return uri
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}

// query is a parameter of an address.
func query(uri, name string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Query().Get(name)
}
