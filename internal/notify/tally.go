package notify

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"respons/internal/sla"
	"respons/internal/store"
)

// Tally keeps running counts of what came of messages, by the day in Malaysia on which each was made. Counts gather in
// memory and are added to the store every few seconds: a process that is killed loses those of its last seconds, of which
// the ledger still has every row.
type Tally struct {
	Engine store.Engine
	Log    *slog.Logger

	mu      sync.Mutex
	pending map[sla.Date]map[string]int64 // by day and name: channel/platform/event/what
}

// OpenedWithin are the spans by which the times from acceptance to opening are counted; what took longer comes after them.
var OpenedWithin = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// tallyEvery is how often counts are added to the store.
const tallyEvery = 5 * time.Second

// What is counted of messages of one channel, platform and event.
const (
	countAccepted = "accepted"
	countOpened   = "opened"
	countSeconds  = "seconds"   // the sum from acceptance to opening
	countWithin   = "within/"   // and the index in OpenedWithin
	countFailed   = "failed: "  // and the cause
	countDropped  = "dropped: " // and the cause
)

// take counts that a row came to a state that says how it went.
func (y *Tally) take(row *Row, s State) {
	if y == nil {
		return
	}
	of := string(row.Channel) + "/" + row.Platform + "/" + row.Event + "/"
	by := map[string]int64{}
	switch s {
	case Accepted:
		by[of+countAccepted] = 1
	case Opened:
		took := row.ToOpen()
		by[of+countOpened], by[of+countSeconds] = 1, int64(took.Seconds())
		by[of+countWithin+strconv.Itoa(span(took))] = 1
	case Failed:
		by[of+countFailed+cause(row.Why)] = 1
	case Dropped:
		by[of+countDropped+cause(row.Why)] = 1
	default:
		return
	}
	y.add(sla.DateOf(row.Created), by)
}

// span is the index in OpenedWithin of the first span that is long enough.
func span(d time.Duration) int {
	for i, s := range OpenedWithin {
		if d <= s {
			return i
		}
	}
	return len(OpenedWithin)
}

// cause is a why without what differs from message to message, which follows a colon. Of what was given up it is why the
// last attempt came to nothing.
func cause(why string) string {
	head, rest, more := strings.Cut(why, ": ")
	if more && strings.HasPrefix(head, givenUp) {
		head, _, _ = strings.Cut(rest, ": ")
		return givenUp + ", " + head
	}
	return head
}

func (y *Tally) add(day sla.Date, by map[string]int64) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.pending == nil {
		y.pending = map[sla.Date]map[string]int64{}
	}
	if y.pending[day] == nil {
		y.pending[day] = map[string]int64{}
	}
	for name, n := range by {
		y.pending[day][name] += n
	}
}

// Run adds what gathers to the store until ctx ends, and then once more.
func (y *Tally) Run(ctx context.Context) {
	tick := time.NewTicker(tallyEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		limited, stop := context.WithTimeout(context.WithoutCancel(ctx), tallyEvery)
		if err := y.Flush(limited); err != nil {
			y.Log.WarnContext(ctx, "counts of messages wait for the store", "err", err)
		}
		stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// Flush adds what has gathered to the store. What could not be added waits for the next time; where the store took it and
// the answer was lost it is counted twice.
func (y *Tally) Flush(ctx context.Context) error {
	y.mu.Lock()
	days := y.pending
	y.pending = nil
	y.mu.Unlock()
	var failed error
	for day, by := range days {
		if err := y.Engine.Increment(ctx, tallyOf(day), by); err != nil {
			failed = fmt.Errorf("count messages of %s: %w", day, err)
			y.add(day, by)
		}
	}
	return failed
}

func tallyOf(day sla.Date) string { return "told/" + day.String() }
