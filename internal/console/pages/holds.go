package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerHolds(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/holds", "hold.read", p.holds)
	p.page(r, http.MethodPost, "/console/holds", "complaint.hold", p.setHold)
	p.page(r, http.MethodPost, "/console/holds/:number/release", "complaint.hold", p.releaseHold)
}

type holdsData struct {
	Rows   []holdRow
	May    bool   // set and release
	Cursor string // of this page
	More   string // address of the next page

	Number string // of the form, as it was filled in
	console.HoldBody
	Wrong Wrong

	release releaseForm
}

// holdRow is a hold with the form that releases it.
type holdRow struct {
	console.Hold
	Why   string // as it was filled in
	Wrong string // with that, in the words of the endpoint
}

// releaseForm is the form of a row that came back.
type releaseForm struct {
	console.ReleaseInput
	wrong string
}

// holds lists the legal holds, with a form for another one. A complaint's own page leads here with its number.
func (p *Pages) holds(q *Request) error {
	return p.showHolds(q, http.StatusOK, &holdsData{Cursor: q.Query("cursor"), Number: strings.TrimSpace(q.Query("number"))})
}

func (p *Pages) showHolds(q *Request, status int, data *holdsData) error {
	out, err := p.API.Holds(q, &console.HoldsInput{Cursor: data.Cursor})
	if err != nil {
		return err
	}
	for _, h := range out.Body.Holds {
		row := holdRow{Hold: h}
		if h.Number == data.release.Number && h.Scope == data.release.Scope {
			row.Why, row.Wrong = data.release.Reason, data.release.wrong
		}
		data.Rows = append(data.Rows, row)
	}
	if out.Body.Next != "" {
		data.More = "?" + url.Values{"cursor": {out.Body.Next}}.Encode()
	}
	data.May = p.Guard.Allowed(q.Person, "complaint.hold") == nil
	return p.show(q, status, "holds", data)
}

// setHold sets one. Where there was one already its reason stays, so that whoever typed another is told.
func (p *Pages) setHold(q *Request) error {
	data := &holdsData{Number: strings.TrimSpace(q.PostForm("number")), HoldBody: console.HoldBody{Scope: q.PostForm("scope"), Reason: strings.TrimSpace(q.PostForm("reason"))}}
	number, err := complaint.ParseNumber(data.Number)
	if err != nil {
		return p.wrongNumber(q, data, "holds.nonumber")
	}
	out, err := p.API.SetHold(q, &console.HoldInput{NumberInput: console.NumberInput{Number: number}, Body: data.HoldBody})
	switch {
	case errors.Is(err, fault.NotFound):
		return p.wrongNumber(q, data, "holds.unseen")
	case err != nil:
		if data.Wrong, err = p.wrong(q, err); err != nil {
			return err
		}
		return p.showHolds(q, data.Wrong.status, data)
	case out.Body.Reason != data.Reason:
		data.Wrong = Wrong{Failed: say(q.Lang, "holds.already", number)}
		return p.showHolds(q, http.StatusConflict, data)
	}
	return p.done(q, "/console/holds", "done.held")
}

func (p *Pages) wrongNumber(q *Request, data *holdsData, word string) error {
	data.Wrong.Fields = map[string]string{"number": say(q.Lang, word)}
	return p.showHolds(q, http.StatusUnprocessableEntity, data)
}

// releaseHold ends one. A mistake shows the same page of the list, with what was typed in its row.
func (p *Pages) releaseHold(q *Request) error {
	in := console.ReleaseInput{NumberInput: console.NumberInput{Number: q.Param("number")}, Scope: q.PostForm("scope"), Reason: strings.TrimSpace(q.PostForm("reason"))}
	_, err := p.API.ReleaseHold(q, &in)
	if err == nil {
		return p.done(q, "/console/holds", "done.released")
	}
	data := &holdsData{Cursor: q.PostForm("cursor")}
	if errors.Is(err, fault.NotFound) { // released by somebody else meanwhile
		data.Wrong.Failed = say(q.Lang, "holds.gone", in.Number)
		return p.showHolds(q, http.StatusConflict, data)
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	data.release = releaseForm{in, w.Fields["reason"]}
	data.Wrong.Failed, data.Wrong.Detail = w.Failed, w.Detail
	return p.showHolds(q, w.status, data)
}
