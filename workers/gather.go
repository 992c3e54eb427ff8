package workers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

// mostRouted bounds how many complaints one task names, so that workers share out a storm.
const mostRouted = 20

// gathered are hints of complaints to be routed that wait until the task before them is in Redis. So nobody who files waits
// for Redis, and when many file at once one task names several of theirs.
type gathered struct {
	mu      sync.Mutex
	waiting []routeHint
	putting bool
	over    sync.WaitGroup
}

type routeHint struct {
	id  string
	rev int64
}

// Route asks for a complaint to be routed now. It does not wait until that is in Redis.
func (q *Queue) Route(_ context.Context, id string, rev int64) {
	q.route.mu.Lock()
	defer q.route.mu.Unlock()
	q.route.waiting = append(q.route.waiting, routeHint{id, rev})
	if !q.route.putting {
		q.route.putting = true
		q.route.over.Go(q.putRoutes)
	}
}

// Wait returns once every hint has been put, or given up. Nobody may ask for routing meanwhile.
func (q *Queue) Wait() { q.route.over.Wait() }

func (q *Queue) putRoutes() {
	for hints := q.route.take(); len(hints) > 0; hints = q.route.take() {
		t := complaintTask{ID: hints[0].id}
		opts := []asynq.Option{asynq.Queue(queueRoute), asynq.MaxRetry(8), asynq.Timeout(30 * time.Second)}
		if len(hints) == 1 { // asked for again it is the same task
			opts = append(opts, asynq.TaskID(fmt.Sprintf("route:%s:%d", hints[0].id, hints[0].rev)))
		}
		for _, h := range hints[1:] {
			t.More = append(t.More, h.id)
		}
		q.put(context.Background(), typeRoute, t, opts...)
	}
}

// take gives the next hints; none ends the putting.
func (g *gathered) take() []routeHint {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), mostRouted)
	hints := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	if n == 0 {
		g.waiting, g.putting = nil, false
	}
	return hints
}
