package pages

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"respons/internal/fault"
	"respons/internal/problem"
	"respons/mobileapi"
)

func (p *Pages) registerFollow(r *gin.Engine) {
	p.open(r, http.MethodGet, "/follow", "system.pages", func(q *Request) error {
		return p.show(q, http.StatusOK, "follow", followData{Mine: remembered(q)})
	})
	p.open(r, http.MethodPost, "/follow", "complaint.read", p.claim)
	p.open(r, http.MethodPost, "/follow/:number/forget", "system.pages", func(q *Request) error {
		remember(q, q.Param("number"), "")
		return p.done(q, "/follow", "done.forgotten")
	})
	p.open(r, http.MethodGet, "/follow/:number", "complaint.read", p.complaint)
	p.open(r, http.MethodPost, "/follow/:number/rate", "complaint.rate", p.rate)
	p.open(r, http.MethodPost, "/follow/:number/photo", "attachment.add", p.photo)
	for _, move := range []string{"answer", "write", "withdraw", "reopen", "confirm"} {
		perm, ok := p.Mobile.MovePermission(move)
		if !ok {
			panic("pages: citizens have no move " + move)
		}
		p.open(r, http.MethodPost, "/follow/:number/"+move, perm, func(q *Request) error { return p.move(q, move) })
	}
}

type followData struct {
	Mine         []mine
	Number, Code string // as they were typed
	Failed       string
}

// claim opens a complaint by number and code and remembers both in the browser, so that neither ever stands in an address.
func (p *Pages) claim(q *Request) error {
	number, code := strings.ToUpper(strings.TrimSpace(q.PostForm("number"))), strings.ToUpper(strings.TrimSpace(q.PostForm("code")))
	out, err := p.Mobile.Get(q, &mobileapi.GetInput{NumberInput: mobileapi.NumberInput{Number: number, Language: q.Lang,
		Credentials: mobileapi.Credentials{ClaimCode: code}}})
	if err == nil {
		remember(q, out.Body.Number, code)
		return p.done(q, "/follow/"+out.Body.Number, "")
	}
	d := problem.Logged(q.Request.Context(), p.Log, err)
	for name, values := range d.GetHeaders() {
		q.Header(name, values[0])
	}
	failed := kindWords(q.Lang, d.Type)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Unauthorized) {
		failed = say(q.Lang, "follow.wrong")
	}
	return p.show(q, d.Status, "follow", followData{Mine: remembered(q), Number: number, Code: code, Failed: failed})
}

// mineData is one complaint as its citizen sees it.
type mineData struct {
	mobileapi.Complaint
	Code      string
	Deadlines []mobileapi.Deadline
	Files     []mobileapi.Attachment
	Key       string // of the next form
	Left      Left

	Typed, Failed string // what was typed into a form that could not be carried out, and why
}

func (p *Pages) complaint(q *Request) error { return p.showMine(q, http.StatusOK, "", "") }

func (p *Pages) showMine(q *Request, status int, typed, failed string) error {
	in := claimOf(q, q.Param("number"))
	if in.ClaimCode == "" && q.Person.ID == "" {
		return p.done(q, "/follow", "") // this browser does not know the code
	}
	c, err := p.Mobile.Get(q, &mobileapi.GetInput{NumberInput: in})
	if err != nil {
		return err
	}
	why, err := p.Mobile.Deadlines(q, &in)
	if err != nil {
		return err
	}
	files, err := p.Mobile.Attached(q, &in)
	if err != nil {
		return err
	}
	return p.show(q, status, "mine", mineData{Complaint: c.Body, Code: in.ClaimCode, Deadlines: why.Body.Deadlines, Files: files.Body.Attachments,
		Key: newKey(), Left: left(q.Lang, at(c.Body.Promised), q.Now), Typed: typed, Failed: failed})
}

// move carries a form of the citizen out. One that cannot be carried out comes back with what was typed.
func (p *Pages) move(q *Request, name string) error {
	text := strings.TrimSpace(q.PostForm("text"))
	in := &mobileapi.MoveInput{NumberInput: claimOf(q, q.Param("number")), Key: key(q), Body: mobileapi.NoteBody{Text: text}}
	if _, err := p.Mobile.Move(q, name, in); err != nil {
		return p.mineAgain(q, text, err)
	}
	return p.done(q, "/follow/"+q.Param("number"), "done."+name)
}

func (p *Pages) rate(q *Request) error {
	stars, text := strings.IndexByte("12345", (q.PostForm("stars") + " ")[0])+1, strings.TrimSpace(q.PostForm("text"))
	in := &mobileapi.RatingInput{NumberInput: claimOf(q, q.Param("number")), Key: key(q), Body: mobileapi.RatingBody{Stars: stars, Text: text}}
	if _, err := p.Mobile.Rate(q, in); err != nil {
		return p.mineAgain(q, text, err)
	}
	return p.done(q, "/follow/"+q.Param("number"), "done.rate")
}

func (p *Pages) photo(q *Request) error {
	q.Request.Body = http.MaxBytesReader(q.Writer, q.Request.Body, mostForm)
	h, err := q.FormFile("file")
	if err != nil || h.Size == 0 {
		return p.mineAgain(q, "", fault.New(fault.Invalid, "choose a file"))
	}
	if err := p.attach(q, claimOf(q, q.Param("number")), key(q).IdempotencyKey, h); err != nil {
		return p.mineAgain(q, "", err)
	}
	return p.done(q, "/follow/"+q.Param("number"), "done.photo")
}

// mineAgain shows the complaint with what went wrong and what had been typed. Whoever may not see it learns only that.
func (p *Pages) mineAgain(q *Request, typed string, err error) error {
	d := problem.Logged(q.Request.Context(), p.Log, err)
	if d.Status == http.StatusNotFound || d.Status == http.StatusUnauthorized || d.Status >= http.StatusInternalServerError {
		return err
	}
	return p.showMine(q, d.Status, typed, kindWords(q.Lang, d.Type))
}

// key is the one that the form was made with; a form without makes a new one.
func key(q *Request) mobileapi.Key {
	k := q.PostForm("key")
	if _, err := ulid.ParseStrict(k); err != nil {
		k = newKey()
	}
	return mobileapi.Key{IdempotencyKey: k}
}
