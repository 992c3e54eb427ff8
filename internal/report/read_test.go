package report_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/complaint"
	"respons/internal/report"
	"respons/internal/sla"
	"respons/internal/store/eachstore"
)

func TestFiguresOfABranch(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		midnight := time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC) // in Malaysia the first of November
		for i := range 14 {
			c := file(fmt.Sprintf("c%02d", i), midnight.Add(time.Duration(i-1)*time.Second)) // the first one a second before
			switch {
			case i < 6:
				c = resolve(c, time.Duration(i+1)*13*time.Hour)
			case i == 6:
				c = step(c, 100, midnight.Add(72*time.Hour), midnight.Add(72*time.Hour))
			case i == 7: // no promise to the citizen
				c = step(c, 100, midnight.Add(4*time.Hour), midnight.Add(4*time.Hour))
				c.Events[len(c.Events)-1].Clock = sla.Accept
			case i == 8:
				c.Secret = true
			case i == 9:
				c = move(c, complaint.TakeOver, complaint.Triage, midnight.Add(time.Hour))
				c.Agency = ""
			case i == 10:
				c.Agency = "MBSA"
			case i == 11:
				c.Agency = "SUK-SGR"
			case i == 12:
				c = move(resolve(c, time.Hour), complaint.Reopen, complaint.InProgress, midnight.Add(3*time.Hour))
				c.Rating = 4
			}
			w.put(t, c, c) // told twice, counted once
		}
		w.fold(t)
		w.proven(t)
		for _, c := range []struct {
			branch, from, to                             string
			received, open, mended, late, secret, bodies int64
		}{
			{"MBPJ", "2026-11", "2026-11", 9, 4, 5, 1, 1, 1},
			{"MBPJ", "2026-10", "2026-11", 10, 4, 6, 1, 1, 1},
			{"SUK-SGR", "2026-11", "2026-11", 11, 6, 5, 1, 1, 3},
			{"=SUK-SGR", "2026-11", "2026-11", 1, 1, 0, 0, 0, 1},
			{"triage", "2026-11", "2026-11", 1, 1, 0, 0, 0, 1},
			{report.Everyone, "2026-11", "2026-11", 12, 7, 5, 1, 1, 2},
			{"MBSA", "2026-01", "2026-10", 0, 0, 0, 0, 0, 0},
		} {
			f, err := w.Figures(t.Context(), c.branch, c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			r := f.All
			got := fmt.Sprint(r.Received, r.Open, r.Mended, r.Late, f.Restricted, len(f.Agencies))
			if want := fmt.Sprint(c.received, c.open, c.mended, c.late, c.secret, c.bodies); got != want {
				t.Errorf("%s from %s to %s: received, open, mended, late, restricted, bodies are %s, want %s", c.branch, c.from, c.to, got, want)
			}
		}
		f, err := w.Figures(t.Context(), "MBPJ", "2026-11", "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		if f.Missed[sla.Accept] != 1 || f.Missed[sla.Resolve] != 1 || f.Reopened != 1 || f.Rated != 1 || f.Stars != 4 || f.States["resolved"] != 5 ||
			len(f.Districts) != 1 || f.Districts[0].Code != "MY-10/Petaling" || f.Classes[0].Received != 9 || f.Places[0].Code != "MY-10" {
			t.Errorf("%+v", f)
		}
		if within, ok := f.All.Took.Within(.5); !ok || within != 72*time.Hour {
			t.Errorf("half within %v, %v (of %v)", within, ok, f.All.Took)
		}
		every, err := w.Every(t.Context(), "2026-11", "2026-11")
		if err != nil || len(every) != 4 || every[0].Code != report.Desk || every[1].Received != 9 || every[3].Code != "SUK-SGR" {
			t.Errorf("%+v, %v", every, err)
		}
		cells, err := w.Cells(t.Context(), report.Tile{Z: 8, X: 200, Y: 125})
		if err != nil || len(cells) != 1 || cells[0].Count != 12 { // neither the restricted one nor the desk's
			t.Errorf("clusters %+v, %v", cells, err)
		}
		recent, err := w.Recent(t.Context(), "MBPJ", 3)
		if err != nil || len(recent) != 3 || recent[0].Number != "RR-c13" || recent[2].Number != "RR-c07" {
			t.Errorf("the latest are %+v, %v", recent, err)
		}
		days, err := w.Trend(t.Context(), "MBPJ", midnight.AddDate(0, 0, -1), midnight.AddDate(0, 0, 4))
		if err != nil || len(days) != 6 || days[0].Received != 1 || days[1].Received != 9 || days[1].Mended != 1 || days[2].Mended != 2 || days[1].Late != 1 || days[4].Late != 1 {
			t.Errorf("%+v, %v", days, err)
		}
	})
}

