package sla

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/table"
)

// changed is the shipped tables with some of them replaced.
func changed(t testing.TB, files map[string]string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"weekends.csv", "office_hours.csv", "holidays.csv", "sla_classes.csv", "ladder.csv"} {
		data, err := configs.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	for name, data := range files {
		out[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return out
}

func percents(rungs []Rung) (out []int) {
	for _, g := range rungs {
		out = append(out, g.Percent)
	}
	return out
}

func TestTheShippedLadderIsThatOfTheSpecification(t *testing.T) {
	want := []Rung{
		{50, []string{"assignee"}, "tell"},
		{80, []string{"assignee", "supervisor"}, "tell"},
		{100, []string{"supervisor"}, "breach"},
		{150, []string{"parent"}, "tell"},
		{200, []string{"oversight"}, "tell"},
	}
	got := shipped(t).Ladder("S15", "MBPJ", Resolve)
	if !slices.EqualFunc(got, want, func(a, b Rung) bool {
		return a.Percent == b.Percent && slices.Equal(a.Tell, b.Tell) && a.Action == b.Action
	}) {
		t.Errorf("%v", got)
	}
}

func TestTheMostParticularLadderCountsWhole(t *testing.T) {
	var ms table.Mistakes
	b := Load(changed(t, map[string]string{"ladder.csv": `class,agency,clock,percent,tell,action,note
*,*,*,100,supervisor,breach,
*,*,accept,60,assignee,tell,
*,*,accept,100,,breach,
S15,*,*,70,assignee,tell,
S15,*,*,100,,breach,
*,MBPJ,*,80,assignee,tell,
*,MBPJ,*,100,,breach,
S15,MBPJ,*,90,assignee,tell,
S15,MBPJ,*,100,,breach,
S0,*,accept,100,,breach,
S0,*,accept,300,,take_over,
`}), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, class, agency string
		clock               ClockName
		want                []int
	}{
		{"nothing of its own", "S7", "DBKL", Resolve, []int{100}},
		{"the clock's", "S7", "DBKL", Accept, []int{60, 100}},
		{"the class's, before the clock's", "S15", "DBKL", Accept, []int{70, 100}},
		{"the agency's, before the class's", "S7", "MBPJ", Accept, []int{80, 100}},
		{"class and agency, before the agency's", "S15", "MBPJ", Accept, []int{90, 100}},
		{"class and clock", "S0", "DBKL", Accept, []int{100, 300}},
		{"class and clock yield to the agency's", "S0", "MBPJ", Accept, []int{80, 100}},
	} {
		if got := percents(b.Ladder(c.class, c.agency, c.clock)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRungsAreReachedAtTheirInstantAndNotBefore(t *testing.T) {
	b := shipped(t)
	ladder := b.Ladder("S1", "MBPJ", Resolve)
	wall, days := Target{Kind: Wall, Wall: 10 * time.Hour}, Target{Kind: WorkingDays, Days: 3}
	open := []Pause{{From: local(t, "2026-01-05 13:30")}}
	ended := []Pause{{From: local(t, "2026-01-05 13:30"), To: local(t, "2026-01-05 20:00")}}
	for _, c := range []struct {
		name     string
		target   Target
		pauses   []Pause
		recorded []int
		now      string
		passed   []int
		next     string // empty: none
	}{
		{"a minute before the first", wall, nil, nil, "2026-01-05 12:59", nil, "2026-01-05 13:00"},
		{"at the instant of the first", wall, nil, nil, "2026-01-05 13:00", []int{50}, "2026-01-05 16:00"},
		{"the first is recorded", wall, nil, []int{50}, "2026-01-05 13:00", nil, "2026-01-05 16:00"},
		{"after a long sleep, all at once and in order", wall, nil, []int{50}, "2026-01-05 23:00", []int{80, 100, 150}, "2026-01-06 04:00"},
		{"a later one recorded does not hide an earlier one", wall, nil, []int{100}, "2026-01-05 18:00", []int{50, 80}, "2026-01-05 23:00"},
		{"the last", wall, nil, []int{50, 80, 100, 150}, "2026-01-06 04:00", []int{200}, ""},
		{"everything is recorded", wall, nil, []int{50, 80, 100, 150, 200}, "2026-01-07 04:00", nil, ""},
		{"a pause lasts: what was reached before it, and no next", wall, open, nil, "2026-01-06 23:00", []int{50}, ""},
		{"a pause has ended: later by its length", wall, ended, []int{50}, "2026-01-05 22:29", nil, "2026-01-05 22:30"},
		{"within a pause whose end is known the next is known", wall, ended, []int{50}, "2026-01-05 14:00", nil, "2026-01-05 22:30"},
		{"working days: 80 and 100 percent of three days are one close", days, nil, []int{50}, "2026-01-08 17:00", []int{80, 100}, "2026-01-12 17:00"},
		{"working days: a minute before it", days, nil, []int{50}, "2026-01-08 16:59", nil, "2026-01-08 17:00"},
		{"working days: a pause lasts", days, []Pause{{From: local(t, "2026-01-07 17:01")}}, nil, "2026-02-01 12:00", []int{50}, ""},
		{"no target at all", Target{}, nil, nil, "2026-02-01 12:00", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Running{Clock: Resolve, Target: c.target, State: "MY-10", Start: local(t, "2026-01-05 08:00"), Pauses: c.pauses, Ladder: ladder}
			recorded := map[int]bool{}
			for _, p := range c.recorded {
				recorded[p] = true
			}
			passed, next, ok := b.Reached(r, recorded, local(t, c.now))
			if !slices.Equal(percents(passed), c.passed) {
				t.Errorf("passed %v, want %v", percents(passed), c.passed)
			}
			if ok != (c.next != "") || ok && !next.Equal(local(t, c.next)) {
				t.Errorf("next %s, %v; want %s", next.In(zone), ok, c.next)
			}
			for _, g := range passed {
				if at, ok := b.Instant(r, g.Percent); !ok || at.After(local(t, c.now)) {
					t.Errorf("%d percent passed, yet its instant is %s, %v", g.Percent, at, ok)
				}
			}
		})
	}
}
