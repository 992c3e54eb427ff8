package webhook_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"respons/internal/fault"
	"respons/internal/notify"
	"respons/internal/webhook"
)

func call(url string, secrets ...string) notify.Call {
	return notify.Call{ID: "id-1", At: time.Now(), URL: url, Secrets: secrets, Body: []byte(`{"type":"complaint.routed"}`)}
}

// A receiver that knows the new secret or still the old one accepts the call; one with another does not.
func TestACallIsSignedInTheFormOfStandardWebhooks(t *testing.T) {
	secret := webhook.Secrets([]byte("a secret of the system, 32 bytes"))
	var header http.Header
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	sender := webhook.New(true, time.Now)
	if out := sender.Call(t.Context(), call(server.URL, secret("target", 2), secret("target", 1))); out.State != notify.Accepted {
		t.Fatalf("%+v", out)
	}
	for s, want := range map[string]bool{secret("target", 2): true, secret("target", 1): true, secret("target", 3): false, secret("other", 1): false} {
		w, err := standard.NewWebhook(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(body, header); (err == nil) != want {
			t.Errorf("verified: %v, want %v", err, want)
		}
	}
	if header.Get("Webhook-Id") != "id-1" || header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", header)
	}
}

func TestTheReceiversAnswers(t *testing.T) {
	followed := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, "/followed", http.StatusTemporaryRedirect)
		case "/followed":
			followed = true
		case "/busy":
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/broken":
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer server.Close()
	sender := webhook.New(true, time.Now)
	secret := webhook.Secrets(make([]byte, 32))("x", 1)
	for path, want := range map[string]notify.Outcome{"/": {State: notify.Accepted}, "/elsewhere": {State: notify.Waiting},
		"/busy": {State: notify.Waiting, After: 30 * time.Second}, "/gone": {State: notify.Failed, Gone: true}, "/broken": {State: notify.Waiting}} {
		out := sender.Call(t.Context(), call(server.URL+path, secret))
		if out.State != want.State || out.After != want.After || out.Gone != want.Gone || out.State != notify.Accepted && out.Why == "" {
			t.Errorf("%s: %+v", path, out)
		}
	}
	if followed {
		t.Error("a redirect was followed")
	}
	server.Close()
	if out := sender.Call(t.Context(), call(server.URL, secret)); out.State != notify.Waiting || out.Err == nil {
		t.Errorf("out of reach: %+v", out)
	}
}

// The check is made on the address that is dialed: a name that points into our network, however it was told before,
// reaches nobody.
func TestANameThatPointsToThisMachineReachesNobody(t *testing.T) {
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	sender := webhook.New(false, time.Now)
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		out := sender.Call(t.Context(), call("http://"+host+port, webhook.Secrets(make([]byte, 32))("x", 1)))
		if out.State != notify.Waiting || !errors.Is(out.Err, fault.Invalid) || !strings.Contains(out.Why, "private") {
			t.Errorf("%s: %+v", host, out)
		}
	}
	if reached {
		t.Error("the server was reached")
	}
}

func TestOnlyThePublicInternetIsPublic(t *testing.T) {
	for s, want := range map[string]bool{
		"1.1.1.1": true, "103.6.236.1": true, "2606:4700::1": true, "::ffff:1.1.1.1": true,
		"127.0.0.1": false, "::1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.16.0.1": false, "172.32.0.1": true,
		"192.168.1.1": false, "169.254.169.254": false, "fe80::1": false, "fd00:ec2::254": false, "100.64.0.1": false, "100.128.0.1": true,
		"224.0.0.1": false, "255.255.255.255": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false,
		"2001:0:1::1": false, "198.18.0.1": false, "ff02::1": false, "::10.0.0.1": false,
	} {
		if got := webhook.Public(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}

func TestAnAddressIsCheckedBeforeItIsKept(t *testing.T) {
	for raw, want := range map[string][2]bool{ // without and with loopback
		"https://aduan.mbpj.gov.my/respons": {true, true}, "http://aduan.mbpj.gov.my/": {false, false}, "https://": {false, false},
		"https://user:pw@aduan.mbpj.gov.my/": {false, false}, "https://aduan.mbpj.gov.my/#x": {false, false}, "ftp://aduan.mbpj.gov.my": {false, false},
		"https://localhost/": {false, true}, "http://127.0.0.1:8099/": {false, true}, "https://LOCALHOST./": {false, true},
		"https://10.0.0.1/": {false, false}, "https://[fd00:ec2::254]/": {false, false}, "https://169.254.169.254/latest": {false, false},
		"https://8.8.8.8/": {true, true}, "https://" + strings.Repeat("a", 500) + ".my": {false, false},
	} {
		for i, loopback := range []bool{false, true} {
			if err := webhook.Check(raw, loopback); (err == nil) != want[i] || err != nil && !errors.Is(err, fault.Invalid) {
				t.Errorf("%s, loopback %v: %v", raw, loopback, err)
			}
		}
	}
}
