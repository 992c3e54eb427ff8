package limit

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	"respons/internal/fault"
)

// patience is how long Redis may take. Where it does not answer nobody is slowed down: a complaint counts more than a
// limit, and nothing that a limit guards is open without it.
const patience = 150 * time.Millisecond

// Limiter counts.
type Limiter struct {
	Rules Rules
	Log   *slog.Logger

	rate *redis_rate.Limiter

	mu     sync.Mutex
	floods map[string]flood
}

// flood is how often somebody was refused lately.
type flood struct {
	times int
	last  time.Time
}

// New makes a limiter that counts in Redis.
func New(rules Rules, rdb redis.UniversalClient, log *slog.Logger) *Limiter {
	return &Limiter{Rules: rules, Log: log, rate: redis_rate.NewLimiter(rdb), floods: map[string]flood{}}
}

// Who is whose request it is; what is empty is not counted by.
type Who map[By]string

// Take counts one request under a name; fault.TooMany, with how long to wait, where it is one too many.
func (l *Limiter) Take(ctx context.Context, name string, who Who, now time.Time) error {
	return l.each(ctx, name, who, now, 1)
}

// Check says whether guesses under a name were too many already, and counts nothing.
func (l *Limiter) Check(ctx context.Context, name string, who Who, now time.Time) error {
	return l.each(ctx, name, who, now, 0)
}

// Quota counts one request of a client that may make so many in a day, spread evenly, all at once at the most;
// fault.TooMany, with how long to wait, where it is one too many.
func (l *Limiter) Quota(ctx context.Context, client string, perDay int) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	day := redis_rate.Limit{Rate: perDay, Burst: perDay, Period: 24 * time.Hour}
	res, err := l.rate.AllowN(ctx, "quota:"+client, day, 1)
	if err != nil {
		l.Log.DebugContext(ctx, "no quota is counted while Redis does not answer", "client", client, "err", err)
		return nil
	}
	if res.Allowed > 0 {
		return nil
	}
	refused := fault.New(fault.TooMany, "the quota of %d requests a day is used up; the next is taken in %s", perDay, max(res.RetryAfter, time.Second).Round(time.Second))
	refused.Wait = max(res.RetryAfter, time.Second)
	return refused
}

func (l *Limiter) each(ctx context.Context, name string, who Who, now time.Time, n int) error {
	if l == nil || len(l.Rules[name]) == 0 {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for _, r := range l.Rules[name] {
		whose := who[r.By]
		if r.By == Address {
			whose = Network(whose)
		}
		if whose == "" {
			continue
		}
		key := name + ":" + string(r.By) + ":" + whose
		res, err := l.rate.AllowN(ctx, key, redis_rate.Limit{Rate: r.Count, Burst: r.Count, Period: r.Per}, n*min(l.cost(key, now), r.Count))
		if err != nil {
			l.Log.DebugContext(ctx, "nobody is slowed down while Redis does not answer", "limit", name, "err", err)
			return nil
		}
		if n > 0 && res.Allowed == 0 || n == 0 && res.Remaining == 0 {
			return l.refuse(key, res, r, now)
		}
	}
	return nil
}

// refuse answers one too many.
func (l *Limiter) refuse(key string, res *redis_rate.Result, r Rule, now time.Time) error {
	l.mu.Lock()
	f := l.floods[key]
	if now.Sub(f.last) > forget {
		f.times = 0
	}
	l.floods[key] = flood{f.times + 1, now}
	if len(l.floods) > mostFloods {
		for k, f := range l.floods {
			if now.Sub(f.last) > forget || len(l.floods) > mostFloods {
				delete(l.floods, k)
			}
		}
	}
	l.mu.Unlock()
	wait := max(res.RetryAfter, r.Per/time.Duration(r.Count), time.Second)
	err := fault.New(fault.TooMany, "too many requests; try again in %s. What you sent before was kept", wait.Round(time.Second))
	err.Wait = wait
	return err
}

// Whoever goes on while refused pays more for each request, and so waits longer: after every ten refusals twice as much, 32
// times or the whole count at the most.
const (
	refusals   = 10
	mostDouble = 5
	forget     = time.Hour
	mostFloods = 50_000
)

func (l *Limiter) cost(key string, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.floods[key]
	if !ok || now.Sub(f.last) > forget {
		return 1
	}
	return 1 << min(f.times/refusals, mostDouble)
}

// Network is an address as it is counted, an IPv6 one by its network of 64 bits. Empty: it is not counted; this machine's
// own is not, for behind it stands a proxy or nobody else.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.IsLoopback() {
		return ""
	}
	a = a.Unmap()
	if a.Is6() {
		p, err := a.Prefix(64)
		if err != nil {
			return ""
		}
		return p.String()
	}
	return a.String()
}
