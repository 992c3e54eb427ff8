package pages

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/complaint"
	"respons/internal/console"
)

func (p *Pages) registerTicket(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/complaints/:number", "complaint.history", func(q *Request) error {
		return p.showTicket(q, http.StatusOK, typed{}, trouble{})
	})
	p.page(r, http.MethodPost, "/console/complaints/:number/here", "complaint.history", p.here)
	p.page(r, http.MethodPost, "/console/complaints/:number/gone", "complaint.history", p.gone)
}

// ticketData is one complaint as staff work on it.
type ticketData struct {
	console.Ticket
	Left       Left
	Files      []console.Attachment
	Clocks     []console.Explained
	Similar    []console.Similar
	Messages   []console.Message
	Choices    console.Choices
	Colleagues []console.Colleague
	Map        *drawing
	Others     string // who else has it open, in words; empty: nobody
	MayHold    bool   // keep it from being erased or disposed of
	Key        string
	Typed      typed
	trouble
}

// trouble is what was wrong with a form.
type trouble struct {
	Failed  string            // in words
	Detail  string            // in English, where that says more
	Wrong   map[string]string // by field
	Stale   bool
	Changed []console.Event // what others did since the form was made
}

// May says whether the person can make a move now.
func (d ticketData) May(action string) bool { return slices.Contains(d.Can, action) }

// Open says whether the form of a move came back.
func (d ticketData) Open(move string) bool { return d.Typed.Move == move }

// Again gives the form of a move as it was filled in; empty where another came back.
func (d ticketData) Again(move string) typed {
	if d.Typed.Move == move {
		return d.Typed
	}
	return typed{}
}

// Replies lists what there is to choose from for a move.
func (d ticketData) Replies(use string) (out []console.Reply) {
	for _, r := range d.Choices.Replies {
		if r.Use == use {
			out = append(out, r)
		}
	}
	return out
}

// Who names a member of staff; empty where they are not to be known.
func (d ticketData) Who(id string) string { return d.People[id] }

// Bounces are the events by which agencies gave the complaint back or lost it.
func (d ticketData) Bounces() (out []console.Event) {
	for _, e := range d.Events {
		switch complaint.Action(e.Action) {
		case complaint.Return, complaint.Bounce, complaint.TakeOver:
			out = append(out, e)
		}
	}
	return out
}

// showTicket shows a complaint with everything that helps to decide, and a form that could not be carried out.
func (p *Pages) showTicket(q *Request, status int, form typed, wrong trouble) error {
	d, err := p.ticket(q, q.Param("number"))
	if err != nil {
		return err
	}
	d.Typed, d.trouble = form, wrong
	if wrong.Stale {
		d.Changed = d.Since(form.Seen)
	}
	return p.show(q, status, "ticket", d)
}

func (p *Pages) ticket(q *Request, number string) (d ticketData, err error) {
	in := &console.NumberInput{Number: number}
	t, err := p.API.Get(q, in)
	if err != nil {
		return d, err
	}
	d = ticketData{Ticket: t.Body, Left: left(q.Lang, at(t.Body.Due), q.Now), Key: newKey()}
	files, err := p.API.Attachments(q, in)
	if err != nil {
		return d, err
	}
	clocks, err := p.API.Explain(q, in)
	if err != nil {
		return d, err
	}
	similar, err := p.API.Similar(q, in)
	if err != nil {
		return d, err
	}
	told, err := p.API.Messages(q, in)
	if err != nil {
		return d, err
	}
	choices, err := p.API.Choices(q, in)
	if err != nil {
		return d, err
	}
	around, err := p.API.Surroundings(q, in)
	if err != nil {
		return d, err
	}
	others, err := p.API.Open(q, in)
	if err != nil {
		return d, err
	}
	d.Files, d.Clocks, d.Similar, d.Messages, d.Choices = files.Body.Attachments, clocks.Body.Clocks, similar.Body.Similar, told.Body.Messages, choices.Body
	d.MayHold = p.Guard.Allowed(q.Person, "complaint.hold") == nil
	d.Map, d.Others = draw(around.Body, p.Tiles), sayOthers(q.Lang, others.Body.Others)
	if d.May(string(complaint.Hand)) {
		list, err := p.API.Colleagues(q, &console.ColleaguesInput{Agency: d.Agency})
		if err != nil {
			return d, err
		}
		d.Colleagues = slices.DeleteFunc(list.Body.Colleagues, func(c console.Colleague) bool { return c.ID == d.Assignee || d.Secret && !c.Cleared })
	}
	return d, nil
}

// here answers a page that is still open with who else has the complaint open.
func (p *Pages) here(q *Request) error {
	out, err := p.API.Open(q, &console.NumberInput{Number: q.Param("number")})
	if err != nil {
		return err
	}
	q.String(http.StatusOK, "%s", sayOthers(q.Lang, out.Body.Others))
	return nil
}

// gone is told when a page is left.
func (p *Pages) gone(q *Request) error {
	if _, err := p.API.Leave(q, &console.NumberInput{Number: q.Param("number")}); err != nil {
		return err
	}
	q.Status(http.StatusNoContent)
	return nil
}

// sayOthers says who else looks at a complaint; empty where nobody does.
func sayOthers(lang string, others []console.Other) string {
	var names []string
	for _, o := range others {
		name := o.Name
		if name == "" {
			name = say(lang, "others.elsewhere")
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return say(lang, "others.open", strings.Join(names, ", "))
}

// tomorrow is the first day to which time can be granted, as a form writes it.
func (p *Pages) tomorrow() string {
	return p.day(p.Now().AddDate(0, 0, 1))
}
