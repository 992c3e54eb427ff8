package push_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/internal/fault"
	"respons/internal/push"
	"respons/internal/push/fcmtest"
)

var monday = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

func newFCM(t *testing.T, opts ...push.Option) (*push.FCM, *fcmtest.Server) {
	t.Helper()
	s := fcmtest.New(t)
	opts = append([]push.Option{push.Endpoint(s.Endpoint()), push.Clock(func() time.Time { return monday })}, opts...)
	f, err := push.NewFCM(t.Context(), s.Credentials(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return f, s
}

func message(platform string, important bool) push.Message {
	return push.Message{ID: "0123456789abcdef0123456789abcdef", Token: "phone-of-aminah", Platform: platform,
		Title: "RR-7K3M-Q2XA: dihantar kepada agensi", Body: "Majlis Bandaraya Petaling Jaya perlu bertindak.",
		Link: "respons://complaints/RR-7K3M-Q2XA", Data: map[string]string{"event": "routed"}, Important: important, Badge: 3}
}

func TestEachPlatformGetsItsOwnForm(t *testing.T) {
	want := fcmtest.Shown{Key: "0123456789abcdef0123456789abcdef", Title: "RR-7K3M-Q2XA: dihantar kepada agensi",
		Body: "Majlis Bandaraya Petaling Jaya perlu bertindak.", Times: 1, Name: "x",
		Data: map[string]string{"id": "0123456789abcdef0123456789abcdef", "event": "routed", "link": "respons://complaints/RR-7K3M-Q2XA"}}
	cases := []struct {
		name, platform   string
		important, rings bool
		badge            int
		keep             time.Duration
		expires          time.Time
	}{
		{"important on Android", push.Android, true, true, 3, 24 * time.Hour, time.Time{}},
		{"ordinary on Android", push.Android, false, false, 3, 28 * 24 * time.Hour, time.Time{}},
		{"important on iOS", push.IOS, true, true, 3, 0, monday.Add(24 * time.Hour)},
		{"ordinary on iOS", push.IOS, false, false, 3, 0, monday.Add(28 * 24 * time.Hour)},
		{"important on the web, which has no badge", push.Web, true, true, 0, 24 * time.Hour, time.Time{}},
		{"ordinary on the web, which has no badge", push.Web, false, false, 0, 28 * 24 * time.Hour, time.Time{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, s := newFCM(t)
			out := f.Send(t.Context(), message(c.platform, c.important))
			if out.State != push.Accepted || out.Err != nil || !strings.HasPrefix(out.ProviderID, "projects/respons-test/messages/") {
				t.Fatalf("outcome %+v, faults %q", out, s.Faults())
			}
			want.Rings, want.Badge, want.Keep, want.Expires, want.Name = c.rings, c.badge, c.keep, c.expires, out.ProviderID
			if d := cmp.Diff([]fcmtest.Shown{want}, s.Phone("phone-of-aminah")); d != "" {
				t.Errorf("the phone shows (-want +got)\n%s", d)
			}
		})
	}
}

func TestARepeatUnderOneIDIsShownOnce(t *testing.T) {
	for _, platform := range []string{push.Android, push.IOS, push.Web} {
		f, s := newFCM(t)
		s.Script(fcmtest.Any, fcmtest.Answer{Delivered: true, Cut: true}) // taken, but the answer is lost
		m := message(platform, true)
		if out := f.Send(t.Context(), m); out.State != push.Retry {
			t.Errorf("%s: the lost answer is %+v", platform, out)
		}
		if out := f.Send(t.Context(), m); out.State != push.Accepted {
			t.Errorf("%s: the repeat is %+v", platform, out)
		}
		other := m
		other.ID = "another"
		f.Send(t.Context(), other)
		got := s.Phone(m.Token)
		if len(got) != 2 || got[0].Key != m.ID || got[0].Times != 2 || got[1].Key != "another" {
			t.Errorf("%s: the phone shows %+v", platform, got)
		}
	}
}

func TestEveryAnswerHasOneOutcomeAfterOneRequest(t *testing.T) {
	html := "<html><title>Error 404 (Not Found)</title></html>"
	cases := []struct {
		name   string
		answer fcmtest.Answer
		want   push.State
		after  time.Duration
	}{
		{"UNREGISTERED", fcmtest.Unregistered, push.Unregistered, 0},
		{"INVALID_ARGUMENT of the token", fcmtest.InvalidToken, push.Unregistered, 0},
		{"INVALID_ARGUMENT of another field does not kill the token", fcmtest.InvalidField("message.android.ttl"), push.Invalid, 0},
		{"INVALID_ARGUMENT of no field does not kill the token", fcmtest.InvalidField(""), push.Invalid, 0},
		{"SENDER_ID_MISMATCH", fcmtest.SenderIDMismatch, push.Alarm, 0},
		{"THIRD_PARTY_AUTH_ERROR", fcmtest.ThirdPartyAuth, push.Alarm, 0},
		{"401 for our access token", fcmtest.Unauthenticated, push.Alarm, 0},
		{"403 for our account", fcmtest.PermissionDenied, push.Alarm, 0},
		{"QUOTA_EXCEEDED without a wait: a minute", fcmtest.QuotaExceeded, push.Retry, time.Minute},
		{"QUOTA_EXCEEDED with a wait", fcmtest.QuotaExceeded.After("90"), push.Retry, 90 * time.Second},
		{"UNAVAILABLE without a wait", fcmtest.Unavailable, push.Retry, 0},
		{"UNAVAILABLE with a wait the SDK would sleep through", fcmtest.Unavailable.After("30"), push.Retry, 30 * time.Second},
		{"UNAVAILABLE until a date", fcmtest.Unavailable.After("Mon, 05 Jan 2026 01:02:00 GMT"), push.Retry, 2 * time.Minute},
		{"UNAVAILABLE until a date that is over", fcmtest.Unavailable.After("Mon, 05 Jan 2026 00:59:00 GMT"), push.Retry, 0},
		{"UNAVAILABLE with a wait below 0", fcmtest.Unavailable.After("-5"), push.Retry, 0},
		{"UNAVAILABLE for longer than a day", fcmtest.Unavailable.After("999999"), push.Retry, 24 * time.Hour},
		{"UNAVAILABLE with a wait nobody can read", fcmtest.Unavailable.After("soon"), push.Retry, 0},
		{"INTERNAL", fcmtest.Internal, push.Retry, 0},
		{"INTERNAL with a wait", fcmtest.Internal.After("7"), push.Retry, 7 * time.Second},
		{"UNSPECIFIED_ERROR", fcmtest.Unspecified, push.Retry, 0},
		{"502 from a proxy", fcmtest.Answer{Status: 502, Body: html}, push.Retry, 0},
		{"404 from a proxy does not kill the token", fcmtest.Answer{Status: 404, Body: html}, push.Alarm, 0},
		{"404 without FCM's code does not kill the token", fcmtest.Answer{Status: 404, RPC: "NOT_FOUND", Text: "Requested entity was not found."}, push.Alarm, 0},
		{"413", fcmtest.Answer{Status: 413, Body: html}, push.Invalid, 0},
		{"400 as a page", fcmtest.Answer{Status: 400, Body: html}, push.Invalid, 0},
		{"200 that is no JSON", fcmtest.Answer{Status: 200, Body: "OK"}, push.Retry, 0},
		{"200 that names no message", fcmtest.Answer{Status: 200, Body: "{}"}, push.Retry, 0},
		{"a broken connection", fcmtest.Answer{Cut: true}, push.Retry, 0},
		{"an answer that breaks off", fcmtest.Answer{Status: 200, Body: "{}", Short: true}, push.Retry, 0},
	}
	f, s := newFCM(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := s.Requests()
			s.Script(fcmtest.Any, c.answer)
			out := f.Send(t.Context(), message(push.Android, true))
			if out.State != c.want || out.After != c.after || out.Err == nil || out.ProviderID != "" {
				t.Errorf("outcome %+v, want %s after %s", out, c.want, c.after)
			}
			if n := s.Requests() - before; n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
			if out.Err != nil && (strings.Contains(out.Err.Error(), "phone-of-aminah") || len(out.Err.Error()) > 400) {
				t.Errorf("not for the log: %v", out.Err)
			}
		})
	}
	if len(s.Phone("phone-of-aminah")) != 0 || len(s.Faults()) != 0 {
		t.Errorf("shown %+v, faults %q", s.Phone("phone-of-aminah"), s.Faults())
	}
}

