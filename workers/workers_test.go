package workers_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"respons/internal/app"
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

func (r *recorder) Route(_ context.Context, id string) error   { return r.note("route", id) }
func (r *recorder) Tell(_ context.Context, id string) error    { return r.note("tell", id) }
func (r *recorder) Deliver(_ context.Context, id string) error { return r.note("deliver", id) }
func (r *recorder) Resend(context.Context) (int, error)        { return 0, nil }
func (r *recorder) Ring(_ context.Context, id string) (time.Duration, bool, error) {
	return 0, true, r.note("ring", id)
}

// onEachRedis runs a test with the embedded Redis and with a real one.
func onEachRedis(t *testing.T, test func(t *testing.T, rdb redis.UniversalClient)) {
	t.Run("embedded", func(t *testing.T) { test(t, connect(t, "")) })
	t.Run("real", func(t *testing.T) {
		program, err := exec.LookPath("redis-server")
		if err != nil {
			if os.Getenv("RESPONS_NEED_REDIS") != "" {
				t.Fatal("redis-server is needed and not installed")
			}
			t.Skip("redis-server is not installed: this is tested with the embedded Redis only")
		}
		socket := t.TempDir() + "/r.sock"
		cmd := exec.Command(program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		for range 200 {
			if c, err := net.Dial("unix", socket); err == nil {
				c.Close()
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		test(t, connect(t, "unix://"+socket))
	})
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
	s := &workers.Server{Cases: r, Teller: r, Log: log, Now: time.Now}
	if err := s.Start(rdb); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return workers.NewQueue(rdb, log)
}

func wait(t *testing.T, limit time.Duration, so func() bool) bool {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
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
			q.Deliver(t.Context(), "C")
		}
		if !wait(t, 5*time.Second, func() bool {
			return len(r.calls("route A")) > 0 && len(r.calls("tell B")) > 0 && len(r.calls("deliver C")) > 0
		}) {
			t.Fatalf("called: %v", r.at)
		}
		q.Route(t.Context(), "A", 2) // a later change is another task
		if !wait(t, 5*time.Second, func() bool { return len(r.calls("route A")) >= 2 }) {
			t.Error("the second hint was lost")
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
		if !wait(t, 15*time.Second, func() bool {
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

func TestATaskThatFailsIsTriedAgain(t *testing.T) {
	r := &recorder{at: map[string][]time.Time{}, fail: 2}
	q := begin(t, connect(t, ""), r)
	q.Route(t.Context(), "A", 1)
	if !wait(t, 15*time.Second, func() bool { return len(r.calls("route A")) == 1 }) {
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
