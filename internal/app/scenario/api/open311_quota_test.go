package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
)

// Whoever has used its quota up waits; others, and readers without a key, do not.
func TestOpen311Quotas(t *testing.T) {
	run := func(t *testing.T, s *apptest.System) {
		s.Officer(t, "officer", "MBPJ") // makes the first administrator
		key, reader := apiKey(t, s, s.Admin, "", 3, "file"), apiKey(t, s, s.Admin, "", 2, "read")
		file := func() apptest.Answer {
			return post311(t, s, "/requests.json", nil, "api_key", key, "service_code", "LPU01", "address_string", "SS2 Petaling Jaya", "description", "lampu jalan padam")
		}
		for range 3 {
			filed311(t, file())
		}
		a := file()
		refused311(t, a, 429, "the quota of 3 requests a day is used up")
		if wait, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || wait < 60 || wait > 8*60*60 {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
		for range 2 {
			if a := get311(t, s, "/discovery.json?api_key="+reader); a.Status != 200 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		}
		refused311(t, get311(t, s, "/discovery.json?api_key="+reader), 429, "2 requests a day")
		refused311(t, get311(t, s, "/discovery.json?api_key="+key), 403, "lacks the scope read")
		if a := get311(t, s, "/discovery.json"); a.Status != 200 {
			t.Errorf("without a key: %d %s", a.Status, a.Body)
		}
	}
	t.Run("embedded", func(t *testing.T) { run(t, apptest.Start(t, nil)) })
	t.Run("a real Redis", func(t *testing.T) {
		run(t, apptest.Start(t, func(c *config.Config) { c.RedisURL = config.Secret(redistest.Server(t)) }))
	})
}

// Guesses at keys are slowed down like guesses at tokens.
func TestOpen311GuessesAreSlowedDown(t *testing.T) {
	s := apptest.Start(t, func(c *config.Config) { c.TrustedProxies = "127.0.0.1" })
	refused := false
	for i := range 40 {
		a := post311(t, s, "/requests.json", []string{"X-Forwarded-For", "198.51.100.9"}, "api_key", fmt.Sprintf("rsp_%d", i))
		refused = refused || a.Status == http.StatusTooManyRequests
		if a.Status != http.StatusForbidden && a.Status != http.StatusTooManyRequests {
			t.Fatalf("guess %d: %d %s", i, a.Status, a.Body)
		}
	}
	if !refused {
		t.Error("forty wrong keys, and the next is looked at")
	}
}
