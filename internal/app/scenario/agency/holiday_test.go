package agency_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/internal/app/apptest"
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
	apptest.InTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *apptest.Town) {
		id := w.Report(t) // accept Tue 6, first response Wed 7, resolve Thu 8
		w.SendTo("MPKB-BRI")
		elsewhere := w.Report(t)
		w.At(t, "2026-01-08 12:00")
		accepted := w.Read(t, id).Clocks[0]
		if accepted.Breached.IsZero() {
			t.Fatal("accept was not breached on Tuesday")
		}
		const day = `{"date":"2026-01-08","states":["MY-10"],"name_ms":"Cuti Banjir","name_en":"Flood holiday"}`
		path := w.URL + "/v1/staff/holidays"
		apptest.CheckProblem(t, apptest.Do(t, "POST", path, day, "Authorization", w.Header["supervisor"]), http.StatusForbidden, "forbidden", "")
		a := apptest.Do(t, "POST", path, day, "Authorization", w.Header["administrator"], "Idempotency-Key", "k")
		if a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		var h, again declared
		a.Into(t, &h)
		if h.Progress.Total != 1 || h.Progress.Done != 0 || h.Progress.Finished {
			t.Errorf("at first %+v", h.Progress)
		}
		apptest.Do(t, "POST", path, day, "Authorization", w.Header["administrator"], "Idempotency-Key", "k").Into(t, &again)
		if again.ID != h.ID {
			t.Errorf("the repeat made %s after %s", again.ID, h.ID)
		}
		apptest.CheckProblem(t, apptest.Do(t, "POST", path, strings.Replace(day, "MY-10", "*", 1), "Authorization", w.Header["administrator"]), http.StatusConflict, "conflict", "")
		rev := w.Read(t, elsewhere).Rev
		recompute(t, w)
		apptest.Do(t, "GET", path+"/"+h.ID, nil, "Authorization", w.Header["administrator"]).Into(t, &h)
		if h.Progress.Total != 1 || h.Progress.Done != 1 || h.Progress.Affected != 1 || !h.Progress.Finished {
			t.Errorf("in the end %+v", h.Progress)
		}
		if got := w.Read(t, elsewhere).Rev; got != rev {
			t.Error("a complaint of another state was touched")
		}
		if got := w.Due(t, id, "resolve"); got != "Fri 9 17:00" {
			t.Errorf("due %s", got)
		}
		for lang, part := range map[string]string{"ms": "Cuti diisytiharkan: Cuti Banjir. Hari itu tidak dikira. Tarikh akhir baharu: 09/01/2026 17:00.",
			"en": "A holiday was declared: Flood holiday. That day does not count. New due date: 09/01/2026 17:00.",
			"zh": "新宣布的假期：Cuti Banjir。当天不计入期限。新期限：09/01/2026 17:00。",
			"ta": "விடுமுறை அறிவிக்கப்பட்டது: Cuti Banjir. அந்த நாள் கணக்கில் இல்லை. புதிய காலக்கெடு: 09/01/2026 17:00."} {
			if v := seen(t, w, id, lang); !slices.Contains(texts(v), part) {
				t.Errorf("the timeline in %s: %q", lang, texts(v))
			}
		}
		before := w.Told(t)
		w.At(t, "2026-01-08 17:01") // the day counts for nothing here; in Kelantan resolve is reached at 15:30
		if got := w.News(t, before); got["supervisor: breach"] != 0 || got["Kelantan's boss: breach"] != 1 {
			t.Errorf("on the declared day: %v", got)
		}
		before = w.Told(t)
		w.At(t, "2026-01-09 16:59")
		if got := w.News(t, before); len(got) != 0 {
			t.Errorf("before the new deadline: %v", got)
		}
		w.At(t, "2026-01-09 17:01")
		if got := w.News(t, before); got["supervisor: breach"] != 1 || got["citizen: breach"] != 1 {
			t.Errorf("at the new deadline: %v", got)
		}

		before = w.Told(t)
		apptest.Do(t, "DELETE", path+"/"+h.ID, nil, "Authorization", w.Header["administrator"]).Into(t, &h)
		recompute(t, w)
		w.Tick(t)
		c := w.Read(t, id)
		resolve := c.Clocks[len(c.Clocks)-1]
		if got := w.Due(t, id, "resolve"); got != "Thu 8 17:00" || !resolve.Breached.Equal(apptest.Malaysia(t, "2026-01-09 17:00")) || !c.Clocks[0].Breached.Equal(accepted.Breached) {
			t.Errorf("withdrawn: due %s, breached %s, accept %s", got, resolve.Breached, c.Clocks[0].Breached)
		}
		if got := w.News(t, before); got["supervisor: breach"]+got["citizen: breach"] != 0 {
			t.Errorf("a breach was told again: %v", got)
		}
		notes := 0
		for _, e := range c.Events {
			if e.Action == complaint.Recompute {
				notes++
			}
		}
		if v := seen(t, w, id, "en"); notes != 2 || !v.Event("holiday_withdrawn") {
			t.Errorf("%d notes, timeline %q", notes, texts(v))
		}
		apptest.Do(t, "GET", path+"/"+h.ID, nil, "Authorization", w.Header["officer"]).Into(t, &h)
		if !h.Progress.Finished || h.Progress.Affected != 1 || h.Withdrawn == nil {
			t.Errorf("%+v", h)
		}
	})
}

