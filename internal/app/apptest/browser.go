package apptest

import (
	"net/http"
	"net/url"
	"testing"
)

// Browser keeps cookies as browsers do, also those that are Secure for a page on this machine, and follows no redirect by
// itself.
type Browser struct {
	t       *testing.T
	base    string
	Cookies map[string]*http.Cookie
	csrf    string
}

// NewBrowser is one without cookies at an address of ours.
func NewBrowser(t *testing.T, base string) *Browser {
	return &Browser{t: t, base: base, Cookies: map[string]*http.Cookie{}}
}

// Ask sends a request as a page of ours does, and takes the cookies of the answer.
func (b *Browser) Ask(method, path string, body any, headers ...string) Answer {
	b.t.Helper()
	sent := append([]string{"Sec-Fetch-Site", "same-origin", "X-CSRF-Token", b.csrf}, headers...)
	cookie := ""
	for _, c := range b.Cookies {
		cookie += c.Name + "=" + c.Value + "; "
	}
	if cookie != "" {
		sent = append(sent, "Cookie", cookie)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := Send(b.t.Context(), client, method, b.base+path, body, sent...)
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
		if delete(b.Cookies, c.Name); c.MaxAge >= 0 {
			b.Cookies[c.Name] = c
		}
	}
	return a
}

// Goes follows an address of another host, which sends the browser back here, and gives the path it is sent to.
func (b *Browser) Goes(address string) string {
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

// Learns reads the CSRF token of the session, as a page would have it.
func (b *Browser) Learns(path string) {
	b.t.Helper()
	var out struct{ CSRF string }
	b.Ask("GET", path, nil).Into(b.t, &out)
	b.csrf = out.CSRF
}

// Query is a parameter of an address.
func Query(uri, name string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Query().Get(name)
}

// Clone is the same browser with the same cookies, whose answers change nothing here.
func (b *Browser) Clone() *Browser {
	c := NewBrowser(b.t, b.base)
	c.csrf = b.csrf
	for name, cookie := range b.Cookies {
		c.Cookies[name] = cookie
	}
	return c
}
