package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/internal/complaint"
	"respons/internal/reason"
)

type declared struct {
	ID        string
	Withdrawn *time.Time
	Progress  struct {
		Total, Done, Affected int64
		Finished              bool
	}
}

func TestAHolidayDeclaredLateMovesOpenDeadlinesAndSaysSo(t *testing.T) {
	inTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *town) {
		id := w.report(t) // accept Tue 6, first response Wed 7, resolve Thu 8
		w.sendTo("MPKB-BRI")
		elsewhere := w.report(t)
		w.at(t, "2026-01-08 12:00")
		accepted := w.read(t, id).Clocks[0]
		if accepted.Breached.IsZero() {
			t.Fatal("accept was not breached on Tuesday")
		}
		const day = `{"date":"2026-01-08","states":["MY-10"],"name_ms":"Cuti Banjir","name_en":"Flood holiday"}`
		path := w.URL + "/v1/staff/holidays"
		checkProblem(t, do(t, "POST", path, day, "Authorization", w.header["supervisor"]), http.StatusForbidden, "forbidden", "")
		a := do(t, "POST", path, day, "Authorization", w.header["administrator"], "Idempotency-Key", "k")
		if a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		var h, again declared
		a.into(t, &h)
		if h.Progress.Total != 1 || h.Progress.Done != 0 || h.Progress.Finished {
			t.Errorf("at first %+v", h.Progress)
		}
		do(t, "POST", path, day, "Authorization", w.header["administrator"], "Idempotency-Key", "k").into(t, &again)
		if again.ID != h.ID {
			t.Errorf("the repeat made %s after %s", again.ID, h.ID)
		}
		checkProblem(t, do(t, "POST", path, strings.Replace(day, "MY-10", "*", 1), "Authorization", w.header["administrator"]), http.StatusConflict, "conflict", "")
		rev := w.read(t, elsewhere).Rev
		recompute(t, w)
		do(t, "GET", path+"/"+h.ID, nil, "Authorization", w.header["administrator"]).into(t, &h)
		if h.Progress.Total != 1 || h.Progress.Done != 1 || h.Progress.Affected != 1 || !h.Progress.Finished {
			t.Errorf("in the end %+v", h.Progress)
		}
		if got := w.read(t, elsewhere).Rev; got != rev {
			t.Error("a complaint of another state was touched")
		}
		if got := w.due(t, id, "resolve"); got != "Fri 9 17:00" {
			t.Errorf("due %s", got)
		}
		for lang, part := range map[string]string{"ms": "Cuti diisytiharkan: Cuti Banjir. Hari itu tidak dikira. Tarikh akhir baharu: 09/01/2026 17:00.",
			"en": "A holiday was declared: Flood holiday. That day does not count. New due date: 09/01/2026 17:00.",
			"zh": "新宣布的假期：Cuti Banjir。当天不计入期限。新期限：09/01/2026 17:00。",
			"ta": "விடுமுறை அறிவிக்கப்பட்டது: Cuti Banjir. அந்த நாள் கணக்கில் இல்லை. புதிய காலக்கெடு: 09/01/2026 17:00."} {
			if v := w.seen(t, id, lang); !slices.Contains(v.texts(), part) {
				t.Errorf("the timeline in %s: %q", lang, v.texts())
			}
		}
		before := w.told(t)
		w.at(t, "2026-01-08 17:01") // the day counts for nothing here; in Kelantan resolve is reached at 15:30
		if got := w.news(t, before); got["supervisor: breach"] != 0 || got["Kelantan's boss: breach"] != 1 {
			t.Errorf("on the declared day: %v", got)
		}
		before = w.told(t)
		w.at(t, "2026-01-09 16:59")
		if got := w.news(t, before); len(got) != 0 {
			t.Errorf("before the new deadline: %v", got)
		}
		w.at(t, "2026-01-09 17:01")
		if got := w.news(t, before); got["supervisor: breach"] != 1 || got["citizen: breach"] != 1 {
			t.Errorf("at the new deadline: %v", got)
		}

		before = w.told(t)
		do(t, "DELETE", path+"/"+h.ID, nil, "Authorization", w.header["administrator"]).into(t, &h)
		recompute(t, w)
		w.tick(t)
		c := w.read(t, id)
		resolve := c.Clocks[len(c.Clocks)-1]
		if got := w.due(t, id, "resolve"); got != "Thu 8 17:00" || !resolve.Breached.Equal(malaysia(t, "2026-01-09 17:00")) || !c.Clocks[0].Breached.Equal(accepted.Breached) {
			t.Errorf("withdrawn: due %s, breached %s, accept %s", got, resolve.Breached, c.Clocks[0].Breached)
		}
		if got := w.news(t, before); got["supervisor: breach"]+got["citizen: breach"] != 0 {
			t.Errorf("a breach was told again: %v", got)
		}
		notes := 0
		for _, e := range c.Events {
			if e.Action == complaint.Recompute {
				notes++
			}
		}
		if v := w.seen(t, id, "en"); notes != 2 || !v.event("holiday_withdrawn") {
			t.Errorf("%d notes, timeline %q", notes, v.texts())
		}
		do(t, "GET", path+"/"+h.ID, nil, "Authorization", w.header["officer"]).into(t, &h)
		if !h.Progress.Finished || h.Progress.Affected != 1 || h.Withdrawn == nil {
			t.Errorf("%+v", h)
		}
	})
}

