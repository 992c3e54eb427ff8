package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

// raw sends a request line as it is, which a client would tidy up otherwise, and follows no redirection.
func raw(t *testing.T, method, base, target string, headers ...string) apptest.Answer {
	t.Helper()
	host := strings.TrimPrefix(base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", method, target, host)
	for i := 0; i+1 < len(headers); i += 2 {
		fmt.Fprintf(conn, "%s: %s\r\n", headers[i], headers[i+1])
	}
	fmt.Fprint(conn, "\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return apptest.Answer{Status: res.StatusCode, Header: res.Header, Body: content}
}

// However an address is written, nobody comes past what stands before it, to a file, or to another site.
func TestNoSpellingOfAPathGoesRoundTheGuard(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &r)
	c := s.Stands(t, r.Number)
	staff := "/v1/staff/complaints/" + r.Number
	if a := raw(t, "GET", s.URL, staff+"/"); a.Header.Get("Location") != staff {
		t.Errorf("a slash at the end leads to %q, %d", a.Header.Get("Location"), a.Status)
	}
	if a := raw(t, "GET", s.URL, staff, "Authorization", s.Officer(t, "officer", c.Agency)); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "7-Eleven") {
		t.Fatalf("the officer: %d %s", a.Status, a.Body)
	}
	for _, path := range []string{
		staff, staff + "/", "//v1/staff/complaints/" + r.Number, "/v1//staff/complaints/" + r.Number, "/v1/staff//complaints/" + r.Number,
		"/v1/./staff/complaints/" + r.Number, "/v1/complaints/../staff/complaints/" + r.Number, "/v1/complaints/%2e%2e/staff/complaints/" + r.Number,
		"/v1/complaints/..%2fstaff%2fcomplaints%2f" + r.Number, "/v1%2fstaff%2fcomplaints%2f" + r.Number, "/healthz/../v1/staff/complaints/" + r.Number,
		"/healthz/..;/v1/staff/complaints/" + r.Number, "/V1/staff/complaints/" + r.Number, "/v1/STAFF/complaints/" + r.Number, "/v1/staff/Complaints/" + r.Number,
		staff + "%00", staff + "%20", staff + ";x=1", staff + ".json", staff + "%2f", staff + "/..", staff + "?Claim-Code=" + r.ClaimCode,
		"/v1/complaints/" + r.Number, "/v1/complaints/" + r.Number + "/", "/v1/complaints/" + r.Number + "%2f..%2f" + r.Number, "/v1/complaints/" + strings.ToLower(r.Number),
		"/assets/x/..%2f..%2fsecret.key", "/assets/x/%2e%2e%2f%2e%2e%2fsecret.key", "/assets/../secret.key", "/assets/x/..", "/docs/..%2f..%2fsecret.key", "/docs/../v1/staff/complaints/" + r.Number,
		"/docs/%2e%2e/v1/staff/complaints/" + r.Number, "/v1/blobs/..%2f..%2frespons.db", "/v1/uploads/..%2f..%2frespons.db", "/schemas/..%2fsecret.key",
		"//evil.example", "//evil.example/", "/%5cevil.example/", "/\\evil.example/", "///evil.example/v1/complaints/", "/%2f%2fevil.example/",
		"http://evil.example", "http://evil.example/v1/complaints/", "http://evil.example" + staff, "http://evil.example" + staff + "/",
	} {
		for _, headers := range [][]string{
			nil, {"X-Original-URL", staff, "X-Rewrite-URL", staff}, {"X-Forwarded-Prefix", "//evil.example", "X-Forwarded-Host", "evil.example"},
			{"X-HTTP-Method-Override", "DELETE", "X-HTTP-Method", "DELETE", "X-Method-Override", "DELETE"},
		} {
			a := raw(t, "GET", s.URL, path, headers...)
			for _, secret := range []string{"7-Eleven", "SQLite format", r.ClaimCode} {
				if strings.Contains(string(a.Body), secret) {
					t.Errorf("%s %v shows %q: %d %s", path, headers, secret, a.Status, a.Body)
				}
			}
			if a.Status >= 500 {
				t.Errorf("%s %v: %d %s", path, headers, a.Status, a.Body)
			}
			if to := a.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) || strings.Contains(to, "evil.example")) {
				t.Errorf("%s %v leads to %q", path, headers, to)
			}
		}
	}
}

// A header or parameter makes no other method of a request: what only GET may do is not done by what carries one.
func TestNoHeaderMakesAnotherMethod(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-me")
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", auth).Into(t, &r)
	before := s.Stands(t, r.Number)
	for _, method := range []string{"GET", "POST"} {
		for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			for _, path := range []string{"/v1/me", "/v1/complaints/" + r.Number, "/v1/complaints/" + r.Number + "/support", "/v1/me?_method=DELETE"} {
				raw(t, method, s.URL, path, header, "DELETE", "Authorization", auth)
			}
		}
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); a.Status != http.StatusOK {
		t.Errorf("the account is gone: %d %s", a.Status, a.Body)
	}
	if after := s.Stands(t, r.Number); after.Rev != before.Rev || after.Citizen != before.Citizen {
		t.Errorf("the complaint was changed")
	}
}
