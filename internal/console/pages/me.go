package pages

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/mobileapi"
)

func (p *Pages) registerMe(r *gin.Engine) {
	p.open(r, http.MethodGet, "/me", "complaint.list", func(q *Request) error { return p.showMe(q, http.StatusOK, meData{}) })
	p.open(r, http.MethodPost, "/me/claim", "complaint.claim", p.takeIn)
	p.open(r, http.MethodPost, "/me/sessions", "account.sessions", func(q *Request) error { return p.endSession(q, "/me") })
	p.open(r, http.MethodPost, "/me/ways", "account.sessions", p.closeWay)
	p.open(r, http.MethodGet, "/me/export", "self.export", p.export)
	p.open(r, http.MethodPost, "/me/erase", "self.erase", p.erase)
}

type meData struct {
	Complaints []mobileapi.Complaint
	Next       string
	Guest      []mine // what the browser remembers without the account
	Sessions   []sessionRow
	Ways       []identity.Way

	Number, Code string // as they were typed
	Failed       string // why a complaint was not taken in
	Untold       bool   // the erasure was not confirmed
}

// showMe shows a citizen's account: complaints, sessions, ways in, and what can be done with their data.
func (p *Pages) showMe(q *Request, status int, d meData) error {
	list, err := p.Mobile.List(q, &mobileapi.ListInput{Status: "all", Language: q.Lang, Cursor: q.Query("cursor"), Limit: 20})
	if err != nil {
		return err
	}
	d.Complaints, d.Next, d.Guest = list.Body.Complaints, list.Body.Next, remembered(q)
	if d.Sessions, err = p.sessions(q); err != nil {
		return err
	}
	if d.Ways, err = p.Doors.People.WaysOf(q, q.Person.ID); err != nil {
		return err
	}
	return p.show(q, status, "me", d)
}

// takeIn takes a complaint into the account that was filed without it, by the code that is typed or that the browser
// remembers.
func (p *Pages) takeIn(q *Request) error {
	number, code := strings.ToUpper(strings.TrimSpace(q.PostForm("number"))), strings.ToUpper(strings.TrimSpace(q.PostForm("code")))
	known := code
	if known == "" {
		known = codeOf(q, number)
	}
	_, err := p.Mobile.Claim(q, &mobileapi.NumberInput{Number: number, Language: q.Lang, Credentials: mobileapi.Credentials{ClaimCode: known}})
	d := meData{Number: number, Code: code}
	switch kind := fault.KindOf(err); {
	case err == nil:
		remember(q, number, "")
		return p.done(q, "/me", "done.taken")
	case kind == fault.NotFound || kind == fault.Unauthorized || kind == fault.Invalid: // a mistyped number too
		d.Failed = say(q.Lang, "follow.wrong")
	case kind == fault.Conflict:
		d.Failed = say(q.Lang, "error.conflict")
	case kind == fault.TooMany:
		d.Failed = say(q.Lang, "error.too-many")
	default:
		return err
	}
	return p.showMe(q, p.refused(q, err), d)
}

func (p *Pages) closeWay(q *Request) error {
	if err := p.Doors.People.Part(q, q.Person.ID, q.PostForm("way")); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	return p.done(q, "/me", "done.way")
}

func (p *Pages) export(q *Request) error {
	out, err := p.Mobile.Export(q, &mobileapi.MeInput{Language: q.Lang})
	if err != nil {
		return err
	}
	q.Header("Content-Disposition", out.ContentDisposition)
	q.Header("Cache-Control", out.CacheControl)
	q.Data(http.StatusOK, out.ContentType, out.Body)
	return nil
}

// erase closes the account once the box is ticked.
func (p *Pages) erase(q *Request) error {
	if q.PostForm("sure") == "" {
		return p.showMe(q, http.StatusUnprocessableEntity, meData{Untold: true})
	}
	out, err := p.Mobile.Erase(q, &mobileapi.MeInput{Language: q.Lang})
	if err != nil {
		return err
	}
	switch out.Body.State {
	case "deferred":
		return p.done(q, "/me", "done.deferred")
	case "done":
		http.SetCookie(q.Writer, guard.Cookie(""))
		return p.done(q, "/", "done.erased")
	}
	http.SetCookie(q.Writer, guard.Cookie(""))
	return p.done(q, "/", "done.erasing")
}
