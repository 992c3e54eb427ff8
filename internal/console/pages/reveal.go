package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerReveal(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/complaints/:number/reveal", "complaint.reveal", func(q *Request) error {
		return p.showReveal(q, http.StatusOK, revealData{Fields: map[string]bool{}})
	})
	p.page(r, http.MethodPost, "/console/complaints/:number/reveal", "complaint.reveal", p.reveal)
}

type revealData struct {
	Number string
	All    []string        // what the person may ask for
	Fields map[string]bool // of the form, as it was filled in
	Reason string
	Shown  []revealed // what was asked for and may be seen, this once
	Basis  string
	Done   bool
	Wrong  Wrong
}

type revealed struct{ Field, Value string }

// reveal shows who made a complaint. It is recorded, and the citizen reads the reason.
func (p *Pages) reveal(q *Request) error {
	in := &console.RevealInput{NumberInput: console.NumberInput{Number: q.Param("number")},
		Body: console.RevealBody{Reason: strings.TrimSpace(q.PostForm("reason")), Fields: q.PostFormArray("fields")}}
	data := revealData{Reason: in.Body.Reason, Fields: map[string]bool{}}
	for _, f := range in.Body.Fields {
		data.Fields[f] = true
	}
	out, err := p.API.Reveal(q, in)
	if err != nil {
		if data.Wrong, err = p.wrong(q, err); err != nil {
			return err
		}
		return p.showReveal(q, data.Wrong.status, data)
	}
	b := out.Body
	data.Done, data.Basis = true, b.Basis
	for field, value := range map[string]string{"name": b.Name, "phone": b.Phone, "email": b.Email, "address": b.Address, "identity": b.Identity, "text": b.Text} {
		if data.Fields[field] && value != "" {
			data.Shown = append(data.Shown, revealed{field, value})
		}
	}
	for _, note := range b.Notes {
		data.Shown = append(data.Shown, revealed{"note", note})
	}
	return p.showReveal(q, http.StatusOK, data)
}

func (p *Pages) showReveal(q *Request, status int, data revealData) error {
	out, err := p.API.Get(q, &console.NumberInput{Number: q.Param("number")})
	if err != nil {
		return err
	}
	data.Number, data.All = out.Body.Number, out.Body.Reveal
	return p.show(q, status, "reveal", data)
}