func TestADeadlineIsExplainedAlikeToCitizensAndStaff(t *testing.T) {
	apptest.InTown(t, "2026-01-08 10:00", nil, func(t *testing.T, w *apptest.Town) {
		id := w.Report(t)
		if a := apptest.Do(t, "POST", w.URL+"/v1/staff/holidays", `{"date":"2026-01-12","states":["*"],"name_ms":"Cuti Khas","name_en":"Special day"}`,
			"Authorization", w.Header["administrator"]); a.Status != http.StatusCreated {
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
		path := "/complaints/" + w.Read(t, id).Number
		apptest.Do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Authorization", w.Header["citizen"]).Into(t, &mine)
		apptest.Do(t, "GET", w.URL+"/v1/staff"+path+"/clocks", nil, "Authorization", w.Header["officer"]).Into(t, &theirs)
		if len(mine.Deadlines) != 3 || !cmp.Equal(mine.Deadlines, theirs.Clocks) {
			t.Fatal(cmp.Diff(mine.Deadlines, theirs.Clocks))
		}
		d := mine.Deadlines[2] // Fri 9, not Mon 12, Tue 13, Wed 14
		if d.Name != "resolve" || d.State != "running" || d.Clock != "working_days" || d.Target != "3" || !d.Due.Equal(apptest.Malaysia(t, "2026-01-14 17:00")) {
			t.Errorf("%+v", d)
		}
		if len(d.Explain) != 6 || d.Explain[3].Counted || d.Explain[3].Why.EN != "holiday: Special day" {
			t.Errorf("%+v", d.Explain)
		}
		if want := "Tarikh akhir Rabu 14 Jan 2026 17:00: 3 hari bekerja (Selangor)"; !strings.HasPrefix(d.Sentence.MS, want) || d.Sentence.EN == "" {
			t.Error(d.Sentence)
		}
		apptest.CheckProblem(t, apptest.Do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Claim-Code", "AAAAA-AAAAA"), http.StatusNotFound, "not-found", "")
		apptest.CheckProblem(t, apptest.Do(t, "GET", w.URL+"/v1/staff"+path+"/clocks", nil, "Authorization", w.Header["Kelantan's"]), http.StatusNotFound, "not-found", "")
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.By(t, "officer")))
		apptest.Must(t)(w.App.Cases.Resolve(t.Context(), id, "siap", w.By(t, "officer")))
		apptest.Do(t, "GET", w.URL+"/v1"+path+"/deadlines", nil, "Authorization", w.Header["citizen"]).Into(t, &mine)
		if d := mine.Deadlines[2]; d.State != "stopped" || d.Due == nil || !d.Due.Equal(apptest.Malaysia(t, "2026-01-14 17:00")) {
			t.Errorf("a clock that stopped no longer says when it would have been due: %+v", d)
		}
	})
}

func recompute(t *testing.T, w *apptest.Town) {
	t.Helper()
	if err := w.App.Recompute.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// seen is the complaint as its citizen sees it in a language.
func seen(t *testing.T, w *apptest.Town, id, lang string) (v apptest.Seen) {
	t.Helper()
	apptest.Do(t, "GET", w.URL+"/v1/complaints/"+w.Read(t, id).Number, nil, "Authorization", w.Header["citizen"], "Accept-Language", lang).Into(t, &v)
	return v
}

func texts(v apptest.Seen) (out []string) {
	for _, e := range v.Timeline {
		out = append(out, e.Text)
	}
	return out
}