// A transfer takes the complaint along; the missed deadline stays with whose turn it was.
// What was added up is used again until something changes, whoever counts it.
func TestFiguresAreNeverOlderThanTheStore(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		other := w.process(w.Engine)
		received := func(b *report.Book) string {
			t.Helper()
			f, err := b.Figures(t.Context(), "MBPJ", "2026-01", "2026-11")
			if err != nil {
				t.Fatal(err)
			}
			l, err := b.Live(t.Context(), "MBPJ")
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(f.All.Received, f.All.Mended, len(f.Months), l.All.Open)
		}
		counts := []*report.Book{w.Book, other}
		for i, step := range []struct {
			changes []*complaint.Complaint // counted by one process after the other
			want    string
		}{
			{[]*complaint.Complaint{file("a", noon.Add(-time.Hour))}, "1 0 1 1"},
			{[]*complaint.Complaint{file("b", noon.AddDate(0, -2, 0))}, "2 0 2 2"},
			{[]*complaint.Complaint{resolve(file("b", noon.AddDate(0, -2, 0)), time.Hour), file("c", noon.Add(-time.Hour))}, "3 1 2 2"},
			{[]*complaint.Complaint{file("d", noon.Add(-time.Hour)), file("e", noon.Add(-time.Hour)), file("f", noon.Add(-time.Hour))}, "6 1 2 5"},
		} {
			for n, c := range step.changes {
				w.put(t, c)
				if err := counts[(i+n)%2].Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if a, b := received(w.Book), received(other); a != step.want || b != step.want {
					t.Fatalf("step %d: received, mended, months, open: %s and of the other process %s, want %s", i, a, b, step.want)
				}
			}
		}
	})
}

func TestAMissedDeadlineStaysWhereItWasMissed(t *testing.T) {
	w := newTown(eachstore.SQLite(t, schema))
	c := file("c1", noon.Add(-100*time.Hour))
	c = step(c, 100, noon.Add(-90*time.Hour), noon.Add(-90*time.Hour))
	c.Events[len(c.Events)-1].Clock = sla.Accept
	w.put(t, c)
	w.fold(t)
	c = move(c, complaint.Transfer, complaint.Routed, noon.Add(-80*time.Hour))
	c.Agency = "MBSA"
	w.put(t, c)
	w.fold(t)
	w.proven(t)
	for branch, want := range map[string]string{"MBPJ": "0 1", "MBSA": "1 0", "SUK-SGR": "1 1"} {
		f, err := w.Figures(t.Context(), branch, "2026-11", "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(f.All.Received, f.Missed[sla.Accept]); got != want {
			t.Errorf("%s received and missed %s, want %s", branch, got, want)
		}
	}
}

// What stands against its deadline changes by itself as time goes on, at midnight in Malaysia and at the deadline.
func TestOpenOnesStandAgainstTheirDeadline(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		due := time.Date(2026, 11, 28, 2, 0, 0, 0, time.UTC) // Saturday 10:00
		c := file("c1", due.Add(-72*time.Hour))
		c.Assignee = "aina"
		paused := file("c2", due.Add(-72*time.Hour))
		paused.State, paused.Clocks = complaint.Waiting, nil
		w.put(t, c, paused)
		for _, x := range []struct {
			now  time.Time
			want report.Load
		}{
			{due.Add(-11 * time.Hour), report.Load{Open: 2}}, // Friday 23:00
			{due.Add(-10*time.Hour - time.Second), report.Load{Open: 2}},
			{due.Add(-10 * time.Hour), report.Load{Open: 2, DueToday: 1}}, // Saturday 00:00
			{due.Add(-time.Millisecond), report.Load{Open: 2, DueToday: 1}},
			{due, report.Load{Open: 2, Overdue: 1}},
		} {
			w.now = x.now
			w.fold(t)
			for _, branch := range []string{"MBPJ", "SUK-SGR", report.Everyone} {
				l, err := w.Live(t.Context(), branch)
				if err != nil {
					t.Fatal(err)
				}
				if l.All != x.want {
					t.Errorf("%s at %s: %+v, want %+v", branch, x.now.In(kl), l.All, x.want)
				}
				if n := len(l.Officers); (n == 2) != (branch == "MBPJ") {
					t.Errorf("%d officers of %s", n, branch)
				}
			}
			w.proven(t)
		}
		w.now = due.AddDate(0, 0, 9)
		l, err := w.Live(t.Context(), "MBPJ")
		if err != nil || l.Ages[4] != 2 || len(l.Ages) != len(report.Ages)+1 { // 12 days
			t.Errorf("ages %v, %v", l.Ages, err)
		}
	})
}

