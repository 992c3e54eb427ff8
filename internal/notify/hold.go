package notify

import (
	"sync"
	"time"

	"respons/internal/push"
)

// The pauses between probes while the provider of pushes takes nothing from us.
const (
	firstHold   = 5 * time.Second
	longestHold = 5 * time.Minute
)

// Hold keeps pushes back while their provider takes none: each attempt would only be refused too, and cost quota. One
// message after the other probes whether it is over. Each process finds out for itself. The zero Hold lets all through.
type Hold struct {
	mu    sync.Mutex
	tries int       // failed in a row
	until time.Time // the next probe
	probe time.Time // when the latest began
	since time.Time
	why   string
	alarm bool
}

// Held says since when nothing passes (zero: it does), why, and whether an operator must act.
func (h *Hold) Held() (since time.Time, why string, alarm bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.since, h.why, h.alarm
}

// passes says whether a message may be tried at now. While pushes are held, the one that may is the probe, and the others
// go on waiting for what comes of it. Until is when to ask again where it may not.
func (h *Hold) passes(now time.Time) (until time.Time, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.since.IsZero() {
		return time.Time{}, true
	}
	if now.Before(h.until) {
		return h.until, false
	}
	h.probe, h.until = now, now.Add(lease) // by then the probe has come back, or its process has died
	return time.Time{}, true
}

// learn takes in what came of an attempt that began at now. Changed says that pushes are held, or pass, from now on.
// Attempts that were under way when the first one failed say nothing new.
func (h *Hold) learn(out push.Outcome, why string, now time.Time) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !out.Down {
		changed = !h.since.IsZero()
		h.tries, h.until, h.probe, h.since, h.why, h.alarm = 0, time.Time{}, time.Time{}, time.Time{}, "", false
		return changed
	}
	if changed = h.since.IsZero(); changed {
		h.since = now
	} else if !now.Equal(h.probe) {
		return false
	}
	pause := min(firstHold<<min(h.tries, 10), longestHold)
	h.tries++
	h.until, h.why, h.alarm = now.Add(max(pause, out.After)), why, out.State == push.Alarm
	return changed
}
