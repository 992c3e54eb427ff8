package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerBulk(r *gin.Engine) {
	p.page(r, http.MethodPost, "/console/bulk", "complaint.bulk", p.bulk)
}

// bulkData is what came of a move on many complaints.
type bulkData struct {
	Move    string
	Done    int
	Results []console.BulkResult
	Back    string
	Typed   typed
}

// bulk carries one move out on every complaint that was ticked. Where some were not carried out it says which and why, and
// shows what was typed.
func (p *Pages) bulk(q *Request) error {
	form := readTyped(q, q.PostForm("move"))
	back := q.PostForm("back")
	if !Inside(back) {
		back = "/console"
	}
	list, err := url.Parse(back)
	if err != nil {
		return err
	}
	var targets []console.BulkTarget
	for _, v := range q.PostFormArray("pick") {
		number, seen, _ := strings.Cut(v, " ")
		n, _ := strconv.Atoi(seen) // a form that says nothing asks nothing
		targets = append(targets, console.BulkTarget{Number: number, Seen: n})
	}
	if len(targets) == 0 || len(targets) > 100 {
		return p.showInbox(q, http.StatusUnprocessableEntity, list.Query(), form, say(q.Lang, "bulk.none"))
	}
	body, wrong := form.body(p.Names.Zone)
	if wrong != "" {
		return p.showInbox(q, http.StatusUnprocessableEntity, list.Query(), form, say(q.Lang, "act.wrong."+wrong))
	}
	out, err := p.API.Bulk(q, &console.BulkInput{IdempotencyKey: formKey(q), Body: console.BulkBody{Move: form.Move, Complaints: targets, With: body}})
	if err != nil {
		return err
	}
	if out.Body.Done == len(targets) {
		return p.done(q, back, "done.bulk")
	}
	return p.show(q, http.StatusConflict, "bulk", bulkData{Move: form.Move, Done: out.Body.Done, Results: out.Body.Results, Back: back, Typed: form})
}
