// Package workers runs what does not happen while somebody waits: routing, telling people, SLA timers. A task in Redis is
// a hint with ids only; each handler calls one use case, and the sweep does from the store whatever hint got lost.
package workers

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/hibiken/asynq"
)

// The queues. SLA timers are spread over sixteen, so that a Redis Cluster shares them out.
const (
	queueRoute  = "route"
	queueNotify = "notify"
	queueFiles  = "attachments"
	queueOutbox = "outbox" // e-mails, text messages and webhooks: a relay that is slow holds up nothing else
	slaQueues   = 16
)

func slaQueue(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return timerQueue(int(h.Sum32() % slaQueues))
}

// The types of task.
const (
	typeRoute = "complaint:route"
	typeTell  = "complaint:tell"
	typeTimer = "complaint:timer"
	typeFile  = "attachment:process"

	typeDeliver = "message:deliver"
)

// complaintTask names one complaint, one attachment or, to be delivered, one message; the handler reads the rest afresh.
type complaintTask struct {
	ID   string    `json:"id"`
	More []string  `json:"more,omitempty"` // to be routed: other complaints that were filed at the same time
	At   time.Time `json:"at,omitzero"`    // of a timer: not before
}

func newTask(kind string, t complaintTask) (*asynq.Task, error) {
	body, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode task: %w", err)
	}
	return asynq.NewTask(kind, body), nil
}

func decode(t *asynq.Task) (complaintTask, error) {
	var c complaintTask
	if err := json.Unmarshal(t.Payload(), &c); err != nil || c.ID == "" {
		return c, fmt.Errorf("task %s is malformed: %w", t.Type(), asynq.SkipRetry)
	}
	return c, nil
}