func TestADeadlineIsExplainedAlikeToCitizensAndStaff(t *testing.T) {
	inTown(t, "2026-01-08 10:00", nil, func(t *testing.T, w *town) {
		id := w.report(t)
		if a := do(t, "POST", w.URL+"/v1/staff/holidays", `{"date":"2026-01-12","states":["*"],"name_ms":"Cuti Khas","name_en":"Special day"}`,
			"Authorization", w.header["administrator"]); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		type derived struct {
			Name, State, Clock, Target string
			Due                        *time.Time
			Explain                    []struct {
				Date    string
				Counted bool
				Why     reason.Reason
			}
			Sentence reason.Reason
		}
		var mine struct{ Deadlines []derived }
		var theirs struct{ Clocks []derived }
		path := "/complaints/" + w.read(t, id).Number
		do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Authorization", w.header["citizen"]).into(t, &mine)
		do(t, "GET", w.URL+"/v1/staff"+path+"/clocks", nil, "Authorization", w.header["officer"]).into(t, &theirs)
		if len(mine.Deadlines) != 3 || !cmp.Equal(mine.Deadlines, theirs.Clocks) {
			t.Fatal(cmp.Diff(mine.Deadlines, theirs.Clocks))
		}
		d := mine.Deadlines[2] // Fri 9, not Mon 12, Tue 13, Wed 14
		if d.Name != "resolve" || d.State != "running" || d.Clock != "working_days" || d.Target != "3" || !d.Due.Equal(malaysia(t, "2026-01-14 17:00")) {
			t.Errorf("%+v", d)
		}
		if len(d.Explain) != 6 || d.Explain[3].Counted || d.Explain[3].Why.EN != "holiday: Special day" {
			t.Errorf("%+v", d.Explain)
		}
		if want := "Tarikh akhir Rabu 14 Jan 2026 17:00: 3 hari bekerja (Selangor)"; !strings.HasPrefix(d.Sentence.MS, want) || d.Sentence.EN == "" {
			t.Error(d.Sentence)
		}
		checkProblem(t, do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Claim-Code", "AAAAA-AAAAA"), http.StatusNotFound, "not-found", "")
		checkProblem(t, do(t, "GET", w.URL+"/v1/staff"+path+"/clocks", nil, "Authorization", w.header["Kelantan's"]), http.StatusNotFound, "not-found", "")
		must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.by(t, "officer")))
		must(t)(w.App.Cases.Resolve(t.Context(), id, "siap", w.by(t, "officer")))
		do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Authorization", w.header["citizen"]).into(t, &mine)
		if d := mine.Deadlines[2]; d.State != "stopped" || d.Due == nil || !d.Due.Equal(malaysia(t, "2026-01-14 17:00")) {
			t.Errorf("a clock that stopped no longer says when it would have been due: %+v", d)
		}
	})
}

func recompute(t *testing.T, w *town) {
	t.Helper()
	if err := w.App.Recompute.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// seen is the complaint as its citizen sees it in a language.
func (w *town) seen(t *testing.T, id, lang string) (v seen) {
	t.Helper()
	do(t, "GET", w.URL+"/v1/complaints/"+w.read(t, id).Number, nil, "Authorization", w.header["citizen"], "Accept-Language", lang).into(t, &v)
	return v
}

func (v seen) texts() (out []string) {
	for _, e := range v.Timeline {
		out = append(out, e.Text)
	}
	return out
}
