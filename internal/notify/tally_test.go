package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/internal/complaint"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/sla"
	"respons/internal/store"
)

func (d *desk) statistics(t *testing.T) map[string]*notify.Line {
	t.Helper()
	day := sla.DateOf(d.now)
	lines, err := d.Tally.Of(t.Context(), day, day)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*notify.Line{}
	for _, l := range lines {
		out[string(l.Channel)+"/"+l.Platform+"/"+l.Event] = l
	}
	return out
}

func TestWhatCameOfMessagesIsCounted(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.Tally = &notify.Tally{Engine: d.Engine, Log: slog.New(slog.DiscardHandler)}
		d.provider.answers = []push.Outcome{{State: push.Accepted, ProviderID: "p/1"}, {State: push.Unregistered, Err: errors.New("x")}}
		d.tell(t)
		d.answer = notify.Outcome{State: notify.Failed, Why: "the SMS gateway refused it: 400"}
		d.now = d.now.Add(10 * time.Minute)
		for range 2 { // again is harmless, and counts once
			if err := d.Opened(t.Context(), d.rows(t)["received/citizen/push"].ID, complaint.GuestOf(d.id)); err != nil {
				t.Fatal(err)
			}
		}
		d.at(t, "2026-01-08 12:30") // the fallback of what was not opened
		want := map[string]notify.Line{
			"push/android/received": {Accepted: 1, Opened: 1, Within: []int64{0, 0, 1, 0, 0, 0, 0}, ToOpen: 10 * time.Minute},
			"inbox//received":       {Accepted: 1, Opened: 1, Within: []int64{0, 0, 1, 0, 0, 0, 0}, ToOpen: 10 * time.Minute},
			"push/android/routed":   {Failed: map[string]int64{"the device is gone": 1}},
			"sms//routed":           {Failed: map[string]int64{"the SMS gateway refused it": 1}},
		}
		got := d.statistics(t)
		for key, w := range want {
			g := got[key]
			if g == nil {
				t.Errorf("%s was not counted", key)
				continue
			}
			if w.Within == nil {
				w.Within = make([]int64, len(notify.OpenedWithin)+1)
			}
			w.Channel, w.Platform, w.Event = g.Channel, g.Platform, g.Event
			for _, m := range []*map[string]int64{&w.Failed, &w.Dropped} {
				if *m == nil {
					*m = map[string]int64{}
				}
			}
			if diff := cmp.Diff(w, *g); diff != "" {
				t.Errorf("%s (-want +got)\n%s", key, diff)
			}
		}
		if g := got["inbox//routed"]; g.Dropped["nobody holds this role"] != 1 || g.Accepted != 1 {
			t.Errorf("inbox of routed: %+v", g)
		}
	})
}

func TestWhatIsErasedBeforeItIsSentCountsAsDropped(t *testing.T) {
	d := equip(t, newBench(t))
	d.Tally = &notify.Tally{Engine: d.Engine, Log: slog.New(slog.DiscardHandler)}
	d.tell(t)
	for range 2 {
		if err := d.Clear(t.Context(), complaint.GuestOf(d.id)); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.statistics(t)["sms//routed"].Dropped["the citizen's data were erased"]; n != 1 {
		t.Errorf("counted %d times", n)
	}
}

func TestWhatWasGivenUpIsCountedByItsLastReason(t *testing.T) {
	d := equip(t, newBench(t))
	d.Tally = &notify.Tally{Engine: d.Engine, Log: slog.New(slog.DiscardHandler)}
	d.answer = notify.Outcome{State: notify.Waiting, Why: "the SMS gateway is out of reach"}
	d.tell(t)
	day := sla.DateOf(d.now)
	for end := d.now.Add(12 * time.Hour); d.now.Before(end); d.now = d.now.Add(10 * time.Minute) {
		d.resend(t)
	}
	lines, err := d.Tally.Of(t.Context(), day, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Channel == notify.SMS && l.Event == "routed" && l.Failed["given up, the SMS gateway is out of reach"] == 1 {
			return
		}
	}
	t.Errorf("no such count among %d lines", len(lines))
}

// away is a store that is out of reach for counters.
type away struct {
	store.Engine
	mu  sync.Mutex
	out bool
}

func (a *away) Increment(ctx context.Context, id string, by map[string]int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.out {
		return errors.New("out of reach")
	}
	return a.Engine.Increment(ctx, id, by)
}

func TestCountsWaitForAStoreThatIsOutOfReach(t *testing.T) {
	d := equip(t, newBench(t))
	a := &away{Engine: d.Engine, out: true}
	d.Tally = &notify.Tally{Engine: a, Log: slog.New(slog.DiscardHandler)}
	d.tell(t)
	if err := d.Tally.Flush(t.Context()); err == nil {
		t.Fatal("the store was there")
	}
	a.mu.Lock()
	a.out = false
	a.mu.Unlock()
	for range 2 { // once flushed, counts are not added again
		if n := d.statistics(t)["push/android/received"].Accepted; n != 1 {
			t.Errorf("counted %d", n)
		}
	}
}

// A process that ends in good order leaves its counts behind.
func TestRunAddsWhatIsLeftAtItsEnd(t *testing.T) {
	d := equip(t, newBench(t))
	d.Tally = &notify.Tally{Engine: d.Engine, Log: slog.New(slog.DiscardHandler)}
	d.tell(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	d.Tally.Run(ctx)
	counts, err := d.Engine.Counters(t.Context(), "told/2026-01-08")
	if err != nil || counts["push/android/received/accepted"] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
}
