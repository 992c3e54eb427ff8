package agency_test

import (
	"net/http"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

// ownLadder takes a complaint from MBPJ where nobody accepted it.
const ownLadder = `*,MBPJ,accept,100,supervisor,breach,
*,MBPJ,accept,150,supervisor,take_over,nobody accepted it
`

func TestTheDeskTakesOverWhatNobodyAccepted(t *testing.T) {
	apptest.InTown(t, "2026-01-05 10:00", withLadder(t, ownLadder), func(t *testing.T, w *apptest.Town) {
		id := w.Report(t)
		before := w.Told(t)
		w.At(t, "2026-01-06 17:01") // the accept deadline; half of the two days of the first response
		w.Expect(t, before, map[string]int{"officer: reminder": 1, "supervisor: breach": 1, "citizen: breach": 1})
		resolve := w.Due(t, id, "resolve")
		before = w.Told(t)
		w.At(t, "2026-01-07 16:59")
		w.Expect(t, before, map[string]int{})
		w.At(t, "2026-01-07 17:01") // with 100 percent of the first response and half of resolve
		w.Expect(t, before, map[string]int{"supervisor: escalated": 1, "supervisor: taken_over": 1, "officer: taken_over": 1, "desk: taken_over": 1,
			"citizen: taken_over": 1, "officer: reminder": 1, "officer: warning": 1, "supervisor: warning": 1, "supervisor: breach": 1, "citizen: breach": 1})
		before = w.Told(t)
		w.Tick(t)
		if _, applied, err := w.App.Cases.Ring(t.Context(), id); err != nil || applied { // a timer may ring again
			t.Errorf("rung again after it was taken over: applied %t, %v", applied, err)
		}
		w.Tick(t)
		w.Expect(t, before, map[string]int{}) // the desk has other rungs, which are not those of the agency's clock
		c := w.Read(t, id)
		if c.State != complaint.Triage || c.Agency != "" || w.Due(t, id, "resolve") != resolve {
			t.Fatalf("%s with %q, resolve due %s after %s", c.State, c.Agency, w.Due(t, id, "resolve"), resolve)
		}
		queue := func(phone, query string) int {
			var out struct{ Complaints []struct{ Number string } }
			apptest.Do(t, "GET", w.URL+"/v1/staff/complaints"+query, nil, "Authorization", w.Header[phone]).Into(t, &out)
			return len(out.Complaints)
		}
		if queue("officer", "") != 0 || queue("desk", "?triage=true") != 1 {
			t.Errorf("the officer's queue has %d, the desk's %d", queue("officer", ""), queue("desk", "?triage=true"))
		}
		apptest.CheckProblem(t, apptest.Do(t, "POST", w.URL+"/v1/staff/complaints/"+c.Number+"/accept", `{}`, "Authorization", w.Header["officer"]), http.StatusNotFound, "not-found", "")

		apptest.Must(t)(w.App.Cases.Assign(t.Context(), id, "MPKB-BRI", "", "tiang mereka", w.By(t, "desk")))
		w.Tick(t)
		if got := w.Due(t, id, "accept"); got != "Thu 8 15:30" {
			t.Errorf("accept of the new assignment is due %s", got)
		}
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.By(t, "Kelantan's")))
		taken := 0
		w.At(t, "2026-02-02 10:00")
		for _, e := range w.Read(t, id).Events {
			if e.Action == complaint.TakeOver {
				taken++
			}
		}
		if c := w.Read(t, id); taken != 1 || c.Agency != "MPKB-BRI" {
			t.Errorf("taken over %d times, now with %q", taken, c.Agency)
		}
	})
}

func TestTheDeskTakesOverWhatAnOfficerLeftLying(t *testing.T) {
	const late = "S3,*,resolve,100,supervisor,breach,\nS3,*,resolve,150,desk,take_over,\nS3,*,resolve,200,oversight,tell,\n"
	apptest.InTown(t, "2026-01-05 10:00", withLadder(t, late), func(t *testing.T, w *apptest.Town) {
		id := w.Report(t)
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.By(t, "officer")))
		apptest.Must(t)(w.App.Cases.Start(t.Context(), id, "", w.By(t, "officer")))
		w.Tick(t)
		before := w.Told(t)
		w.At(t, "2026-01-20 10:00") // nothing ran for two weeks: every rung was passed
		w.Expect(t, before, map[string]int{"supervisor: breach": 1, "citizen: breach": 1, "desk: escalated": 1, "oversight: oversight": 1,
			"supervisor: taken_over": 1, "officer: taken_over": 1, "desk: taken_over": 1, "citizen: taken_over": 1})
		var events []complaint.Event
		for _, e := range w.Read(t, id).Events {
			if e.Action == complaint.Step || e.Action == complaint.TakeOver {
				events = append(events, e)
			}
		}
		if last := events[len(events)-1]; len(events) != 4 || last.Action != complaint.TakeOver || last.Ref != "MBPJ" || last.Officer != w.Person["officer"] || last.Percent != 150 {
			t.Errorf("%+v", events)
		}
		// The desk gives it back: the rung of the resolve clock stands in the history and does not come again.
		apptest.Must(t)(w.App.Cases.Assign(t.Context(), id, "MBPJ", "", "", w.By(t, "desk")))
		w.At(t, "2026-01-21 10:00")
		if c := w.Read(t, id); c.State != complaint.Routed || c.Agency != "MBPJ" {
			t.Errorf("%s with %q", c.State, c.Agency)
		}
	})
}