func TestLateOnesAreForeseenFromWhatTheAgencyDidBefore(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		for i := range 40 { // six in ten took no longer than the 72 hours that are promised, two in ten no longer than a day
			took := []time.Duration{10, 20, 30, 40, 60, 70, 96, 120, 216, 216}[i%10] * time.Hour
			w.put(t, resolve(file(fmt.Sprintf("old%d", i), noon.Add(-400*time.Hour)), took))
		}
		w.fold(t)
		// F(D) = .6, so F(t) = 2 F(D) - 1 = .2 is reached after a day.
		c := file("c1", noon)
		w.put(t, c)
		w.fold(t)
		listed := func() string {
			t.Helper()
			list, _, err := w.List(t.Context(), report.Filter{Branch: "SUK-SGR", Foreseen: true}, "", 10)
			if err != nil {
				t.Fatal(err)
			}
			return ids(list)
		}
		if got := listed(); got != "[]" {
			t.Errorf("foreseen at once: %s", got)
		}
		w.now = noon.Add(30 * time.Hour)
		w.fold(t)
		if got := listed(); got != "[c1]" {
			t.Errorf("foreseen after a day: %s", got)
		}
		list, _, err := w.List(t.Context(), report.Filter{Branch: "MBPJ", Foreseen: true}, "", 10)
		if err != nil || len(list) != 1 || list[0].Why == nil || list[0].Why.Rule != report.ByHistory || list[0].Why.Of != 40 {
			t.Fatalf("%+v, %v", list, err)
		}
		risk := list[0].Risk.Sub(noon)
		if risk.Round(time.Second) != 24*time.Hour {
			t.Errorf("foreseen from %s after receipt", risk)
		}
		l, err := w.Live(t.Context(), "MBPJ")
		if err != nil || l.All.Predicted != 1 || l.Categories[0].Predicted != 1 {
			t.Errorf("%+v, %v", l, err)
		}
		w.proven(t)
		w.now = noon.Add(73 * time.Hour) // late by now
		w.fold(t)
		if got := listed(); got != "[]" {
			t.Errorf("foreseen though it is late: %s", got)
		}
	})
}

func TestWhatNobodyBeganIsForeseenAtFourFifths(t *testing.T) {
	w := newTown(eachstore.SQLite(t, schema))
	due := noon.Add(10 * time.Hour)
	idle := step(file("idle", due.Add(-72*time.Hour)), 80, noon.Add(-4*time.Hour), due)
	begun := step(move(file("begun", due.Add(-72*time.Hour)), complaint.Start, complaint.InProgress, noon.Add(-5*time.Hour)), 80, noon.Add(-4*time.Hour), due)
	w.put(t, idle, begun, file("new", noon))
	w.fold(t)
	list, _, err := w.List(t.Context(), report.Filter{Branch: "MBPJ", Foreseen: true}, "", 10)
	if err != nil || ids(list) != "[idle]" || list[0].Why.Rule != report.ByThreshold {
		t.Errorf("%+v, %v", list, err)
	}
	for _, w := range []report.Why{{Rule: report.ByThreshold}, {Rule: report.ByHistory, Share: .5, Of: 40}} {
		if r := w.Reason(); r.MS == "" || r.EN == "" {
			t.Errorf("%+v is said as %+v", w, r)
		}
	}
}

