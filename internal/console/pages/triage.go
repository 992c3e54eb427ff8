package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/problem"
	"respons/mobileapi"
)

func (p *Pages) registerTriage(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/triage", "complaint.assign", p.triage)
	p.page(r, http.MethodGet, "/console/triage/:number", "complaint.assign", func(q *Request) error {
		return p.showDecision(q, http.StatusOK, strings.TrimSpace(q.Query("q")), typed{}, trouble{})
	})
	p.page(r, http.MethodPost, "/console/triage/:number", "complaint.assign", p.decide)
}

// triage lists what no agency has been found for, the earliest deadline first.
func (p *Pages) triage(q *Request) error {
	out, err := p.API.Queue(q, &console.QueueInput{Triage: true, Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	data := inboxData{}
	if out.Body.Next != "" {
		data.Next = "/console/triage?cursor=" + out.Body.Next
	}
	for _, t := range out.Body.Complaints {
		data.Rows = append(data.Rows, inboxRow{Ticket: t, Left: left(q.Lang, at(t.Due), q.Now)})
	}
	return p.show(q, http.StatusOK, "triage", data)
}

// decisionData is one complaint for the desk to decide on.
type decisionData struct {
	ticketData
	Words      string
	Suggested  []console.Target
	Found      []console.Target
	More       bool
	Binds      bool // the decision will bind the agency
	Categories []mobileapi.Group
	Reasons    []string // codes of rejections
}

// rejections are the codes of why nobody here is responsible; words say them.
var rejections = []string{"private", "court", "unclear", "abuse", "other"}

// decide sends the complaint to an agency, or says that it is nobody's here, and goes on to the next one. The button of a
// suggestion carries its category too, which counts unless another was chosen.
func (p *Pages) decide(q *Request) error {
	move, words := "assign", strings.TrimSpace(q.PostForm("q"))
	if q.PostForm("step") == "reject" {
		move = "reject"
	}
	form := readTyped(q, move)
	agency, category, _ := strings.Cut(form.Agency, " ")
	if form.Agency = agency; form.Category == "" {
		form.Category = category
	}
	if q.PostForm("step") == "search" {
		return p.showDecision(q, http.StatusOK, words, form, trouble{})
	}
	if move == "assign" && agency == "" {
		return p.showDecision(q, http.StatusUnprocessableEntity, words, form, trouble{Failed: say(q.Lang, "act.wrong.agency")})
	}
	body, _ := form.body(p.Names.Zone)
	out, err := p.API.Move(q, move, &console.MoveInput{NumberInput: console.NumberInput{Number: q.Param("number")}, IdempotencyKey: formKey(q), Body: body})
	if err != nil {
		d := problem.Logged(q.Request.Context(), p.Log, err)
		if d.Status == http.StatusNotFound || d.Status >= http.StatusInternalServerError {
			return err
		}
		return p.showDecision(q, d.Status, words, form, troubleOf(q.Lang, d, err))
	}
	to, err := p.nextUndecided(q, out.Body.Number)
	if err != nil {
		return err
	}
	return p.done(q, to, "done.moved."+move)
}

// nextUndecided is where the next complaint is decided on; the list where there is none.
func (p *Pages) nextUndecided(q *Request, but string) (string, error) {
	out, err := p.API.Queue(q, &console.QueueInput{Triage: true, Limit: 2})
	if err != nil {
		return "", err
	}
	for _, t := range out.Body.Complaints {
		if t.Number != but {
			return "/console/triage/" + t.Number, nil
		}
	}
	return "/console/triage", nil
}

func (p *Pages) showDecision(q *Request, status int, words string, form typed, wrong trouble) error {
	d, err := p.ticket(q, q.Param("number"))
	if err != nil {
		return err
	}
	if d.State != string(complaint.Triage) { // it was decided meanwhile: what was typed is shown where it is now
		if form.Move == "" {
			return p.done(q, "/console/complaints/"+d.Number, "")
		}
		return p.showTicket(q, status, form, wrong)
	}
	out, err := p.API.Targets(q, &console.TargetsInput{NumberInput: console.NumberInput{Number: d.Number}, Words: words})
	if err != nil {
		return err
	}
	d.Typed, d.trouble = form, wrong
	if wrong.Stale {
		d.Changed = d.Since(form.Seen)
	}
	return p.show(q, status, "decision", decisionData{ticketData: d, Words: words, Suggested: out.Body.Suggested, Found: out.Body.Found, More: out.Body.More,
		Binds: complaint.Binds(d.Hops), Categories: p.Mobile.Reference.Categories(q.Lang), Reasons: rejections})
}