func TestSigningIn(t *testing.T) {
	cases := []struct {
		name   string
		answer fcmtest.Answer
		want   push.State
		after  time.Duration
	}{
		{"a refused key is an alarm", fcmtest.InvalidGrant, push.Alarm, 0},
		{"a deleted account is an alarm", fcmtest.Answer{Status: 401, Body: `{"error":"invalid_client"}`}, push.Alarm, 0},
		{"an outage passes", fcmtest.Answer{Status: 503, RetryAfter: "20"}, push.Retry, 20 * time.Second},
		{"too many sign-ins pass", fcmtest.Answer{Status: 429}, push.Retry, 0},
		{"a page in place of a token passes", fcmtest.Answer{Status: 200, Body: "<html>"}, push.Retry, 0},
		{"a broken connection passes", fcmtest.Answer{Cut: true}, push.Retry, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, s := newFCM(t)
			s.ScriptSignIn(c.answer)
			if out := f.Send(t.Context(), message(push.Android, true)); out.State != c.want || out.After != c.after || out.Err == nil {
				t.Errorf("outcome %+v, want %s after %s", out, c.want, c.after)
			}
			if s.Requests() != 0 {
				t.Error("a message went out unsigned")
			}
			if out := f.Send(t.Context(), message(push.Android, true)); out.State != push.Accepted {
				t.Errorf("afterwards %+v, faults %q", out, s.Faults())
			}
		})
	}
}