func TestListsBehindFiguresHoldWhatTheFiguresCount(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		for i := range 150 {
			c := file(fmt.Sprintf("c%03d", i), noon.Add(-time.Duration(i/3)*time.Hour)) // three at a time
			c.Category = []string{"JLN01", "LPU01", "SSP01"}[i%3]
			c.Agency = []string{"MBPJ", "MBSA"}[i%2]
			switch i % 5 {
			case 0:
				c = resolve(c, time.Hour)
			case 1:
				c.Assignee = "aina"
			case 2:
				c.Clocks = nil // nothing is promised
			case 3:
				c.Secret = i%15 == 3
			}
			w.put(t, c)
		}
		w.now = noon.Add(40 * time.Hour)
		w.fold(t)
		w.proven(t)
		l, err := w.Live(t.Context(), "MBPJ")
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Figures(t.Context(), report.Everyone, "2026-11", "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			report.Filter
			want int64
		}{
			{"open", report.Filter{Branch: "MBPJ", Open: true}, l.All.Open},
			{"overdue", report.Filter{Branch: "MBPJ", Standing: report.Overdue}, l.All.Overdue},
			{"due today", report.Filter{Branch: "MBPJ", Standing: report.DueToday}, l.All.DueToday},
			{"of a category", report.Filter{Branch: "MBPJ", Open: true, Category: "LPU01"}, load(l.Categories, "LPU01").Open},
			{"of an officer", report.Filter{Branch: "MBPJ", Officer: "aina"}, load(l.Officers, "aina").Open},
			{"of nobody", report.Filter{Branch: "MBPJ", Officer: report.Nobody}, load(l.Officers, report.Nobody).Open},
			{"in a state", report.Filter{Branch: "MBPJ", Open: true, State: complaint.Routed}, load(l.States, "routed").Open},
			{"received", report.Filter{Branch: report.Everyone}, f.All.Received},
			{"received of a category", report.Filter{Branch: report.Everyone, Category: "JLN01"}, row(f.Categories, "JLN01").Received},
			{"received in a district", report.Filter{Branch: report.Everyone, District: "MY-10/Petaling"}, f.All.Received},
			{"resolved", report.Filter{Branch: report.Everyone, State: complaint.Resolved}, f.States["resolved"]},
			{"of a day", report.Filter{Branch: report.Everyone, From: noon.Add(-3 * time.Hour), To: noon}, 9 - 1},
			{"nothing", report.Filter{Branch: "JKR"}, 0},
		} {
			seen, last := map[string]bool{}, report.Listed{}
			for after := ""; ; {
				list, next, err := w.List(t.Context(), c.Filter, after, 7)
				if err != nil {
					t.Fatal(c.name, err)
				}
				for _, x := range list {
					if seen[x.ID] {
						t.Errorf("%s: %s comes twice", c.name, x.ID)
					}
					seen[x.ID] = true
					if last.ID != "" && c.Open && !last.Due.IsZero() && !x.Due.IsZero() && x.Due.Before(last.Due) {
						t.Errorf("%s: %s is due before %s", c.name, x.ID, last.ID)
					}
					last = x
				}
				if after = next; after == "" {
					break
				}
			}
			if int64(len(seen)) != c.want || c.want == 0 && c.name != "nothing" && c.name != "due today" {
				t.Errorf("%s: %d are listed and %d counted", c.name, len(seen), c.want)
			}
		}
		for _, cursor := range []string{"x", "b.1", "r.x.c1", "b.5.c1"} {
			if _, _, err := w.List(t.Context(), report.Filter{Branch: "MBPJ"}, cursor, 7); err == nil {
				t.Errorf("the cursor %q is taken", cursor)
			}
		}
	})
}

func load(list []report.Load, code string) report.Load {
	for _, x := range list {
		if x.Code == code {
			return x
		}
	}
	return report.Load{}
}

func row(list []report.Row, code string) report.Row {
	for _, x := range list {
		if x.Code == code {
			return x
		}
	}
	return report.Row{}
}

func TestPercentilesLieWhereTheDurationsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Int64Range(1, 4000), 1, 300).Draw(t, "hours")
		s := make(report.Spread, len(report.Took)+1)
		for _, h := range list {
			i := 0
			for i < len(report.Took) && time.Duration(h)*time.Hour > report.Took[i] {
				i++
			}
			s[i]++
		}
		for _, p := range []float64{.1, .5, .9, 1} {
			d, ok := s.At(p)
			if !ok {
				t.Fatal("nothing was counted")
			}
			if back := s.Share(d); math.Abs(back-p) > 1e-6 && back < p {
				t.Fatalf("the part %v lies at %s, where the part is %v", p, d, back)
			}
		}
	})
	if _, ok := (report.Spread{}).At(.5); ok {
		t.Error("nothing has a median")
	}
}

func TestSmallFiguresAreNotTold(t *testing.T) {
	for n, want := range map[int64]int64{0: -1, 4: -1, 5: 5, 7: 5, 8: 10, 12: 10, 13: 15, 1000: 1000} {
		got := int64(-1)
		if p := report.Told(n); p != nil {
			got = *p
		}
		if got != want {
			t.Errorf("%d is told as %d, want %d", n, got, want)
		}
	}
}
