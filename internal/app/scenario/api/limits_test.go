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

// Whoever floods or guesses is told to wait and for how long; nobody else notices. Behind a proxy that is trusted the
// client's own address counts; what a client says of itself does not.
func TestFloodsAndGuessesAreSlowedDown(t *testing.T) {
	proxied := func(c *config.Config) { c.TrustedProxies = "127.0.0.1" }
	t.Run("embedded", func(t *testing.T) { floodAndGuess(t, apptest.Start(t, proxied)) })
	t.Run("a real Redis", func(t *testing.T) {
		floodAndGuess(t, apptest.Start(t, func(c *config.Config) { proxied(c); c.RedisURL = config.Secret(redistest.Server(t)) }))
	})
}

func floodAndGuess(t *testing.T, s *apptest.System) {
	file := func(from, text string) apptest.Answer {
		return apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]string{"text": text}, "X-Forwarded-For", from)
	}
	var first apptest.Receipt
	accepted := 0
	for i := range 150 {
		a := file("203.0.113.7", "lampu jalan padam "+strconv.Itoa(i))
		switch a.Status {
		case http.StatusCreated:
			if accepted++; accepted == 1 {
				a.Into(t, &first)
			}
		case http.StatusTooManyRequests:
			apptest.CheckProblem(t, a, 429, "too-many", "try again")
			if wait, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 60 {
				t.Fatalf("Retry-After %q", a.Header.Get("Retry-After"))
			}
		default:
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if accepted < 120 || accepted > 135 { // 120 a minute, and what the test's own seconds give back
		t.Errorf("%d of 150 were accepted", accepted)
	}
	if a := file("203.0.113.8", "longkang tersumbat"); a.Status != http.StatusCreated {
		t.Errorf("somebody else: %d %s", a.Status, a.Body)
	}
	guess := func(from, code string) int {
		return apptest.Do(t, "GET", s.URL+"/v1/complaints/"+first.Number, nil, "Claim-Code", code, "X-Forwarded-For", from).Status
	}
	refused := false
	for i := range 30 {
		status := guess("198.51.100.9", fmt.Sprintf("AAAAA-%05d", i))
		refused = refused || status == http.StatusTooManyRequests
		if status != http.StatusNotFound && status != http.StatusTooManyRequests {
			t.Fatalf("guess %d: %d", i, status)
		}
	}
	if !refused || guess("198.51.100.9", first.ClaimCode) != http.StatusTooManyRequests {
		t.Error("thirty wrong codes, and the next is looked at")
	}
	if status := guess("198.51.100.10", first.ClaimCode); status != http.StatusOK {
		t.Errorf("the citizen meanwhile: %d", status)
	}
}

// Without a trusted proxy a client cannot say that it is somebody else.
func TestAForgedAddressCountsForNothing(t *testing.T) {
	s := apptest.Start(t, nil)
	for i := range 40 {
		a := apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Authorization", "Bearer nobody-has-this-token", "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i%3))
		if a.Status != http.StatusUnauthorized { // this machine's own address is not counted, whatever the header says
			t.Fatalf("request %d: %d %s", i, a.Status, a.Body)
		}
	}
}
