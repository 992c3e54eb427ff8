package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// patience is how long an answer to a citizen waits for Redis; pause is how long Redis is left alone after it failed.
const (
	patience = 500 * time.Millisecond
	pause    = time.Second
)

// Queue puts hints into Redis. A hint that cannot be put is logged once in a while and left to the sweep; nothing waits
// for a Redis that is down.
type Queue struct {
	// Ahead keeps timers out of Redis until so long before their instant; the sweep brings them in then. 0: all are put at
	// once. It is for the embedded Redis, which sorts a whole queue whenever it is looked at.
	Ahead time.Duration

	client *asynq.Client
	log    *slog.Logger
	rest   atomic.Int64 // Unix nanoseconds until which Redis is left alone
	route  gathered
}

// NewQueue takes a connection that stays the caller's to close.
func NewQueue(rdb redis.UniversalClient, log *slog.Logger) *Queue {
	return &Queue{client: asynq.NewClientFromRedisClient(rdb), log: log}
}

// Tell asks for the messages of a complaint to be handed over now.
func (q *Queue) Tell(ctx context.Context, id string, rev int64) {
	q.put(ctx, typeTell, complaintTask{ID: id}, asynq.Queue(queueNotify), asynq.TaskID(fmt.Sprintf("tell:%s:%d", id, rev)),
		asynq.MaxRetry(8), asynq.Timeout(60*time.Second))
}

// Deliver asks for a message to be handed over. It is not asked for twice: what fails waits in the store for its next time.
func (q *Queue) Deliver(ctx context.Context, row string) {
	q.put(ctx, typeDeliver, complaintTask{ID: row}, asynq.Queue(queueOutbox), asynq.TaskID("deliver:"+row), asynq.MaxRetry(2), asynq.Timeout(60*time.Second))
}

// Timer asks for what is due on a complaint at an instant to be applied then.
func (q *Queue) Timer(ctx context.Context, id string, rev int64, at time.Time) {
	if q.Ahead > 0 && time.Until(at) > q.Ahead {
		return
	}
	q.put(ctx, typeTimer, complaintTask{ID: id, At: at}, asynq.Queue(slaQueue(id)), asynq.TaskID(fmt.Sprintf("sla:%s:%d", id, rev)),
		asynq.ProcessAt(at), asynq.MaxRetry(8), asynq.Timeout(30*time.Second))
}

// Process asks for an attachment that has come to be looked at now.
func (q *Queue) Process(ctx context.Context, id string, rev int64) {
	q.put(ctx, typeFile, complaintTask{ID: id}, asynq.Queue(queueFiles), asynq.TaskID(fmt.Sprintf("file:%s:%d", id, rev)),
		asynq.MaxRetry(8), asynq.Timeout(10*time.Minute))
}

func (q *Queue) put(ctx context.Context, kind string, t complaintTask, opts ...asynq.Option) {
	if time.Now().UnixNano() < q.rest.Load() {
		return
	}
	task, err := newTask(kind, t)
	if err == nil {
		// The work is done whether or not the one who asked stays on the line.
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer stop()
		_, err = q.client.EnqueueContext(ctx, task, opts...)
	}
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) { // a conflict means that it was asked for already
		q.rest.Store(time.Now().Add(pause).UnixNano())
		q.log.WarnContext(ctx, "hint not put into Redis; the sweep will find it", "task", kind, "id", t.ID, "err", err)
	}
}
