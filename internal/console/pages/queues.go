package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerQueues(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/queues", "queue.read", p.queues)
	p.page(r, http.MethodPost, "/console/queues", "queue.change", p.changeTask)
}

type queuesData struct {
	Queues []console.QueueState
	Queue  string // whose given-up tasks are shown
	Tasks  []console.GivenUp
	May    bool // run and drop tasks
	Out    bool // Redis does not answer
}

// queues shows how the queues of hints stand, and what was given up in one of them.
func (p *Pages) queues(q *Request) error {
	data := queuesData{Queue: q.Query("queue"), May: p.Guard.Allowed(q.Person, "queue.change") == nil}
	out, err := p.API.Queues(q, nil)
	if fault.KindOf(err) == fault.Unavailable {
		data.Out = true
		return p.show(q, http.StatusOK, "queues", data)
	}
	if err != nil {
		return err
	}
	data.Queues = out.Body.Queues
	if data.Queue != "" {
		tasks, err := p.API.GivenUpTasks(q, &console.QueuePath{Queue: data.Queue})
		if err != nil {
			return err
		}
		data.Tasks = tasks.Body.Tasks
	}
	return p.show(q, http.StatusOK, "queues", data)
}

// changeTask carries a given-up task out once more, or forgets it.
func (p *Pages) changeTask(q *Request) error {
	in := &console.TaskPath{QueuePath: console.QueuePath{Queue: q.PostForm("queue")}, Task: q.PostForm("task")}
	do, word := p.API.RunTask, "done.task.run"
	if q.PostForm("step") == "drop" {
		do, word = p.API.DropTask, "done.task.dropped"
	}
	if _, err := do(q, in); err != nil {
		return err
	}
	return p.done(q, "/console/queues?queue="+in.Queue, word)
}
