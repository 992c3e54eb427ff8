package fcmtest

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRequestsThatBreakTheDocumentedFormAreRefused(t *testing.T) {
	long := strings.Repeat("x", 65)
	cases := []struct {
		name, message string
		status        int
	}{
		{"the least there is", `{"token":"t"}`, 200},
		{"an unknown field", `{"token":"t","colour":"red"}`, 400},
		{"an unknown field further down", `{"token":"t","android":{"notification":{"chanel_id":"x"}}}`, 400},
		{"a number among the data", `{"token":"t","data":{"n":1}}`, 400},
		{"a reserved data key", `{"token":"t","data":{"google.x":"1"}}`, 400},
		{"no token", `{"notification":{"title":"x"}}`, 400},
		{"a name", `{"token":"t","name":"x"}`, 400},
		{"no message", `null`, 400},
		{"more than 4096 bytes", `{"token":"t","data":{"x":"` + strings.Repeat("x", 4096) + `"}}`, 400},
		{"four weeks", `{"token":"t","android":{"ttl":"2419200s"}}`, 200},
		{"longer than four weeks", `{"token":"t","android":{"ttl":"2419201s"}}`, 400},
		{"a duration without its s", `{"token":"t","android":{"ttl":"60"}}`, 400},
		{"an unknown priority", `{"token":"t","android":{"priority":"urgent"}}`, 400},
		{"an unknown notification priority", `{"token":"t","android":{"notification":{"notification_priority":"high"}}}`, 400},
		{"a payload without aps", `{"token":"t","apns":{"payload":{"alert":"x"}}}`, 400},
		{"a payload of one's own beside aps", `{"token":"t","apns":{"payload":{"aps":{},"x":{"y":1}}}}`, 200},
		{"a collapse id of 65 bytes", `{"token":"t","apns":{"headers":{"apns-collapse-id":"` + long + `"}}}`, 400},
		{"an APNs priority of 7", `{"token":"t","apns":{"headers":{"apns-priority":"7"}}}`, 400},
		{"an expiration that is a date", `{"token":"t","apns":{"headers":{"apns-expiration":"2026-01-05"}}}`, 400},
		{"a topic with a colon", `{"token":"t","webpush":{"headers":{"Topic":"a:b"}}}`, 400},
		{"an unknown urgency", `{"token":"t","webpush":{"headers":{"Urgency":"now"}}}`, 400},
		{"a TTL with an s", `{"token":"t","webpush":{"headers":{"TTL":"60s"}}}`, 400},
	}
	s := New(t)
	s.state.grants["good"] = time.Now().Add(time.Hour)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := len(s.Faults())
			status, body := post(t, s, Project, "good", `{"message":`+c.message+`}`)
			if status != c.status {
				t.Errorf("status %d, want %d: %s", status, c.status, body)
			}
			if refused := status == 400; refused != strings.Contains(body, `"errorCode":"INVALID_ARGUMENT"`) || refused != (len(s.Faults()) > before) {
				t.Errorf("answer %s, faults %q", body, s.Faults())
			}
		})
	}
}

func TestOnlyKnownProjectsAndBearersAreServed(t *testing.T) {
	s := New(t)
	s.state.grants["old"] = time.Now().Add(-time.Second)
	s.state.grants["good"] = time.Now().Add(time.Hour)
	for _, c := range []struct {
		name, project, bearer string
		status                int
	}{
		{"good", Project, "good", 200},
		{"no such token", Project, "x", 401},
		{"a token that is over", Project, "old", 401},
		{"another project", "elsewhere", "good", 404},
	} {
		if status, body := post(t, s, c.project, c.bearer, `{"message":{"token":"t"}}`); status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, status, c.status, body)
		}
	}
}

func TestADryRunIsNotShown(t *testing.T) {
	s := New(t)
	s.state.grants["good"] = time.Now().Add(time.Hour)
	if status, body := post(t, s, Project, "good", `{"validate_only":true,"message":{"token":"t"}}`); status != 200 {
		t.Errorf("%d: %s", status, body)
	}
	if n := len(s.Phone("t")); n != 0 {
		t.Errorf("%d notifications", n)
	}
}

func TestOnlyCountsAreKeptWhereThatIsAskedFor(t *testing.T) {
	s := New(t)
	s.state.grants["good"] = time.Now().Add(time.Hour)
	s.CountOnly()
	for range 2 {
		if status, body := post(t, s, Project, "good", `{"message":{"token":"t"}}`); status != 200 {
			t.Errorf("%d: %s", status, body)
		}
	}
	if n := s.Arrivals("t"); n != 2 || len(s.Phone("t")) != 0 || s.Arrivals("u") != 0 {
		t.Errorf("%d arrivals, %d notifications", n, len(s.Phone("t")))
	}
}

func TestATokensOwnScriptGoesFirst(t *testing.T) {
	s := New(t)
	s.state.grants["good"] = time.Now().Add(time.Hour)
	s.Always(Any, Internal)
	s.Always("a", Unregistered)
	s.Script(Any, QuotaExceeded)
	s.Script("a", Unavailable)
	for i, want := range []int{503, 429, 404, 404} {
		if status, _ := post(t, s, Project, "good", `{"message":{"token":"a"}}`); status != want {
			t.Errorf("answer %d: %d, want %d", i, status, want)
		}
	}
	s.Always("a", Answer{})
	s.Always(Any, Answer{})
	if status, _ := post(t, s, Project, "good", `{"message":{"token":"a"}}`); status != 200 {
		t.Errorf("in the end %d", status)
	}
}

func post(t *testing.T, s *Server, project, bearer, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.Endpoint()+"/projects/"+project+"/messages:send", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}
