package operation_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/push/fcmtest"
	"respons/internal/store/mongo/mongotest"
)

// sent is an event of a stream.
type sent struct{ id, name, data string }

// listen opens a stream and gives its events until stop is called or the server ends it, which closes the channel.
func listen(t *testing.T, url string, headers ...string) (events <-chan sent, stop func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("stream: %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	out := make(chan sent, 100)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		var e sent
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					out <- e
				}
				e = sent{}
			}
		}
	}()
	t.Cleanup(stop)
	return out, stop
}

// until waits for the event that is wanted and gives it.
func until(t *testing.T, events <-chan sent, what string, is func(sent) bool) sent {
	t.Helper()
	end := time.After(60 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				t.Fatalf("the stream ended before %s", what)
			}
			if is(e) {
				return e
			}
		case <-end:
			t.Fatalf("no event: %s", what)
		}
	}
}

func inState(state string) func(sent) bool {
	return func(e sent) bool {
		var c struct{ State string }
		return e.name == "complaint" && json.Unmarshal([]byte(e.data), &c) == nil && c.State == state
	}
}

// What an officer does in one process reaches the citizen who looks on at another, also past a break and without Redis.
func TestChangesReachWhoeverLooksOn(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := apptest.Start(t, nil)
		changesReach(t, s, s)
	})
	t.Run("two processes on MongoDB and a real Redis", func(t *testing.T) {
		uri, rdb := mongotest.Start(t), redistest.Server(t)
		two := func(c *config.Config) {
			c.MongoURI, c.RedisURL, c.Secret = config.Secret(uri), config.Secret(rdb), config.Secret(strings.Repeat("s", 32))
		}
		changesReach(t, apptest.Start(t, two), apptest.Start(t, two))
	})
}

func changesReach(t *testing.T, s, other *apptest.System) {
	officer := s.Officer(t, "officer", "MBPJ")
	citizen := s.Account(t, "phone-of-streams")
	events, stop := listen(t, other.URL+"/v1/stream", "Authorization", citizen)
	queue, stopQueue := listen(t, other.URL+"/v1/staff/stream", "Authorization", officer)
	until(t, queue, "the first look", func(e sent) bool { return e.name == "look" })
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": "Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh",
		"location": map[string]any{"lat": 3.1186, "lon": 101.6221}}, "Authorization", citizen).Into(t, &r)
	routed := until(t, events, "routed", inState("routed"))
	until(t, queue, "the new complaint", func(e sent) bool { return e.name == "changed" && strings.Contains(e.data, r.Number) })
	stopQueue()
	stop()

	move := func(name string) {
		t.Helper()
		if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/"+name, `{"note":"Siap."}`, "Authorization", officer); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	move("accept") // nobody looks on
	if routed.id == "" {
		t.Fatal("the event has no id to go on from")
	}
	events, _ = listen(t, other.URL+"/v1/stream", "Authorization", citizen, "Last-Event-ID", routed.id)
	until(t, events, "what happened meanwhile", inState("accepted"))
	if err := s.App.Redis.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	move("resolve")
	until(t, events, "resolved", inState("resolved"))
}

func TestStreamsAreOfOnesOwnAndCounted(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": "Lampu jalan padam di SS2 sudah seminggu"}).Into(t, &r)
	if a := apptest.Do(t, "GET", s.URL+"/v1/stream?number="+r.Number, nil, "Claim-Code", "AAAAA-AAAAA"); a.Status != http.StatusNotFound {
		t.Errorf("a guessed code: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/stream", nil); a.Status != http.StatusUnauthorized {
		t.Errorf("nobody: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/stream?since=x", nil, "Authorization", s.Account(t, "phone-x")); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a since that nobody gave: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/stream", nil, "Authorization", s.Account(t, "phone-y")); a.Status != http.StatusForbidden {
		t.Errorf("a citizen at the staff's stream: %d %s", a.Status, a.Body)
	}
	var last <-chan sent
	for range 8 {
		last, _ = listen(t, s.URL+"/v1/stream?number="+r.Number, "Claim-Code", r.ClaimCode)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/stream?number="+r.Number, nil, "Claim-Code", r.ClaimCode); a.Status != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("the ninth stream: %d %s", a.Status, a.Body)
	}
	s.App.News.Close() // as the process does when it stops
	for range last {
	}
}

// While the provider is out, pushes wait without an attempt each; when it is back they all arrive, each once.
func TestPushesWaitWhileTheProviderIsOut(t *testing.T) {
	s := apptest.Start(t, nil)
	s.Phones.Always(fcmtest.Any, fcmtest.Unavailable)
	const phones = 12
	for i := range phones {
		apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": "Lampu jalan padam di SS2 sudah seminggu",
			"device": map[string]any{"token": "waiting-" + string(rune('a'+i)), "platform": "android"}})
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, phones) })
	tried := s.Phones.Requests()
	if since, _, _ := s.App.Teller.Holding.Held(); since.IsZero() || tried > phones {
		t.Errorf("%d requests to a provider that is out, held since %v", tried, since)
	}
	if a := apptest.Do(t, "GET", s.URL+"/readyz", nil); !strings.Contains(string(a.Body), "held since") {
		t.Errorf("readyz: %s", a.Body)
	}
	s.Phones.Always(fcmtest.Any, fcmtest.Answer{})
	apptest.Eventually(t, func() error {
		if _, err := s.App.Teller.Resend(t.Context()); err != nil {
			return err
		}
		for i := range phones {
			if n := len(s.Phones.Phone("waiting-" + string(rune('a'+i)))); n == 0 {
				return fmt.Errorf("phone %d got nothing", i)
			}
		}
		return nil
	})
}

// A client that is gone before its stream began leaves nothing behind that counts as open.
func TestAStreamThatNeverBeganIsNotCountedAsOpen(t *testing.T) {
	s := apptest.Wire(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &r)
	served := s.App.Handler()
	for i := range 20 {
		req := httptest.NewRequest("GET", "/v1/stream?number="+r.Number, nil)
		req.Header.Set("Claim-Code", r.ClaimCode)
		w := httptest.NewRecorder() // it takes no deadlines, which ends the stream
		if served.ServeHTTP(w, req); w.Code != http.StatusOK {
			t.Fatalf("stream %d: %d %s", i, w.Code, w.Body)
		}
	}
}
