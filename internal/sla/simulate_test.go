package sla

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the simulation takes Malaysia's time from the zone database, not from the offset in date.go

	"respons/configs"
)

// world is what the simulation knows, read from the tables by itself.
type world struct {
	kl       *time.Location
	holidays map[string]bool   // state and date
	closes   map[string]string // state and weekday to HH:MM
	weekends []map[string]string
}

func rowsOf(t testing.TB, file string) []map[string]string {
	t.Helper()
	f, err := configs.FS.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[lines[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}

func newWorld(t testing.TB) *world {
	t.Helper()
	kl, err := time.LoadLocation("Asia/Kuala_Lumpur")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{kl: kl, holidays: map[string]bool{}, closes: map[string]string{}, weekends: rowsOf(t, "weekends.csv")}
	for _, r := range rowsOf(t, "holidays.csv") {
		for i := 1; i <= 16; i++ {
			if state := fmt.Sprintf("MY-%02d", i); r["states"] == "*" || strings.Contains(r["states"], state) {
				w.holidays[state+" "+r["date"]] = true
			}
		}
	}
	for _, r := range rowsOf(t, "office_hours.csv") {
		w.closes[r["state"]+" "+r["weekday"]] = r["close"]
	}
	w.closes["MY-01 Sun"] = "17:00" // worked until 2024; the table has today's hours
	return w
}

// closing says whether at, a local time, is a close of business.
func (w *world) closing(state string, at time.Time) bool {
	weekday, date := at.Format("Mon"), at.Format("2006-01-02")
	if w.closes[state+" "+weekday] != at.Format("15:04") || w.holidays[state+" "+date] {
		return false
	}
	for _, r := range w.weekends {
		if r["state"] == state && r["from"] <= date && (r["to"] == "" || date <= r["to"]) {
			return !strings.Contains(r["days"], weekday)
		}
	}
	return false
}

func within(pauses []Pause, at time.Time) bool {
	return slices.ContainsFunc(pauses, func(p Pause) bool {
		return !at.Before(p.From) && (p.To.IsZero() || at.Before(p.To))
	})
}

// simulate lets time go by, half an hour or a minute at a step, and looks at every step whether the clock counts. ok is
// false where it never gets there.
func (w *world) simulate(t Target, state string, start time.Time, pauses []Pause, percent int) (time.Time, bool) {
	end := start.AddDate(2, 0, 0)
	for _, p := range pauses {
		if p.To.IsZero() && p.From.Before(end) {
			end = p.From // nothing counts from here on
		}
	}
	if t.Kind == Wall {
		minutes := int(t.Wall/time.Minute) * percent / 100
		at := start
		for ; minutes > 0; at = at.Add(time.Minute) {
			if !at.Before(end) {
				return time.Time{}, false
			}
			if !within(pauses, at) {
				minutes--
			}
		}
		return at, true
	}
	need := 0 // the smallest whole number that is at least percent of the days
	for need*100 < percent*t.Days {
		need++
	}
	first := start.In(w.kl).Format("2006-01-02")
	for at := start.Truncate(30 * time.Minute).In(w.kl); at.Before(end); at = at.Add(30 * time.Minute) {
		if h := at.Hour(); h < 15 || h > 17 || !w.closing(state, at) || at.Format("2006-01-02") == first || within(pauses, at) {
			continue
		}
		if need--; need == 0 {
			return at, true
		}
	}
	return time.Time{}, false
}

// draw makes a case on whole minutes; pauses like to begin and end at a close of business, which is where edges are.
func draw(r *rand.Rand) (t Target, start time.Time, pauses []Pause, percent int) {
	percent = []int{1, 50, 80, 100, 100, 100, 150, 200}[r.IntN(8)]
	start = time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(1400*1440)) * time.Minute)
	t = Target{Kind: WorkingDays, Days: 1 + r.IntN(8)}
	switch r.IntN(8) {
	case 0, 1, 2:
		t = Target{Kind: Wall, Wall: time.Duration(100*r.IntN(30)) * time.Minute} // so that each percent is whole minutes
	case 3:
		t.Days = 1 + r.IntN(60)
	}
	instant := func(around time.Time) time.Time {
		at := around.Add(time.Duration(r.IntN(14*1440)-2*1440) * time.Minute)
		switch r.IntN(4) {
		case 0:
			return at.Truncate(24 * time.Hour).Add(9 * time.Hour) // 17:00 in Malaysia
		case 1:
			return at.Truncate(24 * time.Hour).Add(7*time.Hour + 30*time.Minute)
		}
		return at
	}
	for range r.IntN(5) {
		from := instant(start)
		pauses = append(pauses, Pause{From: from, To: instant(from)})
	}
	if r.IntN(8) == 0 {
		pauses = append(pauses, Pause{From: instant(start.AddDate(0, 0, 5))})
	}
	r.Shuffle(len(pauses), func(i, j int) { pauses[i], pauses[j] = pauses[j], pauses[i] })
	return t, start, pauses, percent
}

func TestASimulationThatLetsTimeGoByAgreesOn100000Cases(t *testing.T) {
	book, w := shipped(t), newWorld(t)
	for i, state := range States {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(2026, uint64(i)))
			for range 100_000 / len(States) {
				target, start, pauses, percent := draw(r)
				want, reached := w.simulate(target, state, start, pauses, percent)
				got, ok := book.Instant(Running{Target: target, State: state, Start: start, Pauses: pauses}, percent)
				if ok != reached || !got.Equal(want) {
					t.Fatalf("%d%% of %+v from %s with %v: %s, %v; the simulation says %s, %v", percent, target, start, pauses, got, ok, want.UTC(), reached)
				}
				open := slices.ContainsFunc(pauses, func(p Pause) bool { return p.To.IsZero() })
				if due, ok := book.Due(target, state, start, pauses, percent); ok == open || ok && !due.Equal(want) {
					t.Fatalf("%d%% of %+v from %s with %v: due %s, %v; the simulation says %s", percent, target, start, pauses, due, ok, want.UTC())
				}
			}
		})
	}
}
