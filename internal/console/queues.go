package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/guard"
)

// QueueState is how a queue of hints stands, which workers carry out. All of them may be lost without harm: the work stands in the store.
type QueueState struct {
	Name      string  `json:"name" example:"route"`
	Pending   int     `json:"pending" doc:"Ready to be carried out"`
	Active    int     `json:"active" doc:"Being carried out"`
	Scheduled int     `json:"scheduled" doc:"For later"`
	Retry     int     `json:"retry" doc:"Failed, and tried again later"`
	GivenUp   int     `json:"given_up"`
	Processed int     `json:"processed" doc:"Today, in UTC"`
	Failed    int     `json:"failed" doc:"Of those"`
	Waited    float64 `json:"waited" doc:"Seconds that the oldest pending one has waited"`
}

// GivenUp is a task that failed too often.
type GivenUp struct {
	ID    string     `json:"id"`
	Kind  string     `json:"kind" example:"complaint:route"`
	Tries int        `json:"tries"`
	Why   string     `json:"why" doc:"Of the last failure"`
	At    *time.Time `json:"at,omitempty"`
}

type queuesOutput struct {
	Body struct {
		Queues []QueueState `json:"queues"`
	}
}

// QueuePath names a queue.
type QueuePath struct {
	Queue string `path:"queue" maxLength:"40" pattern:"^[a-z0-9-]+$" example:"route"`
}

// TaskPath names a task.
type TaskPath struct {
	QueuePath
	Task string `path:"task" maxLength:"120" pattern:"^[A-Za-z0-9:_-]+$"`
}

type givenUpOutput struct {
	Body struct {
		Tasks []GivenUp `json:"tasks" doc:"The latest first, 100 at the most"`
	}
}

func (a *API) registerQueues(api huma.API) {
	const path = "/v1/staff/queues"
	missing := []int{http.StatusNotFound, http.StatusServiceUnavailable}
	register(a, api, "queue.read", huma.Operation{OperationID: "list-queues", Method: http.MethodGet, Path: path,
		Summary: "How the queues of hints stand", Errors: missing}, a.Queues)
	register(a, api, "queue.read", huma.Operation{OperationID: "list-given-up", Method: http.MethodGet, Path: path + "/{queue}/given-up",
		Summary: "Tasks that failed too often", Errors: missing}, a.GivenUpTasks)
	register(a, api, "queue.change", huma.Operation{OperationID: "run-task", Method: http.MethodPost, Path: path + "/{queue}/given-up/{task}/run", DefaultStatus: http.StatusNoContent,
		Summary: "Carry a task out once more", Errors: missing}, a.RunTask)
	register(a, api, "queue.change", huma.Operation{OperationID: "drop-task", Method: http.MethodDelete, Path: path + "/{queue}/given-up/{task}", DefaultStatus: http.StatusNoContent,
		Summary: "Forget a task; what it asked for stands in the store", Errors: missing}, a.DropTask)
}

// Queues tells how the queues stand.
func (a *API) Queues(_ context.Context, _ *struct{}) (*queuesOutput, error) {
	list, err := a.Inspector.Queues()
	if err != nil {
		return nil, err
	}
	out := new(queuesOutput)
	out.Body.Queues = []QueueState{}
	for _, q := range list {
		out.Body.Queues = append(out.Body.Queues, QueueState{Name: q.Name, Pending: q.Pending, Active: q.Active, Scheduled: q.Scheduled, Retry: q.Retry,
			GivenUp: q.Given, Processed: q.Processed, Failed: q.Failed, Waited: q.Latency.Seconds()})
	}
	return out, nil
}

// GivenUpTasks lists what was given up in a queue.
func (a *API) GivenUpTasks(_ context.Context, in *QueuePath) (*givenUpOutput, error) {
	list, err := a.Inspector.GivenUp(in.Queue)
	if err != nil {
		return nil, err
	}
	out := new(givenUpOutput)
	out.Body.Tasks = []GivenUp{}
	for _, t := range list {
		out.Body.Tasks = append(out.Body.Tasks, GivenUp{ID: t.ID, Kind: t.Kind, Tries: t.Tries, Why: t.Why, At: moment(t.At)})
	}
	return out, nil
}

// RunTask lets a task be carried out once more, on record.
func (a *API) RunTask(ctx context.Context, in *TaskPath) (*struct{}, error) {
	return nil, a.Audit.Act(ctx, taskEntry(ctx, audit.TaskRun, in), func(*audit.Entry) error { return a.Inspector.Again(in.Queue, in.Task) })
}

// DropTask forgets a task, on record.
func (a *API) DropTask(ctx context.Context, in *TaskPath) (*struct{}, error) {
	return nil, a.Audit.Act(ctx, taskEntry(ctx, audit.TaskDrop, in), func(*audit.Entry) error { return a.Inspector.Drop(in.Queue, in.Task) })
}

func taskEntry(ctx context.Context, action audit.Action, in *TaskPath) audit.Entry {
	return audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: action, Object: audit.Object{Kind: "task", ID: in.Queue + "/" + in.Task}}
}
