package bench

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// memory is what the timers take: of a real Redis what it says, else the heap of this process.
func (r *timersRun) memory(ctx context.Context) (bytes int64, err error) {
	if r.kind == "embedded" {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc), nil
	}
	sum, err := r.info(ctx, "Memory", "used_memory")
	return int64(sum), err
}

// cpu is the processor time used so far by this process and by a real Redis, in seconds.
func (r *timersRun) cpu(ctx context.Context) (seconds float64, err error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	seconds = time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
	if r.kind == "embedded" {
		return seconds, nil
	}
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		n, err := r.info(ctx, "CPU", name)
		if err != nil {
			return 0, err
		}
		seconds += n
	}
	return seconds, nil
}

// info adds up a figure that every Redis server tells about itself.
func (r *timersRun) info(ctx context.Context, section, name string) (sum float64, err error) {
	var mu sync.Mutex
	err = onServers(ctx, r.Redis, func(ctx context.Context, c *redis.Client) error {
		info, err := c.InfoMap(ctx, section).Result()
		if err != nil {
			return err
		}
		var n float64
		if _, err := fmt.Sscan(info[section][name], &n); err != nil {
			return fmt.Errorf("%s of Redis: %w", name, err)
		}
		mu.Lock()
		defer mu.Unlock()
		sum += n
		return nil
	})
	return sum, err
}

func emptied(ctx context.Context, rdb redis.UniversalClient) error {
	return onServers(context.WithoutCancel(ctx), rdb, func(ctx context.Context, c *redis.Client) error { return c.FlushDB(ctx).Err() })
}

// onServers calls fn for the server, or each master of a Cluster.
func onServers(ctx context.Context, rdb redis.UniversalClient, fn func(context.Context, *redis.Client) error) error {
	switch c := rdb.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, fn)
	case *redis.Client:
		return fn(ctx, c)
	}
	return fmt.Errorf("a Redis of kind %T cannot be measured", rdb)
}
