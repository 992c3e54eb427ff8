package agency_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/config"
)

// toldAt is who is told what at a step of the shipped ladder.
var toldAt = map[int][]string{50: {"officer: reminder"}, 80: {"officer: warning", "supervisor: warning"},
	100: {"supervisor: breach", "citizen: breach"}, 150: {"parent: escalated"}, 200: {"oversight: oversight"}}

func TestEveryRungOfEveryClockIsToldOnceToTheRightPeople(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		id := w.Report(t)
		ladders, err := w.App.Cases.Explain(t.Context(), w.Read(t, id))
		if err != nil {
			t.Fatal(err)
		}
		due := map[time.Time][]string{}
		var instants []time.Time
		rungs := 0
		for _, x := range ladders {
			for _, g := range x.Ladder {
				if _, known := due[g.At]; !known {
					instants = append(instants, g.At)
				}
				due[g.At] = append(due[g.At], toldAt[g.Percent]...)
				rungs++
			}
		}
		if len(ladders) != 3 || rungs != 15 {
			t.Fatalf("%d clocks with %d rungs", len(ladders), rungs)
		}
		slices.SortFunc(instants, time.Time.Compare)
		for _, at := range instants {
			before := w.Told(t)
			w.Now = at.Add(-13 * time.Second) // a tick takes twelve
			w.Tick(t)
			w.Expect(t, before, map[string]int{})
			w.Tick(t)
			want := map[string]int{}
			for _, line := range due[at] {
				want[line]++
			}
			w.Expect(t, before, want)
		}
		before := w.Told(t)
		w.Now = w.Now.AddDate(0, 3, 0)
		w.Tick(t)
		w.Expect(t, before, map[string]int{})
		seen := map[string]int{}
		for _, e := range w.Read(t, id).Events {
			if e.Action == complaint.Step {
				seen[fmt.Sprint(e.Clock, e.Percent)]++
			}
		}
		if len(seen) != 15 || slices.Max(slices.Collect(maps.Values(seen))) != 1 {
			t.Errorf("recorded %v", seen)
		}
	})
}

func TestAClockSettledBeforeARungIsSilentAndTheOthersGoOn(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) { // Tuesday: accept Wed, first response Thu, resolve Fri
		id := w.Report(t)
		before := w.Told(t)
		w.Now = apptest.Malaysia(t, "2026-01-07 16:59")
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "", w.By(t, "officer")))
		w.Tick(t)
		w.Expect(t, before, map[string]int{"citizen: accepted": 1})
		before = w.Told(t)
		w.At(t, "2026-01-07 17:01") // half of two working days; accept would be due
		w.Expect(t, before, map[string]int{"officer: reminder": 1})
		w.Now = apptest.Malaysia(t, "2026-01-08 16:58")
		apptest.Must(t)(w.App.Cases.Reply(t.Context(), id, "esok", w.By(t, "officer")))
		w.Tick(t)
		before = w.Told(t)
		w.At(t, "2026-01-08 17:01") // half of three; the first response would be due
		w.Expect(t, before, map[string]int{"officer: reminder": 1})
		w.Now = apptest.Malaysia(t, "2026-01-09 16:58")
		apptest.Must(t)(w.App.Cases.Resolve(t.Context(), id, "siap", w.By(t, "officer")))
		w.Tick(t)
		before = w.Told(t)
		w.At(t, "2026-01-20 10:00")
		w.Expect(t, before, map[string]int{})
	})
}

