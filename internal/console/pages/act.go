package pages

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"respons/internal/console"
	"respons/internal/fault"
	"respons/internal/problem"
)

// acts are the moves that a complaint's page has a form for; transfer has a page of its own.
var acts = []string{"accept", "start", "ask", "reply", "made-safe", "resolve", "return", "hand", "merge", "unmerge", "extend", "reject"}

func (p *Pages) registerActs(r *gin.Engine) {
	for _, move := range acts {
		perm, ok := p.API.MovePermission(move)
		if !ok {
			panic("pages: staff have no move " + move)
		}
		p.page(r, http.MethodPost, "/console/complaints/:number/"+move, perm, func(q *Request) error { return p.act(q, move) })
	}
	p.page(r, http.MethodPost, "/console/complaints/:number/photo", "attachment.add", p.addPhoto)
}

// act carries a form of staff out. One that cannot be carried out comes back with what was typed and what is wrong.
func (p *Pages) act(q *Request, move string) error {
	q.Request.Body = http.MaxBytesReader(q.Writer, q.Request.Body, mostForm)
	form := readTyped(q, move)
	if q.PostForm("step") == "fill" {
		return p.fill(q, form)
	}
	body, wrong := form.body(p.Names.Zone)
	if wrong != "" {
		return p.showTicket(q, http.StatusUnprocessableEntity, form, trouble{Wrong: map[string]string{wrong: say(q.Lang, "act.wrong."+wrong)}})
	}
	number, key := q.Param("number"), formKey(q)
	if err := p.addFile(q, number, key); err != nil {
		return p.actAgain(q, form, err)
	}
	out, err := p.API.Move(q, move, &console.MoveInput{NumberInput: console.NumberInput{Number: number}, IdempotencyKey: key, Body: body})
	if err != nil {
		return p.actAgain(q, form, err)
	}
	to := "/console/complaints/" + out.Body.Number
	if len(out.Body.Events) == 0 { // it went to somebody else by this move
		to = "/console"
	}
	return p.done(q, to, "done.moved."+move)
}

// fill puts a canned reply behind what was typed, for browsers without scripts.
func (p *Pages) fill(q *Request, form typed) error {
	choices, err := p.API.Choices(q, &console.NumberInput{Number: q.Param("number")})
	if err != nil {
		return err
	}
	for _, r := range choices.Body.Replies {
		if r.Use == form.Move && r.Code == q.PostForm("reply") {
			form.Note = strings.TrimSpace(form.Note + "\n" + r.Text)
		}
	}
	return p.showTicket(q, http.StatusOK, form, trouble{})
}

// addFile adds the form's photo to the complaint; a form without one adds nothing.
func (p *Pages) addFile(q *Request, number, key string) error {
	h, err := q.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && h.Size == 0 {
		return nil
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the form did not arrive whole, or is larger than 128 MB; send it again with a smaller file")
	}
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	return p.API.Attach(q, number, key, f)
}

func (p *Pages) addPhoto(q *Request) error {
	q.Request.Body = http.MaxBytesReader(q.Writer, q.Request.Body, mostForm)
	form := readTyped(q, "photo")
	if h, err := q.FormFile("file"); err != nil || h.Size == 0 {
		return p.actAgain(q, form, fault.New(fault.Invalid, "choose a file"))
	}
	if err := p.addFile(q, q.Param("number"), formKey(q)); err != nil {
		return p.actAgain(q, form, err)
	}
	return p.done(q, "/console/complaints/"+q.Param("number"), "done.photo")
}

// actAgain shows the complaint with what went wrong and what had been typed. Whoever may not see it learns only that.
func (p *Pages) actAgain(q *Request, form typed, err error) error {
	d := problem.Logged(q.Request.Context(), p.Log, err)
	if d.Status == http.StatusNotFound || d.Status == http.StatusUnauthorized || d.Status >= http.StatusInternalServerError {
		return err
	}
	return p.showTicket(q, d.Status, form, troubleOf(q.Lang, d, err))
}

// troubleOf says in a language what is wrong with a form, and where.
func troubleOf(lang string, d *problem.Details, err error) trouble {
	t := trouble{Failed: kindWords(lang, d.Type), Detail: d.Detail, Wrong: map[string]string{}, Stale: errors.Is(err, fault.Stale)}
	if t.Stale {
		t.Failed, t.Detail = say(lang, "act.stale"), ""
	}
	for _, f := range d.Errors {
		name := strings.TrimPrefix(f.Location, "body.")
		if s, ok := words[lang]["act.wrong."+name]; ok {
			t.Wrong[name], t.Failed, t.Detail = s, "", ""
		}
	}
	return t
}

// formKey is the one that the form was made with; a form without makes a new one.
func formKey(q *Request) string {
	k := q.PostForm("key")
	if _, err := ulid.ParseStrict(k); err != nil {
		k = newKey()
	}
	return k
}
