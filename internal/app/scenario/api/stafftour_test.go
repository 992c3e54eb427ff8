package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/config"
)

// filedBy files a complaint of a guest and waits until it lies where it belongs.
func (x *tour) filedBy(t *testing.T, body string, all int) (number string) {
	t.Helper()
	var r apptest.Receipt
	apptest.Do(t, "POST", x.URL+"/v1/complaints", body).Into(t, &r)
	apptest.Eventually(t, func() error { return apptest.Settled(t, x.System, all) })
	return r.Number
}

// What the document shows of the staff's part works: what the desk and an agency do with a complaint.
func TestTheDocumentsExamplesForStaffWork(t *testing.T) {
	x := onTour(t, nil)
	desk, officer := []string{"Authorization", x.Officer(t, "desk", "")}, []string{"Authorization", x.Officer(t, "officer", "MBPJ")}
	supervisor := []string{"Authorization", x.Officer(t, "supervisor", "MBPJ")}
	for _, op := range []string{"staff-me", "put-staff-preferences", "list-holidays"} {
		x.send(t, op, nil, officer...)
	}
	unclear := x.filedBy(t, `{"text":"Tolonglah, dah lama sangat macam ni"}`, 1)
	x.send(t, "staff-assign", []string{"number", unclear}, desk...)
	other := x.filedBy(t, `{"text":"Jiran saya selalu merenung saya"}`, 2)
	x.send(t, "staff-reject", []string{"number", other}, desk...)

	thanks := x.filedBy(t, `{"kind":"appreciation","text":"Terima kasih MBPJ, taman SS2 cantik","location":{"lat":3.1186,"lon":101.6221}}`, 3)
	for _, move := range []string{"staff-accept", "staff-reply"} {
		x.send(t, move, []string{"number", thanks}, officer...)
	}
	deep := x.filedBy(t, `{"text":"Jalan runtuh di SS2/24, lubang sangat dalam, bahaya kepada nyawa","location":{"lat":3.1186,"lon":101.6221}}`, 4)
	own := []string{"number", deep}
	x.send(t, "staff-accept", own, officer...)
	x.send(t, "staff-made-safe", own, officer...)
	x.examples["staff-extend"].Request.(map[string]any)["until"] = time.Now().AddDate(0, 0, 7) // the next 90 days are what is taken
	x.send(t, "staff-extend", own, supervisor...)
	x.send(t, "staff-return", []string{"number", x.filedBy(t, apptest.PotholeMS, 5)}, officer...)
	x.send(t, "audit-timers", nil, "Authorization", x.Admin)
}

// What the document shows of webhooks works: a call that was given up is kept and replayed.
func TestTheDocumentsExamplesForWebhooksWork(t *testing.T) {
	x := onTour(t, func(c *config.Config) { c.WebhookLoopback = true })
	x.Officer(t, "officer", "MBPJ")
	admin := []string{"Authorization", x.Admin}
	x.send(t, "set-webhook", nil, admin...)
	x.send(t, "list-webhooks", nil, admin...)
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	var hook struct{ ID string }
	apptest.Do(t, "POST", x.URL+"/v1/staff/webhooks", map[string]any{"agency": "MBPJ", "url": gone.URL, "events": []string{"routed"}}, admin...).Into(t, &hook)
	x.filedBy(t, apptest.PotholeMS, 1)
	var dead struct{ Messages []struct{ ID string } }
	apptest.Eventually(t, func() error {
		apptest.Do(t, "GET", x.URL+"/v1/staff/webhooks/dead-letters?webhook="+hook.ID, nil, admin...).Into(t, &dead)
		if len(dead.Messages) == 0 {
			return fmt.Errorf("no call is kept")
		}
		return nil
	})
	x.send(t, "list-dead-letters", []string{"webhook", hook.ID}, admin...)
	x.send(t, "replay-dead-letter", []string{"id", dead.Messages[0].ID}, admin...)
	x.send(t, "replay-webhook", []string{"id", hook.ID}, admin...)
	x.send(t, "turn-webhook-secret", []string{"id", hook.ID}, admin...)
	x.send(t, "remove-webhook", []string{"id", hook.ID}, admin...)
}
