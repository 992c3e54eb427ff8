package pages

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerInbox(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console", "complaint.queue", p.inbox)
}

// inboxRow is a complaint as the inbox lists it.
type inboxRow struct {
	console.Ticket
	Left Left
}

type inboxData struct {
	Rows []inboxRow
	Next string
}

// inbox lists the complaints of the person's own branch, the earliest deadline first.
func (p *Pages) inbox(q *Request) error {
	out, err := p.API.Queue(q, &console.QueueInput{Status: "open", Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	data := inboxData{Next: out.Body.Next}
	for _, t := range out.Body.Complaints {
		data.Rows = append(data.Rows, inboxRow{t, left(q.Lang, at(t.Due), q.Now)})
	}
	return p.show(q, http.StatusOK, "inbox", data)
}

// at is an instant that may be absent; zero where it is.
func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