func TestAKeyThatIsNotTheAccountsIsRefused(t *testing.T) {
	s := fcmtest.New(t)
	cases := map[string]func(map[string]string){
		"another account": func(m map[string]string) { m["client_email"] = "x@elsewhere.iam.gserviceaccount.com" },
		"another key id":  func(m map[string]string) { m["private_key_id"] = "old" },
	}
	for name, change := range cases {
		m := map[string]string{}
		if err := json.Unmarshal(s.Credentials(), &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		creds, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		f, err := push.NewFCM(t.Context(), creds, push.Endpoint(s.Endpoint()))
		if err != nil {
			t.Fatal(err)
		}
		if out := f.Send(t.Context(), message(push.Web, false)); out.State != push.Alarm {
			t.Errorf("%s: %+v", name, out)
		}
	}
	if len(s.Faults()) != len(cases) {
		t.Errorf("faults %q", s.Faults())
	}
}

func TestARevokedAccessTokenIsAnAlarm(t *testing.T) {
	f, s := newFCM(t)
	f.Send(t.Context(), message(push.Android, true))
	s.Revoke()
	if out := f.Send(t.Context(), message(push.Android, true)); out.State != push.Alarm {
		t.Errorf("outcome %+v", out)
	}
}

func TestNobodyIsWaitedForLongerThanTheTimeout(t *testing.T) {
	for name, script := range map[string]func(*fcmtest.Server){
		"FCM hangs":     func(s *fcmtest.Server) { s.Always(fcmtest.Any, fcmtest.Answer{Hang: true}) },
		"sign-in hangs": func(s *fcmtest.Server) { s.ScriptSignIn(fcmtest.Answer{Hang: true}) },
	} {
		f, s := newFCM(t, push.Timeout(50*time.Millisecond))
		script(s)
		if out := f.Send(t.Context(), message(push.IOS, true)); out.State != push.Retry || !errors.Is(out.Err, context.DeadlineExceeded) {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestBadCredentialsAreRefusedBeforeAnythingIsSent(t *testing.T) {
	s := fcmtest.New(t)
	noProject := map[string]string{}
	if err := json.Unmarshal(s.Credentials(), &noProject); err != nil {
		t.Fatal(err)
	}
	user := maps.Clone(noProject)
	delete(noProject, "project_id")
	user["type"] = "authorized_user"
	for _, v := range []any{nil, noProject, user, "text"} {
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := push.NewFCM(t.Context(), body); !errors.Is(err, fault.Invalid) {
			t.Errorf("%.20s: %v", body, err)
		}
	}
}

func TestOnlyWhatConcernsEveryMessageHoldsThemAll(t *testing.T) {
	f, s := newFCM(t)
	for _, c := range []struct {
		name   string
		answer fcmtest.Answer
		down   bool
	}{
		{"refused credentials", fcmtest.Unauthenticated, true},
		{"a refused account", fcmtest.PermissionDenied, true},
		{"a used-up quota", fcmtest.QuotaExceeded, true},
		{"an outage", fcmtest.Unavailable, true},
		{"a broken line", fcmtest.Answer{Cut: true}, true},
		{"a token of another project", fcmtest.SenderIDMismatch, false},
		{"a certificate of Apple's", fcmtest.ThirdPartyAuth, false},
		{"an error of this message", fcmtest.Internal, false},
		{"a dead token", fcmtest.Unregistered, false},
	} {
		s.Script(fcmtest.Any, c.answer)
		if out := f.Send(t.Context(), message(push.Android, true)); out.Down != c.down {
			t.Errorf("%s: down is %v (%+v)", c.name, out.Down, out)
		}
	}
	s.ScriptSignIn(fcmtest.InvalidGrant)
	fresh, err := push.NewFCM(t.Context(), s.Credentials(), push.Endpoint(s.Endpoint()))
	if err != nil {
		t.Fatal(err)
	}
	if out := fresh.Send(t.Context(), message(push.Android, true)); !out.Down || out.State != push.Alarm {
		t.Errorf("a refused key: %+v", out)
	}
}
