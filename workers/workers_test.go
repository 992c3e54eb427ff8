package workers_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"respons/internal/app"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/workers"
)

// recorder is the use cases and the teller, writing down when each was called.
type recorder struct {
	mu   sync.Mutex
	at   map[string][]time.Time
	fail int // how many calls fail first
}

func (r *recorder) note(what, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail > 0 {
		r.fail--
		return fmt.Errorf("not yet")
	}
	r.at[what+" "+id] = append(r.at[what+" "+id], time.Now())
	return nil
}

func (r *recorder) calls(key string) []time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at[key]
}

func (r *recorder) Route(_ context.Context, id string) error         { return r.note("route", id) }
func (r *recorder) Tell(_ context.Context, id string) error          { return r.note("tell", id) }
func (r *recorder) Process(_ context.Context, id string) error       { return r.note("process", id) }
func (r *recorder) Sweep(context.Context) (int, error)               { return 0, nil }
func (r *recorder) Join(context.Context, *complaint.Complaint) error { return nil }
func (r *recorder) Resend(context.Context) (int, error)              { return 0, nil }
func (r *recorder) Deliver(_ context.Context, id string) error       { return r.note("deliver", id) }
func (r *recorder) Ring(_ context.Context, id string) (time.Duration, bool, error) {
	return 0, true, r.note("ring", id)
}

// onEachRedis runs a test with the embedded Redis, with a real one and with a Cluster of three.
func onEachRedis(t *testing.T, test func(t *testing.T, rdb redis.UniversalClient)) {
	t.Run("embedded", func(t *testing.T) { test(t, connect(t, "")) })
	t.Run("real", func(t *testing.T) { test(t, connect(t, redistest.Server(t))) })
	t.Run("cluster", func(t *testing.T) { test(t, connect(t, redistest.Cluster(t))) })
}

func connect(t *testing.T, address string) redis.UniversalClient {
	t.Helper()
	rdb, closeRedis, err := app.OpenRedis(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeRedis() })
	return rdb
}

func begin(t *testing.T, rdb redis.UniversalClient, r *recorder) *workers.Queue {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s := &workers.Server{Cases: r, Teller: r, Files: r, Log: log, Now: time.Now}
	if err := s.Start(rdb); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return workers.NewQueue(rdb, log)
}

func wait(t *testing.T, so func() bool) bool {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return false
}

func TestEachHintReachesItsUseCaseOnce(t *testing.T) {
	onEachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		r := &recorder{at: map[string][]time.Time{}}
		q := begin(t, rdb, r)
		for range 3 { // the same hint again is one task
			q.Route(t.Context(), "A", 1)
			q.Tell(t.Context(), "B", 4)
			q.Process(t.Context(), "C", 2)
			q.Deliver(t.Context(), "D")
		}
		if !wait(t, func() bool {
			return len(r.calls("route A")) > 0 && len(r.calls("tell B")) > 0 && len(r.calls("process C")) > 0 && len(r.calls("deliver D")) > 0
		}) {
			t.Fatalf("called: %v", r.at)
		}
		q.Route(t.Context(), "A", 2) // a later change is another task
		if !wait(t, func() bool { return len(r.calls("route A")) >= 2 }) {
			t.Error("the second hint was lost")
		}
	})
}

// When many are filed at once, fewer tasks name them all, and one that fails holds up no other and is tried again.
func TestComplaintsFiledAtOnceShareATaskAndEachIsRouted(t *testing.T) {
	onEachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		const complaints = 300
		q := workers.NewQueue(rdb, slog.New(slog.DiscardHandler))
		var all sync.WaitGroup
		for i := range complaints {
			all.Go(func() { q.Route(t.Context(), fmt.Sprintf("C%03d", i), 1) })
		}
		all.Wait()
		q.Wait()
		inspector := asynq.NewInspectorFromRedisClient(rdb)
		info, err := inspector.GetQueueInfo("route")
		if err != nil || info.Pending < complaints/20 || info.Pending >= complaints {
			t.Fatalf("%d complaints are in %+v tasks, %v", complaints, info, err)
		}
		r := &recorder{at: map[string][]time.Time{}, fail: 2}
		begin(t, rdb, r)
		routed := 0
		if !wait(t, func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			routed = len(r.at)
			return routed == complaints
		}) {
			t.Fatalf("%d of %d complaints are routed", routed, complaints)
		}
	})
}

