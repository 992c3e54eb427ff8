package workers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"respons/internal/fault"
)

// Inspector looks at the queues of hints. What it shows are ids and counts; the work itself stands in the store.
type Inspector struct{ tasks *asynq.Inspector }

// NewInspector takes a connection that stays the caller's to close.
func NewInspector(rdb redis.UniversalClient) *Inspector {
	return &Inspector{asynq.NewInspectorFromRedisClient(rdb)}
}

// QueueState is how a queue stands.
type QueueState struct {
	Name      string
	Pending   int           // ready to be carried out
	Active    int           // being carried out
	Scheduled int           // for later
	Retry     int           // failed, and tried again later
	Given     int           // given up
	Processed int           // today, in UTC
	Failed    int           // of these
	Latency   time.Duration // how long the oldest pending one has waited
}

// GivenUp is a task that failed too often.
type GivenUp struct {
	Queue, ID, Kind string
	Tries           int
	Why             string // of the last failure
	At              time.Time
}

// Queues lists every queue that was ever used, by name; fault.Unavailable where Redis does not answer.
func (i *Inspector) Queues() ([]QueueState, error) {
	names, err := i.tasks.Queues()
	if err != nil {
		return nil, unavailable(err)
	}
	var out []QueueState
	for _, name := range names {
		q, err := i.tasks.GetQueueInfo(name)
		if err != nil {
			return nil, unavailable(err)
		}
		out = append(out, QueueState{Name: name, Pending: q.Pending, Active: q.Active, Scheduled: q.Scheduled, Retry: q.Retry, Given: q.Archived,
			Processed: q.Processed, Failed: q.Failed, Latency: q.Latency})
	}
	slices.SortFunc(out, func(a, b QueueState) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// mostGiven is how many tasks of a queue are listed.
const mostGiven = 100

// GivenUp lists the tasks of a queue that were given up, the latest first.
func (i *Inspector) GivenUp(queue string) ([]GivenUp, error) {
	list, err := i.tasks.ListArchivedTasks(queue, asynq.PageSize(mostGiven))
	if err != nil {
		return nil, missing(err, queue)
	}
	var out []GivenUp
	for _, t := range list {
		out = append(out, GivenUp{Queue: queue, ID: t.ID, Kind: t.Type, Tries: t.Retried + 1, Why: t.LastErr, At: t.LastFailedAt})
	}
	slices.SortStableFunc(out, func(a, b GivenUp) int { return b.At.Compare(a.At) })
	return out, nil
}

// Again lets a task that was given up be carried out once more, as soon as a worker is free; fault.NotFound.
func (i *Inspector) Again(queue, id string) error { return missing(i.tasks.RunTask(queue, id), queue) }

// Drop forgets a task that was given up. What it asked for is still in the store, and the sweep finds it; fault.NotFound.
func (i *Inspector) Drop(queue, id string) error {
	return missing(i.tasks.DeleteTask(queue, id), queue)
}

func missing(err error, queue string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, asynq.ErrQueueNotFound):
		return fault.New(fault.NotFound, "there is no queue %q", queue)
	case errors.Is(err, asynq.ErrTaskNotFound):
		return fault.New(fault.NotFound, "the task is not in the queue any more")
	}
	return unavailable(err)
}

func unavailable(err error) error {
	return fault.Wrap(fault.Unavailable, fmt.Errorf("look at the queues: %w", err), "Redis does not answer; the sweep does the work meanwhile")
}
