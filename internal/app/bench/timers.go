package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/hibiken/asynq"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/workers"
)

// TimersReport is what many outstanding SLA timers cost, and what happens when many ring in the same second.
type TimersReport struct {
	Store string      `json:"store"`
	Count int         `json:"count"` // timers outstanding, in the store and in Redis
	Storm int         `json:"storm"` // of these, due in the same second
	Rows  []TimersRow `json:"rows"`
}

// TimersRow is one Redis.
type TimersRow struct {
	Redis         string  `json:"redis"` // embedded or real
	ScheduledRate float64 `json:"scheduled_per_second"`
	TimerBytes    float64 `json:"bytes_per_timer"` // of Redis; embedded, which holds only those of the next minute: of this process's heap
	FloorSeconds  float64 `json:"floor_seconds"`   // the same tasks, asynq alone with an empty handler
	Applied       Applied `json:"applied"`
	Ratio         float64 `json:"ratio"` // floor seconds / seconds until all were applied
}

// Applied is what the store says about a storm afterwards. Seconds count from the first instant at which one was due.
type Applied struct {
	Seconds     float64 `json:"seconds"`      // until the last was recorded
	ToldSeconds float64 `json:"told_seconds"` // until the last was told, too
	CPUSeconds  float64 `json:"cpu_seconds"`  // of this process and a real Redis until the last was recorded: what a busy machine hides
	P50         float64 `json:"late_p50_ms"`
	P99         float64 `json:"late_p99_ms"`
	Max         float64 `json:"late_max_ms"`
	Early       int     `json:"early"` // recorded before they were due
	Lost        int     `json:"lost"`  // not recorded
	Twice       int     `json:"twice"` // recorded more than once
}

// clients is how many goroutines file and schedule while a bench is set up.
const clients = 128

