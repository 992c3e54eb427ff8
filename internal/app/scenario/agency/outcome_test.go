package agency_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/internal/console"
)

// An agency's system that has gone for good leaves dead letters: administrators look at them, replay and discard them with
// a reason that stands in the ledger, in the audit record and in the statistics.
func TestDeadLettersAndStatisticsForStaff(t *testing.T) {
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(gone.Close)
	apptest.InTown(t, "2026-01-05 10:00", func(c *config.Config) { c.WebhookLoopback = true }, func(t *testing.T, w *apptest.Town) {
		ask := func(who, method, path string, body any) apptest.Answer {
			return apptest.Do(t, method, w.URL+"/v1/staff"+path, body, "Authorization", w.Header[who])
		}
		var hook struct{ ID string }
		ask("administrator", "POST", "/webhooks", map[string]any{"agency": "MBPJ", "url": gone.URL}).Into(t, &hook)
		id := w.Report(t)
		ask("administrator", "POST", "/webhooks", map[string]any{"agency": "MBPJ", "url": gone.URL}) // on again
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "", w.By(t, "officer")))
		w.Tick(t)

		dead := w.List(t, "/v1/staff/webhooks/dead-letters?webhook="+hook.ID, "administrator")
		if len(dead) != 2 {
			t.Fatalf("dead letters %+v", dead)
		}
		var letter console.Letter
		ask("administrator", "GET", "/webhooks/dead-letters/"+dead[1].ID, nil).Into(t, &letter)
		if letter.Event != "routed" || letter.Agency != "MBPJ" || letter.URL != gone.URL || !letter.Off || letter.Attempts != 1 ||
			!strings.Contains(string(letter.Payload), letter.Number) || !strings.Contains(letter.Why, "410") {
			t.Errorf("looked at: %+v, payload %s", letter, letter.Payload)
		}
		why := map[string]any{"reason": "Cik Aina 012-3456789 sudah ambil"}
		var row console.Message
		ask("administrator", "POST", "/webhooks/dead-letters/"+dead[1].ID+"/discard", why).Into(t, &row)
		if row.State != "dropped" || !strings.Contains(row.Why, "sudah ambil") || strings.Contains(row.Why, "3456789") {
			t.Errorf("discarded: %+v", row)
		}
		apptest.CheckProblem(t, ask("administrator", "GET", "/webhooks/dead-letters/"+dead[1].ID, nil), 404, "not-found", "no dead letter")
		apptest.CheckProblem(t, ask("administrator", "POST", "/webhooks/dead-letters/"+dead[0].ID+"/discard", map[string]any{"reason": " "}), 422, "invalid", "reason")
		apptest.CheckProblem(t, ask("supervisor", "POST", "/webhooks/dead-letters/"+dead[0].ID+"/discard", why), 403, "forbidden", "")
		var all struct{ Discarded int }
		ask("administrator", "POST", "/webhooks/"+hook.ID+"/discard", why).Into(t, &all)
		if all.Discarded != 1 {
			t.Errorf("%d discarded", all.Discarded)
		}
		apptest.CheckProblem(t, ask("administrator", "POST", "/webhooks/nothing/discard", why), 404, "not-found", "no webhook")

		var page struct{ Entries []console.Recorded }
		ask("administrator", "GET", "/audit?action=webhook.discard", nil).Into(t, &page)
		recorded := map[string]string{}
		for _, e := range page.Entries {
			if e.Outcome == "done" {
				recorded[e.Object] = e.Reason
			}
		}
		if !strings.Contains(recorded["webhook:"+hook.ID], "sudah ambil") || !strings.Contains(recorded["message:"+dead[1].ID], "sudah ambil") ||
			strings.Contains(recorded["webhook:"+hook.ID], "3456789") {
			t.Errorf("the record says %v", recorded)
		}
		statistics(t, w)
	})
}

// statistics looks at what came of the messages of the day.
func statistics(t *testing.T, w *apptest.Town) {
	t.Helper()
	ask := func(who, query string) apptest.Answer {
		return apptest.Do(t, "GET", w.URL+"/v1/staff/statistics/messages"+query, nil, "Authorization", w.Header[who])
	}
	pushed := apptest.Only(w.List(t, "/v1/messages", "citizen"), "routed", "push")
	if a := apptest.Do(t, "POST", w.URL+"/v1/messages/"+pushed.ID+"/opened", nil, "Authorization", w.Header["citizen"]); a.Status != http.StatusNoContent {
		t.Fatalf("opened: %d %s", a.Status, a.Body)
	}
	var out struct {
		From, To string
		Lines    []console.Delivery
	}
	ask("oversight", "?from=2026-01-05&to=2026-01-05").Into(t, &out)
	found := map[string]console.Delivery{}
	for _, l := range out.Lines {
		found[l.Channel+"/"+l.Platform+"/"+l.Event] = l
	}
	if d := found["push/android/routed"]; d.Accepted < 1 || d.Opened != 1 || d.ToOpen == nil || d.ToOpen.Within[0].Count != 1 || len(d.ToOpen.Within) != 6 {
		t.Errorf("pushes of routed: %+v", d)
	}
	if d := found["webhook//routed"]; d.Failed != 1 || d.Dropped != 1 || len(d.Why) != 2 || d.Why[0].Count != 1 {
		t.Errorf("calls of routed: %+v", d)
	}
	ask("oversight", "?channel=push&event=routed").Into(t, &out) // the last week
	if len(out.Lines) != 1 || out.From != "2025-12-30" || out.To != "2026-01-05" {
		t.Errorf("of one channel and text: %+v", out)
	}
	apptest.CheckProblem(t, ask("supervisor", ""), 403, "forbidden", "")
	apptest.CheckProblem(t, ask("oversight", "?from=2026-01-06&to=2026-01-05"), 422, "invalid", "0 days")
	apptest.CheckProblem(t, ask("oversight", "?from=2025-01-06&to=2026-01-05"), 422, "invalid", "1 to 92")
}
