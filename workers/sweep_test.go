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

func (s *shelf) Resend(context.Context) (int, error) { return 0, nil }

func (s *shelf) left(index string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.due[index])
}

func sweepOf(s *shelf) *workers.Sweep {
	server := &workers.Server{Cases: s, Teller: s, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	return &workers.Sweep{Server: server, Find: s, Every: 15 * time.Second}
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

func TestTheSweepComesAtOnceAndThenEveryFifteenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(1, 0)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { sweepOf(s).Run(ctx); close(ended) }()
		for round := range 4 {
			if round > 0 {
				s.mu.Lock()
				s.due["timer"] = []string{"T"}
				s.mu.Unlock()
				time.Sleep(15*time.Second - time.Millisecond)
				synctest.Wait()
				if s.left("timer") != 1 {
					t.Errorf("round %d came early", round)
				}
				time.Sleep(time.Millisecond)
			}
			synctest.Wait()
			if s.left("timer") != 0 {
				t.Errorf("round %d did not come", round)
			}
		}
		stop()
		<-ended
	})
}
