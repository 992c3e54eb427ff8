package notify

import (
	"errors"
	"testing"
	"time"

	"respons/internal/push"
)

func TestPushesAreHeldAndProbedOneAtATime(t *testing.T) {
	var h Hold
	start := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	out := func(down bool, after time.Duration) push.Outcome {
		return push.Outcome{State: push.Retry, Down: down, After: after, Err: errors.New("x")}
	}
	passes := func(s int, want bool) {
		t.Helper()
		if _, ok := h.passes(at(s)); ok != want {
			t.Errorf("after %d s: passes is %v", s, ok)
		}
	}
	passes(0, true)
	passes(0, true) // under way at the same time
	if !h.learn(out(true, 0), "out", at(0)) || h.learn(out(true, 0), "out", at(0)) {
		t.Error("the first failure changes something, and only that")
	}
	if since, why, alarm := h.Held(); !since.Equal(at(0)) || why != "out" || alarm {
		t.Errorf("held since %v, %q, %v", since, why, alarm)
	}
	passes(4, false)
	passes(5, true) // the probe
	passes(6, false)
	passes(5+29, false)
	h.learn(out(true, 0), "out", at(5))
	passes(14, false) // the second pause is twice as long
	passes(15, true)
	h.learn(out(true, time.Minute), "quota", at(15)) // the provider says how long
	passes(74, false)
	passes(75, true)
	passes(75+30, true) // the probe's process died: another one
	if !h.learn(out(false, 0), "", at(105)) {
		t.Error("that pushes pass again is no change")
	}
	passes(105, true)
	passes(105, true)
	if since, _, _ := h.Held(); !since.IsZero() {
		t.Error("still held")
	}
	for i := range 20 {
		h.learn(out(true, 0), "out", at(1000*i))
		h.passes(at(1000 * (i + 1)))
	}
	if until, ok := h.passes(at(20000)); ok || until.Sub(at(20000)) > longestHold {
		t.Errorf("the longest pause ends at %v", until)
	}
}
