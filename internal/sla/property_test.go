package sla

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// question is what a deadline is asked for with, drawn at random.
type question struct {
	target  Target
	state   string
	start   time.Time
	pauses  []Pause
	percent int
}

var (
	epoch    = time.Date(2024, 12, 20, 0, 0, 0, 0, time.UTC)
	drawMins = rapid.IntRange(0, 3*365*24*60)
	drawWhen = rapid.Custom(func(t *rapid.T) time.Time { return epoch.Add(time.Duration(drawMins.Draw(t, "minutes")) * time.Minute) })
	drawGoal = rapid.Custom(func(t *rapid.T) Target {
		if rapid.Bool().Draw(t, "wall") {
			return Target{Kind: Wall, Wall: time.Duration(rapid.IntRange(0, 10*86400).Draw(t, "seconds")) * time.Second}
		}
		return Target{Kind: WorkingDays, Days: rapid.IntRange(1, 60).Draw(t, "days")}
	})
)

func drawPause(start time.Time) *rapid.Generator[Pause] {
	return rapid.Custom(func(t *rapid.T) Pause {
		from := start.Add(time.Duration(rapid.IntRange(-3*1440, 40*1440).Draw(t, "from")) * time.Minute)
		return Pause{From: from, To: from.Add(time.Duration(rapid.IntRange(-1440, 10*1440).Draw(t, "lasts")) * time.Minute)}
	})
}

func drawQuestion(t *rapid.T) question {
	start := drawWhen.Draw(t, "start")
	return question{target: drawGoal.Draw(t, "target"), state: rapid.SampledFrom(States).Draw(t, "state"), start: start,
		pauses: rapid.SliceOfN(drawPause(start), 0, 4).Draw(t, "pauses"), percent: rapid.IntRange(1, 250).Draw(t, "percent")}
}

func (q question) due(t *rapid.T, b *Book) time.Time {
	due, ok := b.Due(q.target, q.state, q.start, q.pauses, q.percent)
	if !ok {
		t.Fatalf("no due time for %+v", q)
	}
	return due
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		before := q.due(t, b)
		q.start = q.start.Add(time.Duration(rapid.IntRange(0, 10*1440).Draw(t, "later")) * time.Minute)
		if after := q.due(t, b); after.Before(before) || after.Before(q.start) {
			t.Fatalf("due %s, then %s", before, after)
		}
	})
}

func TestALargerTargetAndAHigherPercentAreNeverDueEarlier(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		first := q.due(t, b)
		q.percent += rapid.IntRange(0, 100).Draw(t, "more percent")
		second := q.due(t, b)
		q.target.Wall += time.Duration(rapid.IntRange(0, 86400).Draw(t, "more seconds")) * time.Second
		q.target.Days += rapid.IntRange(0, 10).Draw(t, "more days")
		if third := q.due(t, b); second.Before(first) || third.Before(second) {
			t.Fatalf("due %s, %s, %s", first, second, third)
		}
	})
}

func TestAPauseOrAHolidayMoreNeverMakesItDueEarlier(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		first := q.due(t, b)
		q.pauses = append(q.pauses, drawPause(q.start).Draw(t, "one more"))
		second := q.due(t, b)
		off := DateOf(q.start) + Date(rapid.IntRange(0, 60).Draw(t, "day off"))
		third := q.due(t, b.With(Holiday{Date: off, States: []string{q.state}}))
		if second.Before(first) || third.Before(second) {
			t.Fatalf("due %s, with a pause %s, with a holiday %s", first, second, third)
		}
		if q.target.Kind == Wall && !third.Equal(second) {
			t.Fatalf("a holiday moved a wall clock from %s to %s", second, third)
		}
	})
}

func TestTheOrderOfPausesIsOfNoConcern(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		first := q.due(t, b)
		q.pauses = rapid.Permutation(q.pauses).Draw(t, "shuffled")
		if second := q.due(t, b); !second.Equal(first) {
			t.Fatalf("due %s, shuffled %s", first, second)
		}
	})
}

func TestAnExplanationCountsExactlyTheTarget(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		x := b.Explain(q.target, q.state, q.start, q.pauses, q.percent)
		if due := q.due(t, b); !x.OK || !x.Due.Equal(due) {
			t.Fatalf("explained %s, due %s", x.Due, due)
		}
		if q.target.Kind == Wall {
			stood := time.Duration(0)
			for _, s := range x.Steps {
				stood += s.To.Sub(s.From)
			}
			if ran := x.Due.Sub(x.Start) - stood; ran != q.target.Wall*time.Duration(q.percent)/100 {
				t.Fatalf("ran for %s of %s", ran, q.target.Wall)
			}
			return
		}
		counted, day := 0, DateOf(q.start)
		for _, s := range x.Steps {
			if day++; s.Date != day {
				t.Fatalf("after %s comes %s", day-1, s.Date)
			}
			if s.Counted {
				counted++
			}
			if s.Counted && s.N != counted || !s.Counted && (s.N != 0 || s.Why.EN == "" || s.Why.MS == "") {
				t.Fatalf("step %+v after %d counted", s, counted)
			}
		}
		if want := max(1, (q.target.Days*q.percent+99)/100); counted != want || !x.Steps[len(x.Steps)-1].Close.Equal(x.Due) {
			t.Fatalf("%d counted, want %d", counted, want)
		}
	})
}

func TestReachedTellsEachRungOnceHoweverOftenItIsAsked(t *testing.T) {
	b := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		r := Running{Target: q.target, State: q.state, Start: q.start, Pauses: q.pauses, Ladder: b.Ladder("S15", "", Resolve)}
		recorded := map[int]bool{}
		var told []int
		for now, ok := q.start, true; ok; {
			var passed []Rung
			var next time.Time
			passed, next, ok = b.Reached(r, recorded, now)
			for _, g := range passed {
				if at, _ := b.Instant(r, g.Percent); at.After(now) {
					t.Fatalf("%d percent told at %s, early for %s", g.Percent, now, at)
				}
				recorded[g.Percent] = true
				told = append(told, g.Percent)
			}
			if ok && !next.After(now) {
				t.Fatalf("next is %s at %s", next, now)
			}
			now = next
		}
		if len(told) != len(r.Ladder) || told[0] != 50 || told[len(told)-1] != 200 {
			t.Fatalf("told %v", told)
		}
	})
}
