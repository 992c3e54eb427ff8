package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"respons/internal/config"
	"respons/internal/console"
)

// An agency's system that has gone for good leaves dead letters: administrators look at them, replay and discard them with
// a reason that stands in the ledger, in the audit record and in the statistics.
func TestDeadLettersAndStatisticsForStaff(t *testing.T) {
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(gone.Close)
	inTown(t, "2026-01-05 10:00", func(c *config.Config) { c.WebhookLoopback = true }, func(t *testing.T, w *town) {
		ask := func(who, method, path string, body any) answer {
			return do(t, method, w.URL+"/v1/staff"+path, body, "Authorization", w.header[who])
		}
		var hook struct{ ID string }
		ask("administrator", "POST", "/webhooks", map[string]any{"agency": "MBPJ", "url": gone.URL}).into(t, &hook)
		id := w.report(t)
		ask("administrator", "POST", "/webhooks", map[string]any{"agency": "MBPJ", "url": gone.URL}) // on again
		must(t)(w.App.Cases.Accept(t.Context(), id, "", w.by(t, "officer")))
		w.tick(t)

		dead := w.list(t, "/v1/staff/webhooks/dead-letters?webhook="+hook.ID, "administrator")
		if len(dead) != 2 {
			t.Fatalf("dead letters %+v", dead)
		}
		var letter console.Letter
		ask("administrator", "GET", "/webhooks/dead-letters/"+dead[1].ID, nil).into(t, &letter)
		if letter.Event != "routed" || letter.Agency != "MBPJ" || letter.URL != gone.URL || !letter.Off || letter.Attempts != 1 ||
			!strings.Contains(string(letter.Payload), letter.Number) || !strings.Contains(letter.Why, "410") {
			t.Errorf("looked at: %+v, payload %s", letter, letter.Payload)
		}
		why := map[string]any{"reason": "Cik Aina 012-3456789 sudah ambil"}
		var row console.Message
		ask("administrator", "POST", "/webhooks/dead-letters/"+dead[1].ID+"/discard", why).into(t, &row)
		if row.State != "dropped" || !strings.Contains(row.Why, "sudah ambil") || strings.Contains(row.Why, "3456789") {
			t.Errorf("discarded: %+v", row)
		}
		checkProblem(t, ask("administrator", "GET", "/webhooks/dead-letters/"+dead[1].ID, nil), 404, "not-found", "no dead letter")
		checkProblem(t, ask("administrator", "POST", "/webhooks/dead-letters/"+dead[0].ID+"/discard", map[string]any{"reason": " "}), 422, "invalid", "reason")
		checkProblem(t, ask("supervisor", "POST", "/webhooks/dead-letters/"+dead[0].ID+"/discard", why), 403, "forbidden", "")
		var all struct{ Discarded int }
		ask("administrator", "POST", "/webhooks/"+hook.ID+"/discard", why).into(t, &all)
		if all.Discarded != 1 {
			t.Errorf("%d discarded", all.Discarded)
		}
		checkProblem(t, ask("administrator", "POST", "/webhooks/nothing/discard", why), 404, "not-found", "no webhook")

		var page struct{ Entries []console.Recorded }
		ask("administrator", "GET", "/audit?action=webhook.discard", nil).into(t, &page)
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
		w.statistics(t)
	})
}

// statistics looks at what came of the messages of the day.
func (w *town) statistics(t *testing.T) {
	t.Helper()
	ask := func(who, query string) answer {
		return do(t, "GET", w.URL+"/v1/staff/statistics/messages"+query, nil, "Authorization", w.header[who])
	}
	pushed := only(w.list(t, "/v1/messages", "citizen"), "routed", "push")
	if a := do(t, "POST", w.URL+"/v1/messages/"+pushed.ID+"/opened", nil, "Authorization", w.header["citizen"]); a.Status != http.StatusNoContent {
		t.Fatalf("opened: %d %s", a.Status, a.Body)
	}
	var out struct {
		From, To string
		Lines    []console.Delivery
	}
	ask("oversight", "?from=2026-01-05&to=2026-01-05").into(t, &out)
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
	ask("oversight", "?channel=push&event=routed").into(t, &out) // the last week
	if len(out.Lines) != 1 || out.From != "2025-12-30" || out.To != "2026-01-05" {
		t.Errorf("of one channel and text: %+v", out)
	}
	checkProblem(t, ask("supervisor", ""), 403, "forbidden", "")
	checkProblem(t, ask("oversight", "?from=2026-01-06&to=2026-01-05"), 422, "invalid", "0 days")
	checkProblem(t, ask("oversight", "?from=2025-01-06&to=2026-01-05"), 422, "invalid", "1 to 92")
}