func TestATimerNeverRingsEarly(t *testing.T) {
	onEachRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		r := &recorder{at: map[string][]time.Time{}}
		q := begin(t, rdb, r)
		due := map[string]time.Time{}
		for i := range 20 {
			id := fmt.Sprintf("T%02d", i)
			due[id] = time.Now().Add(time.Duration(i*90) * time.Millisecond)
			q.Timer(t.Context(), id, 1, due[id])
		}
		if !wait(t, func() bool {
			for id := range due {
				if len(r.calls("ring "+id)) == 0 {
					return false
				}
			}
			return true
		}) {
			t.Fatalf("not every timer rang: %v", r.at)
		}
		for id, at := range due {
			if rang := r.calls("ring " + id)[0]; rang.Before(at) {
				t.Errorf("%s rang %s early", id, at.Sub(rang))
			}
		}
	})
}

// Each timer is one task, however often it is asked for, and the sixteen queues lie on all servers of a Cluster.
func TestTimersAreOneTaskEachAndSpreadOverACluster(t *testing.T) {
	rdb, ok := connect(t, redistest.Cluster(t)).(*redis.ClusterClient)
	if !ok {
		t.Fatal("a redis-cluster:// address gives no client of a Cluster")
	}
	q := workers.NewQueue(rdb, slog.New(slog.DiscardHandler))
	const timers = 400
	for i := range 2 * timers {
		q.Timer(t.Context(), fmt.Sprintf("T%03d", i%timers), 1, time.Now().Add(time.Hour))
	}
	var servers, queues, tasks atomic.Int64
	err := rdb.ForEachMaster(t.Context(), func(ctx context.Context, c *redis.Client) error {
		lists, err := c.Keys(ctx, "asynq:{sla-[0-1][0-9]}:scheduled").Result()
		if err != nil {
			return err
		}
		if len(lists) > 0 {
			servers.Add(1)
		}
		queues.Add(int64(len(lists)))
		for _, list := range lists {
			n, err := c.ZCard(ctx, list).Result()
			if err != nil {
				return err
			}
			tasks.Add(n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if servers.Load() != 3 || queues.Load() != 16 || tasks.Load() != timers {
		t.Errorf("%d servers hold %d queues with %d tasks; want 3, 16, %d", servers.Load(), queues.Load(), tasks.Load(), timers)
	}
}

// A worker whose clock is a minute slow leaves the timer to the sweep, and says so.
func TestATimerThatRingsLongBeforeItsInstantIsLeftAndCounted(t *testing.T) {
	r := &recorder{at: map[string][]time.Time{}}
	rdb, early := connect(t, ""), make(chan struct{}, 1)
	s := &workers.Server{Cases: r, Teller: r, Files: noFiles{}, Log: slog.New(slog.DiscardHandler), Early: func() { early <- struct{}{} },
		Now: func() time.Time { return time.Now().Add(-time.Minute) }}
	if err := s.Start(rdb); err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	workers.NewQueue(rdb, s.Log).Timer(t.Context(), "A", 1, time.Now())
	select {
	case <-early:
	case <-time.After(time.Minute):
		t.Error("it was not counted")
	}
	if len(r.calls("ring A")) > 0 {
		t.Error("it was rung all the same")
	}
}

func TestATaskThatFailsIsTriedAgain(t *testing.T) {
	r := &recorder{at: map[string][]time.Time{}, fail: 2}
	q := begin(t, connect(t, ""), r)
	q.Route(t.Context(), "A", 1)
	if !wait(t, func() bool { return len(r.calls("route A")) == 1 }) {
		t.Error("it was given up")
	}
}

func TestNobodyWaitsForARedisThatIsDown(t *testing.T) {
	rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", DialTimeout: time.Second, MaxRetries: -1})
	defer rdb.Close()
	q := workers.NewQueue(rdb, slog.New(slog.DiscardHandler))
	start := time.Now()
	for i := range 200 {
		q.Route(t.Context(), fmt.Sprint(i), 1)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("200 hints took %s", took)
	}
}