func TestATransferFromKelantanToSelangorComputesWithTheNewOffice(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		w.SendTo("MPKB-BRI")
		id := w.Report(t)
		for clock, want := range map[string]string{"accept": "Wed 7 17:00", "first_response": "Thu 8 15:30", "resolve": "Sun 11 17:00"} {
			if got := w.Due(t, id, clock); got != want {
				t.Errorf("in Kelantan %s is due %s, want %s", clock, got, want)
			}
		}
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "", w.By(t, "Kelantan's")))
		w.Now = apptest.Malaysia(t, "2026-01-07 12:00")
		apptest.Must(t)(w.App.Cases.Transfer(t.Context(), id, "MBPJ", "tiang di Petaling Jaya", w.By(t, "Kelantan's")))
		w.Tick(t)
		for clock, want := range map[string]string{"accept": "Thu 8 17:00", "first_response": "Thu 8 17:00", "resolve": "Fri 9 17:00"} {
			if got := w.Due(t, id, clock); got != want {
				t.Errorf("in Selangor %s is due %s, want %s", clock, got, want)
			}
		}
		moved := w.Read(t, id).Events
		if last := moved[len(moved)-1]; last.Action != complaint.Transfer || len(last.Moved) != 2 || last.Moved[1].Clock != "resolve" {
			t.Errorf("the history does not say what the transfer moved: %+v", last)
		}
		before := w.Told(t)
		w.At(t, "2026-01-12 10:00")
		want := map[string]int{"officer: reminder": 3, "officer: warning": 3, "supervisor: warning": 3, "supervisor: breach": 3, "citizen: breach": 3,
			"parent: escalated": 2, "oversight: oversight": 1} // accept at 150 and 200 percent, the first response at 150
		w.Expect(t, before, want) // and nobody in Kelantan
		explained, err := w.App.Cases.Explain(t.Context(), w.Read(t, id))
		if err != nil {
			t.Fatal(err)
		}
		if s := explained[2].Explanation.Sentence("en"); !strings.HasPrefix(s, "Due Fri 9 Jan 2026 17:00: 3 working days (Selangor) after Tue 6 Jan 2026 10:00") {
			t.Error(s)
		}
	})
}

func TestAPauseOverAWeekendLeavesItsClosesOut(t *testing.T) {
	apptest.InTown(t, "2026-01-07 10:00", nil, func(t *testing.T, w *apptest.Town) {
		id := w.Report(t)
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "", w.By(t, "officer")))
		w.Now = apptest.Malaysia(t, "2026-01-08 16:00")
		apptest.Must(t)(w.App.Cases.Ask(t.Context(), id, "tiang nombor berapa?", w.By(t, "officer"))) // also the first response
		w.Tick(t)
		before := w.Told(t)
		w.At(t, "2026-01-12 09:59")
		w.Expect(t, before, map[string]int{})
		apptest.Must(t)(w.App.Cases.Answer(t.Context(), id, "14", w.By(t, "citizen")))
		w.Tick(t)
		if got := w.Due(t, id, "resolve"); got != "Wed 14 17:00" { // Mon 12, Tue 13, Wed 14; not Thu 8 and Fri 9
			t.Errorf("due %s", got)
		}
		before = w.Told(t)
		w.At(t, "2026-01-13 17:01")
		w.Expect(t, before, map[string]int{"officer: reminder": 1})
		before = w.Told(t)
		w.At(t, "2026-01-14 17:01")
		w.Expect(t, before, map[string]int{"officer: warning": 1, "supervisor: warning": 1, "supervisor: breach": 1, "citizen: breach": 1})
	})
}

func TestAMergeOverABreachIsSilentAndWhatWasPassedIsToldOnceAfterIt(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		other := w.Report(t)
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), other, "kami datang", w.By(t, "officer")))
		apptest.Must(t)(w.App.Cases.Resolve(t.Context(), other, "siap", w.By(t, "officer")))
		id := w.Report(t)
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.By(t, "officer")))
		w.At(t, "2026-01-07 09:00")
		apptest.Must(t)(w.App.Cases.Merge(t.Context(), id, w.Read(t, other).Number, w.By(t, "desk")))
		w.Tick(t)
		before := w.Told(t)
		w.At(t, "2026-01-12 09:00") // resolve was due on Friday
		w.Expect(t, before, map[string]int{})
		apptest.Must(t)(w.App.Cases.Unmerge(t.Context(), id, "tiang lain", w.By(t, "desk")))
		w.Tick(t)
		w.Tick(t)
		w.Expect(t, before, map[string]int{"citizen: unmerged": 1, "officer: reminder": 1, "officer: warning": 1, "supervisor: warning": 1,
			"supervisor: breach": 1, "citizen: breach": 1})
		if got := w.Due(t, id, "resolve"); got != "Fri 9 17:00" {
			t.Errorf("due %s", got)
		}
		before = w.Told(t)
		apptest.Must(t)(w.App.Cases.Merge(t.Context(), id, w.Read(t, other).Number, w.By(t, "desk")))
		apptest.Must(t)(w.App.Cases.Unmerge(t.Context(), id, "tiang lain", w.By(t, "desk")))
		w.At(t, "2026-01-12 10:00")
		w.Expect(t, before, map[string]int{"citizen: merged": 1, "citizen: unmerged": 1})
	})
}

