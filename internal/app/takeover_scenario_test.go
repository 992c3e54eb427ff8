package app_test

import (
	"net/http"
	"testing"

	"respons/internal/complaint"
)

// ownLadder takes a complaint from MBPJ where nobody accepted it.
const ownLadder = `*,MBPJ,accept,100,supervisor,breach,
*,MBPJ,accept,150,supervisor,take_over,nobody accepted it
`

func TestTheDeskTakesOverWhatNobodyAccepted(t *testing.T) {
	inTown(t, "2026-01-05 10:00", withLadder(t, ownLadder), func(t *testing.T, w *town) {
		id := w.report(t)
		before := w.told(t)
		w.at(t, "2026-01-06 17:01") // the accept deadline; half of the two days of the first response
		w.expect(t, before, map[string]int{"officer: reminder": 1, "supervisor: breach": 1, "citizen: breach": 1})
		resolve := w.due(t, id, "resolve")
		before = w.told(t)
		w.at(t, "2026-01-07 16:59")
		w.expect(t, before, map[string]int{})
		w.at(t, "2026-01-07 17:01") // with 100 percent of the first response and half of resolve
		w.expect(t, before, map[string]int{"supervisor: escalated": 1, "supervisor: taken_over": 1, "officer: taken_over": 1, "desk: taken_over": 1,
			"citizen: taken_over": 1, "officer: reminder": 1, "officer: warning": 1, "supervisor: warning": 1, "supervisor: breach": 1, "citizen: breach": 1})
		c := w.read(t, id)
		if c.State != complaint.Triage || c.Agency != "" || w.due(t, id, "resolve") != resolve {
			t.Fatalf("%s with %q, resolve due %s after %s", c.State, c.Agency, w.due(t, id, "resolve"), resolve)
		}
		queue := func(phone, query string) int {
			var out struct{ Complaints []struct{ Number string } }
			do(t, "GET", w.URL+"/v1/staff/complaints"+query, nil, "Authorization", w.header[phone]).into(t, &out)
			return len(out.Complaints)
		}
		if queue("officer", "") != 0 || queue("desk", "?triage=true") != 1 {
			t.Errorf("the officer's queue has %d, the desk's %d", queue("officer", ""), queue("desk", "?triage=true"))
		}
		checkProblem(t, do(t, "POST", w.URL+"/v1/staff/complaints/"+c.Number+"/accept", `{}`, "Authorization", w.header["officer"]), http.StatusNotFound, "not-found", "")

		must(t)(w.App.Cases.Assign(t.Context(), id, "MPKB-BRI", "", "tiang mereka", w.by(t, "desk")))
		w.tick(t)
		if got := w.due(t, id, "accept"); got != "Thu 8 15:30" {
			t.Errorf("accept of the new assignment is due %s", got)
		}
		must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.by(t, "Kelantan's")))
		taken := 0
		w.at(t, "2026-02-02 10:00")
		for _, e := range w.read(t, id).Events {
			if e.Action == complaint.TakeOver {
				taken++
			}
		}
		if c := w.read(t, id); taken != 1 || c.Agency != "MPKB-BRI" {
			t.Errorf("taken over %d times, now with %q", taken, c.Agency)
		}
	})
}

func TestTheDeskTakesOverWhatAnOfficerLeftLying(t *testing.T) {
	const late = "S3,*,resolve,100,supervisor,breach,\nS3,*,resolve,150,desk,take_over,\nS3,*,resolve,200,oversight,tell,\n"
	inTown(t, "2026-01-05 10:00", withLadder(t, late), func(t *testing.T, w *town) {
		id := w.report(t)
		must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.by(t, "officer")))
		must(t)(w.App.Cases.Start(t.Context(), id, "", w.by(t, "officer")))
		w.tick(t)
		before := w.told(t)
		w.at(t, "2026-01-20 10:00") // nothing ran for two weeks: every rung was passed
		w.expect(t, before, map[string]int{"supervisor: breach": 1, "citizen: breach": 1, "desk: escalated": 1, "oversight: oversight": 1,
			"supervisor: taken_over": 1, "officer: taken_over": 1, "desk: taken_over": 1, "citizen: taken_over": 1})
		var events []complaint.Event
		for _, e := range w.read(t, id).Events {
			if e.Action == complaint.Step || e.Action == complaint.TakeOver {
				events = append(events, e)
			}
		}
		if last := events[len(events)-1]; len(events) != 4 || last.Action != complaint.TakeOver || last.Ref != "MBPJ" || last.Officer != w.person["officer"] || last.Percent != 150 {
			t.Errorf("%+v", events)
		}
		// The desk gives it back: the rung of the resolve clock stands in the history and does not come again.
		must(t)(w.App.Cases.Assign(t.Context(), id, "MBPJ", "", "", w.by(t, "desk")))
		w.at(t, "2026-01-21 10:00")
		if c := w.read(t, id); c.State != complaint.Routed || c.Agency != "MBPJ" {
			t.Errorf("%s with %q", c.State, c.Agency)
		}
	})
}
