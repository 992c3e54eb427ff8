package operation_test

import (
	"errors"
	"net/http"
	"testing"

	"respons/internal/announce"
	"respons/internal/app/apptest"
	"respons/internal/console"
	"respons/internal/fault"
	"respons/mobileapi"
)

// announcement is a body that the desk sends.
func announcement(target map[string]any, until string) map[string]any {
	return map[string]any{"importance": "important", "until": until, "target": target, "texts": map[string]any{
		"ms": map[string]any{"title": "Air terganggu", "body": "Hingga petang."}, "en": map[string]any{"title": "No water", "body": "Until the evening."},
		"zh": map[string]any{"title": "停水", "body": "至傍晚。"}, "ta": map[string]any{"title": "தண்ணீர் இல்லை", "body": "மாலை வரை."}}}
}

// The desk announces something: who has the app gets it, phones keep the list, staff see what came of it, and it ends
// where it is cancelled.
func TestTheDeskAnnouncesAndCancels(t *testing.T) {
	apptest.InTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *apptest.Town) {
		ask := func(who, method, path string, body any, more ...string) apptest.Answer {
			return apptest.Do(t, method, w.URL+path, body, append([]string{"Authorization", w.Header[who]}, more...)...)
		}
		spread := func() {
			if err := w.App.Announcements.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var empty, listed struct {
			Version string
			Items   []mobileapi.Announcement
		}
		apptest.Do(t, "GET", w.URL+"/v1/announcements", nil).Into(t, &empty)

		body := announcement(map[string]any{"kind": "everyone"}, "2026-01-06T00:00:00Z")
		var made, again, seen console.Announcement
		a := ask("desk", "POST", "/v1/staff/announcements", body, "Idempotency-Key", "flood-1")
		a.Into(t, &made)
		if a.Status != http.StatusCreated || made.State != "spreading" {
			t.Fatalf("announce: %d %s", a.Status, a.Body)
		}
		ask("desk", "POST", "/v1/staff/announcements", body, "Idempotency-Key", "flood-1").Into(t, &again)
		if again.ID != made.ID {
			t.Errorf("repeated as %s and %s", made.ID, again.ID)
		}
		spread()
		spread()
		shown := w.Phones.Phone("citizen")
		if len(shown) != 1 || shown[0].Title != "No water" || !shown[0].Rings || shown[0].Keep.Hours() > 22 || shown[0].Data["link"] != "respons://announcements/"+made.ID {
			t.Errorf("the citizen's phone shows %+v", shown)
		}
		if n := len(w.Phones.Phone("officer")); n != 0 {
			t.Errorf("an officer's phone shows %d", n)
		}
		ask("desk", "GET", "/v1/staff/announcements/"+made.ID, nil).Into(t, &seen)
		if seen.State != "spread" || seen.Reached != 1 || len(seen.Sent) != 2 || seen.Sent[1] != (console.SentBy{Channel: "push", State: "accepted", Count: 1}) {
			t.Errorf("the desk sees %+v", seen)
		}

		a = apptest.Do(t, "GET", w.URL+"/v1/announcements", nil, "Accept-Language", "zh")
		a.Into(t, &listed)
		if len(listed.Items) != 1 || listed.Items[0].Title != "停水" || listed.Version == empty.Version {
			t.Errorf("listed %+v", listed)
		}
		if same := apptest.Do(t, "GET", w.URL+"/v1/announcements", nil, "Accept-Language", "zh", "If-None-Match", a.Header.Get("ETag")); same.Status != http.StatusNotModified {
			t.Errorf("asked again: %d", same.Status)
		}
		var cancelled console.Announcement
		ask("desk", "POST", "/v1/staff/announcements/"+made.ID+"/cancel", nil).Into(t, &cancelled)
		apptest.Do(t, "GET", w.URL+"/v1/announcements", nil).Into(t, &listed)
		if cancelled.State != "cancelled" || len(listed.Items) != 0 {
			t.Errorf("cancelled: %+v, then listed %+v", cancelled, listed)
		}
		var one mobileapi.Announcement
		apptest.Do(t, "GET", w.URL+"/v1/announcements/"+made.ID, nil).Into(t, &one)
		if !one.Over || one.Title != "Air terganggu" {
			t.Errorf("one that is over: %+v", one)
		}
		var all struct{ Announcements []console.Announcement }
		ask("oversight", "GET", "/v1/staff/announcements", nil).Into(t, &all)
		if len(all.Announcements) != 1 || all.Announcements[0].By != w.Person["desk"] {
			t.Errorf("oversight sees %+v", all)
		}
		apptest.CheckProblem(t, ask("oversight", "POST", "/v1/staff/announcements", body), 403, "forbidden", "")
		apptest.CheckProblem(t, ask("citizen", "POST", "/v1/staff/announcements", body), 403, "forbidden", "")
		apptest.CheckProblem(t, ask("desk", "POST", "/v1/staff/announcements", announcement(map[string]any{"kind": "district", "state": "MY-10", "district": "Petalling"}, "2026-01-06T00:00:00Z")), 422, "invalid", "district")
		apptest.CheckProblem(t, ask("desk", "POST", "/v1/staff/announcements", announcement(map[string]any{"kind": "everyone"}, "2026-01-05T00:00:00Z")), 422, "invalid", "until")
		apptest.CheckProblem(t, ask("desk", "POST", "/v1/staff/announcements/nothing/cancel", nil), 404, "not-found", "no announcement")
		apptest.CheckProblem(t, apptest.Do(t, "GET", w.URL+"/v1/announcements/nothing", nil), 404, "not-found", "no announcement")
		var page struct{ Entries []console.Recorded }
		ask("administrator", "GET", "/v1/staff/audit?action=announcement", nil).Into(t, &page)
		done := map[string]string{}
		for _, e := range page.Entries {
			if e.Outcome == "done" {
				done[e.Action] = e.Object + " " + e.Details["target"]
			}
		}
		if want := "announcement:" + made.ID + " everyone"; done["announcement.make"] != want || done["announcement.cancel"] != want {
			t.Errorf("the record says %v", done)
		}
		ofAPlace(t, w, ask, spread)
	})
}