func TestWhileNoAgencyIsResponsibleTheDeskIsReminded(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		w.Answer.Auto = false
		id := w.Report(t)
		before := w.Told(t)
		w.At(t, "2026-01-08 17:01") // first response at 50, 80 and 100 percent, resolve at 50
		w.Expect(t, before, map[string]int{"desk: reminder": 2, "desk: warning": 1, "desk: breach": 1, "citizen: breach": 1})
		before = w.Told(t)
		w.At(t, "2026-01-20 10:00")
		w.Expect(t, before, map[string]int{"desk: warning": 1, "desk: breach": 1, "citizen: breach": 1, "desk: escalated": 2, "oversight: oversight": 2})
		if c := w.Read(t, id); c.State != complaint.Triage {
			t.Errorf("it is %s", c.State)
		}
	})
}

func TestABreachIsToldToTheAgencyThatMissedTheDeadlineThoughTheComplaintHasGoneElsewhere(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		w.SendTo("MPKB-BRI")
		id := w.Report(t)
		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "kami datang", w.By(t, "Kelantan's")))
		w.Tick(t)
		before := w.Told(t)
		w.Now = apptest.Malaysia(t, "2026-01-11 17:00")
		if _, applied, err := w.App.Cases.Ring(t.Context(), id); err != nil || !applied {
			t.Fatalf("applied %v, %v", applied, err)
		}
		apptest.Must(t)(w.App.Cases.Transfer(t.Context(), id, "MBPJ", "tiang di Petaling Jaya", w.By(t, "Kelantan's"))) // before anybody was told
		w.Tick(t)
		if got := w.News(t, before); got["Kelantan's boss: breach"] != 1 || got["supervisor: breach"] != 0 || got["Kelantan's: warning"] != 1 || got["officer: warning"] != 0 {
			t.Errorf("told %v", got)
		}
		c := w.Read(t, id)
		if k := c.Clocks[len(c.Clocks)-1]; !k.Breached.Equal(apptest.Malaysia(t, "2026-01-11 17:00")) || !k.Due.Equal(apptest.Malaysia(t, "2026-01-09 17:00")) {
			t.Errorf("resolve is due %s and was missed at %s", k.Due, k.Breached)
		}
	})
}

func TestTheDesksCategoryBringsItsClassAndTheHistorySaysWhatMoved(t *testing.T) {
	apptest.InTown(t, "2026-01-06 10:00", nil, func(t *testing.T, w *apptest.Town) {
		w.Answer.Auto = false
		id := w.Report(t)
		w.At(t, "2026-01-06 11:00")
		apptest.Must(t)(w.App.Cases.Assign(t.Context(), id, "MBPJ", "JLN01", "lubang, bukan lampu", w.By(t, "desk")))
		if got := w.Due(t, id, "resolve"); got != "Wed 7 10:00" { // class S1: 24 hours from the same start
			t.Errorf("due %s", got)
		}
		events := w.Read(t, id).Events
		last := events[len(events)-1]
		want := []complaint.Moved{{Clock: "first_response", From: apptest.Malaysia(t, "2026-01-08 17:00"), To: apptest.Malaysia(t, "2026-01-06 22:00")},
			{Clock: "resolve", From: apptest.Malaysia(t, "2026-01-09 17:00"), To: apptest.Malaysia(t, "2026-01-07 10:00")}}
		if !slices.Equal(last.Moved, want) {
			t.Errorf("moved %+v", last.Moved)
		}
	})
}

func TestALadderOfAnAgencyThatDoesNotExistIsRefused(t *testing.T) {
	cfg := config.Default
	withLadder(t, "*,MBPX,*,100,supervisor,breach,\n")(&cfg)
	if _, err := app.LoadReference(app.Folder(cfg.Configs)); err == nil || !strings.Contains(err.Error(), `ladder.csv: there is no agency "MBPX"`) {
		t.Errorf("%v", err)
	}
}

// withLadder makes a folder of reference data with rows more in its ladder.
func withLadder(t *testing.T, rows string) func(*config.Config) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, configs.FS); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "ladder.csv")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(content, rows...), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) { c.Configs = dir }
}
