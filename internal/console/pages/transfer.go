package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/problem"
)

func (p *Pages) registerTransfer(r *gin.Engine) {
	perm, ok := p.API.MovePermission("transfer")
	if !ok {
		panic("pages: staff have no move transfer")
	}
	p.page(r, http.MethodGet, "/console/complaints/:number/transfer", perm, func(q *Request) error {
		return p.showTransfer(q, http.StatusOK, strings.TrimSpace(q.Query("q")), typed{}, trouble{})
	})
	p.page(r, http.MethodPost, "/console/complaints/:number/transfer", perm, p.transfer)
}

// transferData is the choice of an agency to hand a complaint to.
type transferData struct {
	console.Ticket
	Words     string
	Suggested []console.Target
	Found     []console.Target
	More      bool
	Key       string
	Typed     typed
	trouble
}

// transfer hands a complaint on, or looks for agencies by words without losing what was typed.
func (p *Pages) transfer(q *Request) error {
	form, words := readTyped(q, "transfer"), strings.TrimSpace(q.PostForm("q"))
	if q.PostForm("step") == "search" {
		return p.showTransfer(q, http.StatusOK, words, form, trouble{})
	}
	if form.Agency == "" {
		return p.showTransfer(q, http.StatusUnprocessableEntity, words, form, trouble{Wrong: map[string]string{"agency": say(q.Lang, "act.wrong.agency")}})
	}
	body, _ := form.body(p.Names.Zone)
	out, err := p.API.Move(q, "transfer", &console.MoveInput{NumberInput: console.NumberInput{Number: q.Param("number")}, IdempotencyKey: formKey(q), Body: body})
	if err != nil {
		d := problem.Logged(q.Request.Context(), p.Log, err)
		if d.Status == http.StatusNotFound || d.Status >= http.StatusInternalServerError {
			return err
		}
		return p.showTransfer(q, d.Status, words, form, troubleOf(q.Lang, d, err))
	}
	to := "/console/complaints/" + out.Body.Number
	if len(out.Body.Events) == 0 {
		to = "/console"
	}
	return p.done(q, to, "done.moved.transfer")
}

func (p *Pages) showTransfer(q *Request, status int, words string, form typed, wrong trouble) error {
	in := console.NumberInput{Number: q.Param("number")}
	t, err := p.API.Get(q, &in)
	if err != nil {
		return err
	}
	out, err := p.API.Targets(q, &console.TargetsInput{NumberInput: in, Words: words})
	if err != nil {
		return err
	}
	d := transferData{Ticket: t.Body, Words: words, Suggested: out.Body.Suggested, Found: out.Body.Found, More: out.Body.More, Key: newKey(), Typed: form, trouble: wrong}
	if wrong.Stale {
		d.Changed = d.Since(form.Seen)
	}
	return p.show(q, status, "transfer", d)
}