// ofAPlace announces to those who made a report in a state, before and after the citizen did and was erased.
func ofAPlace(t *testing.T, w *apptest.Town, ask func(who, method, path string, body any, more ...string) apptest.Answer, spread func()) {
	t.Helper()
	reached := func(target map[string]any) int64 {
		var made, seen console.Announcement
		ask("administrator", "POST", "/v1/staff/announcements", announcement(target, "2026-01-07T00:00:00Z")).Into(t, &made)
		spread()
		ask("administrator", "GET", "/v1/staff/announcements/"+made.ID, nil).Into(t, &seen)
		return seen.Reached
	}
	selangor, agency := map[string]any{"kind": "state", "state": "MY-10"}, map[string]any{"kind": "agency", "agency": "SUK-SGR"}
	if n := reached(selangor); n != 0 {
		t.Errorf("%d reached before anybody made a report there", n)
	}
	w.Report(t)
	for name, c := range map[string]struct {
		target map[string]any
		want   int64
	}{"the state": {selangor, 1}, "the agency above": {agency, 1}, "another state": {map[string]any{"kind": "state", "state": "MY-03"}, 0}} {
		if n := reached(c.target); n != c.want {
			t.Errorf("%s: %d reached, want %d", name, n, c.want)
		}
	}
	if a := ask("citizen", "DELETE", "/v1/me", nil); a.Status >= 300 {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	if err := w.App.Citizens.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Engine.Get(t.Context(), announce.Circles.Name, w.Person["citizen"]); !errors.Is(err, fault.NotFound) {
		t.Errorf("the circles of somebody who was erased: %v", err)
	}
}