// Timers lets storm of count timers ring in one second, where 1 <= storm <= count. It measures on a store of its own in a
// temporary folder, with the embedded Redis and with a real one: the one of the settings, which must be empty, or one that
// is started here.
func Timers(ctx context.Context, cfg config.Config, count, storm int, progress func(string)) (report *TimersReport, err error) {
	report = &TimersReport{Store: "embedded", Count: count, Storm: storm}
	if cfg.MongoURI != "" {
		report.Store = "mongodb"
	}
	dir, err := os.MkdirTemp("", "respons-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg.Data, cfg.Demo, cfg.Roles = dir, false, "api,console,worker"
	before := timersRun{fileRate: 1000} // a careful guess, where there are no others to file first
	err = eachRedis(ctx, cfg, progress, func(cfg config.Config, kind string) error {
		a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		run := &timersRun{App: a, kind: kind, progress: progress, outstanding: before.outstanding, fileRate: before.fileRate}
		row, err := run.measure(ctx, count-storm, storm)
		before = *run
		report.Rows = append(report.Rows, row)
		return errors.Join(err, a.Close())
	})
	return report, err
}

// timersRun is the measurement with one Redis.
type timersRun struct {
	*app.App
	kind        string
	progress    func(string)
	outstanding []string // ids of complaints whose timers do not ring; they stay for the next Redis
	fileRate    float64  // complaints put into the store in a second
}

func (r *timersRun) measure(ctx context.Context, others, storm int) (row TimersRow, err error) {
	row.Redis = r.kind
	if n, err := r.Redis.DBSize(ctx).Result(); err != nil || n > 0 {
		return row, errors.Join(err, fault.New(fault.Conflict, "the Redis to measure on holds %d keys; give one that is empty", n))
	}
	if r.kind == "real" {
		defer func() { err = errors.Join(err, emptied(ctx, r.Redis)) }() // all that is there now is ours
	}
	far := time.Now().Add(6 * time.Hour).Truncate(time.Second)
	if len(r.outstanding) == 0 && others > 0 {
		if r.outstanding, err = r.file(ctx, others, far, time.Hour); err != nil {
			return row, err
		}
	}
	q := r.Cases.Hints // as the system itself puts them
	before, err := r.memory(ctx)
	if err != nil {
		return row, err
	}
	begin := time.Now()
	if err := each(ctx, len(r.outstanding), func(i int) error {
		q.Timer(ctx, r.outstanding[i], 1, far.Add(time.Duration(i%1000)*time.Hour))
		return nil
	}, r.told("timers scheduled")); err != nil {
		return row, err
	}
	row.ScheduledRate = float64(others) / time.Since(begin).Seconds()
	after, err := r.memory(ctx)
	if err != nil {
		return row, err
	}
	row.TimerBytes = max(0, float64(after-before)) / float64(max(1, others))
	putRate, err := r.putRate(ctx)
	if err != nil {
		return row, err
	}
	if r.kind == "embedded" || others == 0 { // far timers stay in the store: what was timed above put nothing
		row.ScheduledRate = putRate
	}
	// Thrice what it should take, for a machine that has other things to do.
	allowance := func(rate float64) time.Duration { return 5*time.Second + time.Duration(3*float64(storm)/rate*1e9) }
	if row.FloorSeconds, err = r.floor(ctx, storm, allowance(putRate)); err != nil {
		return row, err
	}
	row.Applied, err = r.storm(ctx, q, storm, allowance(putRate)+allowance(r.fileRate))
	row.Ratio = row.FloorSeconds / row.Applied.Seconds
	return row, err
}

// putRate is how many timers go into this Redis in a second, measured with a few that will not ring.
func (r *timersRun) putRate(ctx context.Context) (float64, error) {
	const some = 2000
	q, begin := workers.NewQueue(r.Redis, r.Log), time.Now()
	err := each(ctx, some, func(int) error {
		q.Timer(ctx, ulid.Make().String(), 1, begin.Add(24*time.Hour))
		return nil
	}, nil)
	return some / time.Since(begin).Seconds(), err
}

// floor is asynq alone: the same tasks in the same queues of the same Redis, taken by a handler that does nothing.
func (r *timersRun) floor(ctx context.Context, storm int, allowance time.Duration) (seconds float64, err error) {
	r.progress(fmt.Sprintf("%s Redis: floor of %d timers in %s", r.kind, storm, allowance.Round(time.Second)))
	q := workers.NewQueue(r.Redis, r.Log)
	due := time.Now().Add(allowance).Truncate(time.Second)
	if err := each(ctx, storm, func(i int) error {
		q.Timer(ctx, ulid.Make().String(), 1, due.Add(time.Duration(i%1000)*time.Millisecond))
		return nil
	}, nil); err != nil {
		return 0, err
	}
	if !time.Now().Before(due.Add(-time.Second)) {
		return 0, errors.New("this machine was too slow to set up the floor in time; begin again with a smaller storm")
	}
	var rang atomic.Int64
	all := make(chan struct{})
	empty := asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		if rang.Add(1) == int64(storm) {
			close(all)
		}
		return nil
	})
	for _, g := range workers.TimerGroups() {
		srv := asynq.NewServerFromRedisClient(r.Redis, asynq.Config{Concurrency: g.Parallel, Queues: g.Queues,
			TaskCheckInterval: g.Idle, DelayedTaskCheckInterval: time.Second, LogLevel: asynq.FatalLevel})
		if err := srv.Start(empty); err != nil {
			return 0, err
		}
		defer srv.Shutdown()
	}
	select {
	case <-all:
		return time.Since(due).Seconds(), nil
	case <-time.After(time.Until(due) + 10*time.Minute):
		return 0, fmt.Errorf("only %d of %d timers of the floor rang within ten minutes", rang.Load(), storm)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// storm lets many complaints fall due in one second, with every part of the system running, and reads in the store what
// became of them.
func (r *timersRun) storm(ctx context.Context, q complaint.Hints, storm int, allowance time.Duration) (out Applied, err error) {
	if err := r.Start(ctx); err != nil {
		return out, err
	}
	due := time.Now().Add(allowance).Truncate(time.Second)
	ids, err := r.file(ctx, storm, due, time.Millisecond)
	if err != nil {
		return out, err
	}
	if err := each(ctx, storm, func(i int) error {
		q.Timer(ctx, ids[i], 1, due.Add(time.Duration(i%1000)*time.Millisecond))
		return nil
	}, nil); err != nil {
		return out, err
	}
	if !time.Now().Before(due.Add(-time.Second)) {
		return out, errors.New("this machine was too slow to set up the storm in time; begin again with a smaller one")
	}
	r.progress(fmt.Sprintf("%s Redis: storm of %d timers in %s", r.kind, storm, time.Until(due).Round(time.Second)))
	select {
	case <-time.After(time.Until(due)):
	case <-ctx.Done():
		return out, ctx.Err()
	}
	used, err := r.cpu(ctx)
	if err != nil {
		return out, err
	}
	if out.Seconds, err = r.empty(ctx, "timer", due, due.Add(time.Second)); err != nil {
		return out, err
	}
	after, err := r.cpu(ctx)
	if err != nil {
		return out, err
	}
	out.CPUSeconds = after - used
	if out.ToldSeconds, err = r.empty(ctx, "pending", due, time.Now().AddDate(1, 0, 0)); err != nil {
		return out, err
	}
	return out, r.proof(ctx, ids, &out)
}

// Write prints the report for people.
func (r *TimersReport) Write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "store %s, %d timers outstanding, %d of them due in one second; floor: asynq alone with an empty handler\n", r.Store, r.Count, r.Storm)
	fmt.Fprintln(w, "Redis\tscheduled/s\tbytes/timer\tfloor s\tapplied s\tCPU s\ttold s\tlate p50 ms\tp99 ms\tmax ms\tearly\tlost\ttwice\tratio\t")
	for _, x := range r.Rows {
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%d\t%d\t%d\t%.2f\t\n", x.Redis, x.ScheduledRate, x.TimerBytes, x.FloorSeconds,
			x.Applied.Seconds, x.Applied.CPUSeconds, x.Applied.ToldSeconds, x.Applied.P50, x.Applied.P99, x.Applied.Max, x.Applied.Early, x.Applied.Lost, x.Applied.Twice, x.Ratio)
	}
	return w.Flush()
}

// each calls fn for 0 to n-1, many at once; told, where there is one, hears now and then how many are done.
func each(ctx context.Context, n int, fn func(i int) error, told func(done int)) error {
	g, ctx := errgroup.WithContext(ctx)
	var next, done atomic.Int64
	for range clients {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return ctx.Err()
				}
				if err := fn(i); err != nil {
					return err
				}
				if d := int(done.Add(1)); told != nil && d%100_000 == 0 {
					told(d)
				}
			}
		})
	}
	return g.Wait()
}

func (r *timersRun) told(what string) func(int) {
	return func(done int) { r.progress(fmt.Sprintf("%s Redis: %d %s", r.kind, done, what)) }
}
