package workers_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"respons/internal/complaint"
	"respons/internal/store"
	"respons/workers"
)

// shelf is a store in which complaints are due until they have rung or were told; the cursor is a position.
type shelf struct {
	mu    sync.Mutex
	due   map[string][]string // by index: ids in order
	rang  map[string]int
	fails string        // whose timer fails
	slow  chan struct{} // telling waits for it; nil: it does not
}

func newShelf(timers, pending int) *shelf {
	s := &shelf{due: map[string][]string{}, rang: map[string]int{}}
	for i := range timers {
		s.due["timer"] = append(s.due["timer"], fmt.Sprintf("T%05d", i))
	}
	for i := range pending {
		s.due["pending"] = append(s.due["pending"], fmt.Sprintf("P%05d", i))
	}
	return s
}

// Find gives what stands after the cursor in the order asked for, as a store whose content changes meanwhile does.
func (s *shelf) Find(_ context.Context, q store.Query) (list []*complaint.Complaint, next string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := slices.Clone(s.due[q.Index])
	if q.Desc {
		slices.Reverse(ids)
	}
	for _, id := range ids {
		if q.After != "" && (id <= q.After) != q.Desc || id == q.After {
			continue
		}
		if len(list) == q.Limit {
			return list, list[len(list)-1].ID, nil
		}
		list = append(list, &complaint.Complaint{ID: id, State: complaint.Routed})
	}
	return list, "", nil
}

func (s *shelf) Route(context.Context, string) error { return nil }

func (s *shelf) Ring(_ context.Context, id string) (time.Duration, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rang[id]++
	if id == s.fails {
		return 0, false, errors.New("it does not work")
	}
	s.due["timer"] = slices.DeleteFunc(s.due["timer"], func(x string) bool { return x == id })
	return 0, true, nil
}

func (s *shelf) Tell(ctx context.Context, id string) error {
	if s.slow != nil {
		select {
		case <-s.slow:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due["pending"] = slices.DeleteFunc(s.due["pending"], func(x string) bool { return x == id })
	return nil
}

func (s *shelf) Deliver(context.Context, string) error { return nil }

func (s *shelf) Resend(context.Context) (int, error) { return 0, nil }

func (s *shelf) left(index string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.due[index])
}

func sweepOf(s *shelf) *workers.Sweep {
	server := &workers.Server{Cases: s, Teller: s, Files: noFiles{}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	return &workers.Sweep{Server: server, Find: s}
}

func TestARoundOfTheSweepLeavesNothingHoweverMuchThereIs(t *testing.T) {
	s := newShelf(2345, 1234)
	if err := sweepOf(s).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.left("timer") != 0 || s.left("pending") != 0 || len(s.rang) != 2345 {
		t.Errorf("%d timers and %d pending are left; %d rang", s.left("timer"), s.left("pending"), len(s.rang))
	}
	for id, n := range s.rang {
		if n != 1 {
			t.Errorf("%s rang %d times", id, n)
		}
	}
}

func TestOneTimerThatFailsHoldsUpNoOther(t *testing.T) {
	s := newShelf(1100, 0)
	s.fails = "T00700"
	sweep := sweepOf(s)
	for range 2 {
		if err := sweep.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s.left("timer") != 1 || s.rang[s.fails] != 2 {
		t.Errorf("%d timers are left; the one that fails was tried %d times in two rounds", s.left("timer"), s.rang[s.fails])
	}
}

// Telling a thousand people through a provider that hangs does not make a deadline late.
func TestSlowMessagesHoldUpNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(700, 1000)
		s.slow = make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- sweepOf(s).Once(ctx) }()
		synctest.Wait()
		if s.left("timer") != 0 || s.left("pending") != 1000 {
			t.Errorf("while the provider hangs %d timers and %d pending are left", s.left("timer"), s.left("pending"))
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
	})
}

// The embedded Redis gets a timer only when its time is near: at once, or from the sweep.
func TestTimersFarAheadStayInTheStoreUntilTheirTimeIsNear(t *testing.T) {
	r := &recorder{at: map[string][]time.Time{}}
	rdb := connect(t, "")
	q := begin(t, rdb, r)
	q.Ahead = time.Minute
	now := time.Now()
	due := map[string]time.Time{"near": now.Add(300 * time.Millisecond), "swept": now.Add(30 * time.Minute), "far": now.Add(3 * time.Hour)}
	for id, at := range due {
		q.Timer(t.Context(), id, 1, at)
	}
	keys := func(id string) int {
		found, err := rdb.Keys(t.Context(), "*sla:"+id+":1").Result()
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	if keys("swept") != 0 || keys("far") != 0 {
		t.Error("a timer went into Redis long before its instant")
	}
	if !wait(t, func() bool { return len(r.calls("ring near")) == 1 }) {
		t.Error("the near one did not ring")
	}
	sweep := &workers.Sweep{Queue: q, Find: dueIn{due}, Server: &workers.Server{Cases: r, Teller: r, Files: noFiles{},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now.Add(29*time.Minute + 30*time.Second) }}}
	q.Ahead = 40 * time.Minute // the queue reads the machine's clock, the sweep the one it is given
	if err := sweep.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if keys("swept") != 1 || keys("far") != 0 {
		t.Errorf("after the sweep %d and %d are in Redis, want 1 and 0", keys("swept"), keys("far"))
	}
}

// dueIn is a store with timers at instants.
type dueIn struct{ due map[string]time.Time }

func (d dueIn) Find(_ context.Context, q store.Query) (list []*complaint.Complaint, next string, err error) {
	for id, at := range d.due {
		if from, ok := q.From.(int64); q.Index == "timer" && ok && at.UnixMilli() >= from && at.UnixMilli() < q.To.(int64) {
			list = append(list, &complaint.Complaint{ID: id, ClockRev: 1, NextTimer: at, State: complaint.Routed})
		}
	}
	return list, "", nil
}

// noFiles is a system in which nobody attached anything.
type noFiles struct{}

func (noFiles) Process(context.Context, string) error            { return nil }
func (noFiles) Sweep(context.Context) (int, error)               { return 0, nil }
func (noFiles) Join(context.Context, *complaint.Complaint) error { return nil }
