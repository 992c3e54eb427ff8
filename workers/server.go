package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// Cases is what the workers call.
type Cases interface {
	Route(ctx context.Context, id string) error
	Ring(ctx context.Context, id string) (late time.Duration, applied bool, err error)
}

// Teller hands messages over.
type Teller interface {
	Tell(ctx context.Context, id string) error
	Deliver(ctx context.Context, row string) error
	Resend(ctx context.Context) (int, error)
}

// Files looks at what people added to complaints.
type Files interface {
	Process(ctx context.Context, id string) error
	Sweep(ctx context.Context) (int, error)
	Join(ctx context.Context, c *complaint.Complaint) error
}

// parallelFiles is how many attachments one process looks at at once: each may take a core for a second.
const parallelFiles = 2

// Server takes tasks out of Redis and carries them out.
type Server struct {
	Cases    Cases
	Teller   Teller
	Files    Files
	Lateness func(seconds float64) // of each timer that applied something; may be nil
	Early    func()                // for each timer that rang long before its instant and was left; may be nil
	Log      *slog.Logger
	Now      func() time.Time

	groups []*asynq.Server
}

// Start begins to take tasks; Stop ends it.
func (s *Server) Start(rdb redis.UniversalClient) error {
	mux := asynq.NewServeMux()
	mux.HandleFunc(typeRoute, s.route)
	mux.HandleFunc(typeTell, s.tell)
	mux.HandleFunc(typeTimer, s.timer)
	mux.HandleFunc(typeFile, s.file)
	mux.HandleFunc(typeDeliver, s.deliver)
	groups := []Group{
		{Queues: map[string]int{queueRoute: 3, queueNotify: 2}, Parallel: 8, Idle: 50 * time.Millisecond},
		{Queues: map[string]int{queueOutbox: 1}, Parallel: 8, Idle: 200 * time.Millisecond},
		{Queues: map[string]int{queueFiles: 1}, Parallel: parallelFiles, Idle: 500 * time.Millisecond},
	}
	for _, g := range append(groups, TimerGroups()...) {
		srv := asynq.NewServerFromRedisClient(rdb, asynq.Config{
			Concurrency: g.Parallel, Queues: g.Queues, TaskCheckInterval: g.Idle, DelayedTaskCheckInterval: forwardEvery,
			ShutdownTimeout: 8 * time.Second, RetryDelayFunc: retryDelay, Logger: asynqLog{s.Log}, LogLevel: asynq.WarnLevel,
			ErrorHandler: asynq.ErrorHandlerFunc(s.failed),
		})
		if err := srv.Start(mux); err != nil {
			s.Stop()
			return fmt.Errorf("start workers: %w", err)
		}
		s.groups = append(s.groups, srv)
	}
	return nil
}

// Stop lets tasks under way finish for 8 seconds and gives the others back to Redis.
func (s *Server) Stop() {
	s.each((*asynq.Server).Stop) // no group takes anything more, whichever it would be
	s.each((*asynq.Server).Shutdown)
	s.groups = nil
}

// each does something with all groups at once, for each waits until its own pause between two looks is over.
func (s *Server) each(do func(*asynq.Server)) {
	var done sync.WaitGroup
	for _, g := range s.groups {
		done.Go(func() { do(g) })
	}
	done.Wait()
}

func (s *Server) route(ctx context.Context, task *asynq.Task) error {
	t, err := decode(task)
	if err != nil {
		return err
	}
	var failed []error // one that fails holds up no other; those that are routed already are left alone when it is tried again
	for _, id := range append([]string{t.ID}, t.More...) {
		failed = append(failed, gone(s.Cases.Route(ctx, id)))
	}
	return errors.Join(failed...) // routing itself asks for the messages
}

func (s *Server) tell(ctx context.Context, task *asynq.Task) error {
	t, err := decode(task)
	if err != nil {
		return err
	}
	return gone(s.Teller.Tell(ctx, t.ID))
}

func (s *Server) file(ctx context.Context, task *asynq.Task) error {
	t, err := decode(task)
	if err != nil {
		return err
	}
	return gone(s.Files.Process(ctx, t.ID))
}

func (s *Server) deliver(ctx context.Context, task *asynq.Task) error {
	t, err := decode(task)
	if err != nil {
		return err
	}
	return s.Teller.Deliver(ctx, t.ID)
}

// timer waits out the second by which asynq, which counts in whole seconds, may be early.
func (s *Server) timer(ctx context.Context, task *asynq.Task) error {
	t, err := decode(task)
	if err != nil {
		return err
	}
	if early := t.At.Sub(s.Now()); early > 0 {
		if early > 2*time.Second {
			if s.Early != nil {
				s.Early()
			}
			return nil // a clock is far off; the sweep rings it by the clock of this machine
		}
		select {
		case <-time.After(early):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return s.ring(ctx, t.ID)
}

func (s *Server) ring(ctx context.Context, id string) error {
	late, applied, err := s.Cases.Ring(ctx, id)
	if err == nil && applied && s.Lateness != nil {
		s.Lateness(late.Seconds())
	}
	return gone(err)
}

// gone is nil for a complaint or an attachment that is not there: no retry brings it back.
func gone(err error) error {
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Server) failed(ctx context.Context, task *asynq.Task, err error) {
	t, _ := decode(task)
	n, _ := asynq.GetRetryCount(ctx)
	s.Log.WarnContext(ctx, "task failed", "task", task.Type(), "id", t.ID, "attempt", n+1, "err", err)
}

// retryDelay doubles from half a second to a minute, with jitter so that many do not come back at once.
func retryDelay(n int, _ error, _ *asynq.Task) time.Duration {
	d := min(500*time.Millisecond<<min(n, 7), time.Minute)
	return d/2 + rand.N(d/2) // #nosec G404 -- jitter, no secret
}

// asynqLog carries asynq's own words into ours.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug("asynq: " + fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.log.Info("asynq: " + fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.log.Warn("asynq: " + fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.log.Warn("asynq: " + fmt.Sprint(args...)) } // Redis out of reach: the sweep goes on
func (l asynqLog) Fatal(args ...any) { l.log.Error("asynq: " + fmt.Sprint(args...)) }
