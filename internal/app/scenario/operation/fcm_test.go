package operation_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/push/fcmtest"
)

// Whatever FCM answers to the citizen's push, through the Admin SDK: a dead token is forgotten, a message that is wrong
// costs no device, what may pass is tried again under the same id, and what an operator must mend is told to them.
func TestWhatEveryAnswerOfFCMLeadsTo(t *testing.T) {
	type outcome struct {
		state string // of the ledger's row after the answer
		why   string
		kept  bool // the device is still known
		held  bool // no other push is tried meanwhile
		alarm bool
		after time.Duration // the least that is waited; 0: nothing more comes
	}
	cases := []struct {
		name   string
		answer fcmtest.Answer
		outcome
	}{
		{"UNREGISTERED", fcmtest.Unregistered, outcome{state: "failed", why: "the device is gone"}},
		{"INVALID_ARGUMENT of the token", fcmtest.InvalidToken, outcome{state: "failed", why: "the device is gone"}},
		{"INVALID_ARGUMENT of another field", fcmtest.InvalidField("message.android.ttl"), outcome{state: "failed", why: "refused the message", kept: true}},
		{"QUOTA_EXCEEDED", fcmtest.QuotaExceeded.After("90"), outcome{state: "waiting", kept: true, held: true, after: 90 * time.Second}},
		{"429 without a wait", fcmtest.QuotaExceeded, outcome{state: "waiting", kept: true, held: true, after: time.Minute}},
		{"UNAVAILABLE", fcmtest.Unavailable.After("40"), outcome{state: "waiting", kept: true, held: true, after: 40 * time.Second}},
		{"INTERNAL", fcmtest.Internal, outcome{state: "waiting", kept: true, after: 5 * time.Second}},
		{"a broken line", fcmtest.Answer{Cut: true}, outcome{state: "waiting", kept: true, held: true, after: 5 * time.Second}},
		{"an answer that was lost", fcmtest.Answer{Delivered: true, Cut: true}, outcome{state: "waiting", kept: true, held: true, after: 5 * time.Second}},
		{"SENDER_ID_MISMATCH", fcmtest.SenderIDMismatch, outcome{state: "waiting", why: "operator", kept: true, alarm: true, after: 5 * time.Second}},
		{"THIRD_PARTY_AUTH_ERROR", fcmtest.ThirdPartyAuth, outcome{state: "waiting", why: "operator", kept: true, alarm: true, after: 5 * time.Second}},
		{"refused credentials", fcmtest.Unauthenticated, outcome{state: "waiting", why: "operator", kept: true, held: true, alarm: true, after: 5 * time.Second}},
		{"a refused account", fcmtest.PermissionDenied, outcome{state: "waiting", why: "operator", kept: true, held: true, alarm: true, after: 5 * time.Second}},
	}
	apptest.InTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *apptest.Town) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if _, err := w.App.People.Register(t.Context(), identity.Device{Owner: w.Person["citizen"], Token: "citizen", Platform: "android", Lang: "en"}); err != nil {
					t.Fatal(err)
				}
				alarms := alarmsCounted(t, w)
				w.Phones.Script("citizen", c.answer)
				filed, _, err := w.App.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "en", Citizen: w.Person["citizen"]})
				if err != nil {
					t.Fatal(err)
				}
				if err := w.App.Teller.Tell(t.Context(), filed.ID); err != nil {
					t.Fatal(err)
				}
				number := filed.Number
				pushed := func() apptest.MessageView {
					list := w.List(t, "/v1/messages?limit=100", "citizen")
					var of []apptest.MessageView
					for _, m := range list {
						if m.Number == number {
							of = append(of, m)
						}
					}
					return apptest.Only(of, "received", "push")
				}
				if m := pushed(); m.State != c.state || !strings.Contains(m.Why, c.why) {
					t.Errorf("the ledger says %+v, want %s %q", m, c.state, c.why)
				}
				devices, err := w.App.People.DevicesOf(t.Context(), w.Person["citizen"])
				if err != nil || (len(devices) == 1) != c.kept {
					t.Errorf("%d devices, %v", len(devices), err)
				}
				ready := string(apptest.Do(t, "GET", w.URL+"/readyz", nil).Body)
				if strings.Contains(ready, "held since") != c.held {
					t.Errorf("readyz says %s", ready)
				}
				if more := alarmsCounted(t, w) > alarms; more != c.alarm {
					t.Errorf("an operator is alarmed: %v", more)
				}
				if c.after == 0 {
					return
				}
				began := w.Now
				resend := func(after time.Duration) {
					w.Now = began.Add(after)
					if _, err := w.App.Teller.Resend(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				resend(c.after - time.Second)
				if m := pushed(); m.State != "waiting" {
					t.Errorf("before its time: %+v", m)
				}
				resend(5 * time.Minute)
				if m := pushed(); m.State != "accepted" {
					t.Errorf("in the end: %+v", m)
				}
				for _, shown := range w.Phones.Phone("citizen") {
					if shown.Data["number"] == number && shown.Data["event"] == "received" && (shown.Times != 1) != c.answer.Delivered {
						t.Errorf("arrived %d times", shown.Times)
					}
				}
			})
		}
		w.Logged.Forgive(t, "an operator must act")
	})
}

// alarms is how many alarms the metrics count.
func alarmsCounted(t *testing.T, w *apptest.Town) int {
	t.Helper()
	a := apptest.Do(t, "GET", w.URL+"/metrics", nil)
	if a.Status != http.StatusOK {
		t.Fatalf("metrics: %d", a.Status)
	}
	for line := range strings.Lines(string(a.Body)) {
		if v, ok := strings.CutPrefix(line, `respons_message_alarms_total{channel="push"} `); ok {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return 0
}
