package pages

import (
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/signin"
)

const accountPath = "/console/account"

func (p *Pages) registerAccount(r *gin.Engine) {
	const self = "staff.self"
	p.page(r, http.MethodGet, accountPath, self, func(q *Request) error { return p.showAccount(q, http.StatusOK, nil) })
	p.page(r, http.MethodPost, accountPath+"/password", self, p.newPassword)
	p.page(r, http.MethodPost, accountPath+"/factor", self, p.newFactor)
	p.page(r, http.MethodPost, accountPath+"/factor/confirm", self, p.confirmFactor)
	p.page(r, http.MethodPost, accountPath+"/recovery", self, p.newRecovery)
	p.page(r, http.MethodPost, accountPath+"/sessions", self, func(q *Request) error { return p.endSession(q, accountPath) })
}

type accountData struct {
	Secured  signin.Secured
	Sessions []sessionRow
	Wrong    map[string]string // by field: old, password, again; factor and recovery for the password there
}

// sessionRow is a session as its list shows it.
type sessionRow struct {
	identity.Session
	Current bool
}

// showAccount shows what somebody signs in with and where they are signed in.
func (p *Pages) showAccount(q *Request, status int, wrong map[string]string) error {
	secured, err := p.Doors.SignIn.Secured(q, q.Person.ID)
	if err != nil {
		return err
	}
	data := accountData{Secured: secured, Wrong: wrong}
	if data.Sessions, err = p.sessions(q); err != nil {
		return err
	}
	return p.show(q, status, "account", data)
}

func (p *Pages) sessions(q *Request) (rows []sessionRow, err error) {
	list, err := p.Doors.People.SessionsOf(q, q.Person)
	for _, s := range list {
		rows = append(rows, sessionRow{s, s.ID == guard.Session(q).ID})
	}
	return rows, err
}

func (p *Pages) newPassword(q *Request) error {
	old, password, wrong := q.PostForm("old"), q.PostForm("password"), map[string]string{}
	if old == "" || len(old) > longestPassword {
		wrong["old"] = say(q.Lang, "account.old.wrong")
	}
	if wrongPassword(q, wrong, password, q.Person); len(wrong) > 0 {
		return p.showAccount(q, http.StatusUnprocessableEntity, wrong)
	}
	if err := p.Doors.SignIn.SetPassword(q, q.Person, guard.Session(q).ID, old, password); err != nil {
		return p.notAgain(q, "old", err)
	}
	return p.done(q, accountPath, "done.password")
}

// notAgain shows the account with what is wrong with the present password that a form asked for.
func (p *Pages) notAgain(q *Request, field string, err error) error {
	switch fault.KindOf(err) {
	case fault.Forbidden:
		return p.showAccount(q, p.refused(q, err), map[string]string{field: say(q.Lang, "account.old.wrong")})
	case fault.TooMany:
		return p.showAccount(q, p.refused(q, err), map[string]string{field: say(q.Lang, "signin.wait", waitWords(q.Lang, err))})
	case fault.Conflict:
		return p.showAccount(q, p.refused(q, err), map[string]string{field: say(q.Lang, "account.without")})
	}
	return err
}

// present is the password that a form asks for once more; false where it cannot be one.
func present(q *Request) (string, bool) {
	password := q.PostForm("present")
	return password, password != "" && len(password) <= longestPassword
}

type factorData struct {
	signin.Enrolment        // empty where it was shown before
	Wrong            string // with the code
}

// Picture is the QR code.
func (d factorData) Picture() template.HTML { return picture(d.QR) }

// Address opens the authenticator app on the phone itself.
func (d factorData) Address() template.URL { return template.URL(d.URI) } // #nosec G203 -- made by us: otpauth

// newFactor shows what a new authenticator app needs, once.
func (p *Pages) newFactor(q *Request) error {
	password, ok := present(q)
	if !ok {
		return p.showAccount(q, http.StatusUnprocessableEntity, map[string]string{"factor": say(q.Lang, "account.old.wrong")})
	}
	e, err := p.Doors.SignIn.NewFactor(q, q.Person, password)
	if err != nil {
		return p.notAgain(q, "factor", err)
	}
	return p.show(q, http.StatusOK, "factor", factorData{Enrolment: e})
}

func (p *Pages) confirmFactor(q *Request) error {
	code := strings.TrimSpace(q.PostForm("code"))
	if len(code) > longestCode {
		code = ""
	}
	codes, err := p.Doors.SignIn.ConfirmFactor(q, q.Person, code)
	switch {
	case errors.Is(err, fault.Invalid):
		return p.show(q, http.StatusUnprocessableEntity, "factor", factorData{Wrong: say(q.Lang, "signin.code.wrong")})
	case errors.Is(err, fault.NotFound):
		return p.showAccount(q, http.StatusNotFound, map[string]string{"factor": say(q.Lang, "account.factor.over")})
	case err != nil:
		return err
	}
	return p.showRecovery(q, codes, accountPath)
}

func (p *Pages) newRecovery(q *Request) error {
	password, ok := present(q)
	if !ok {
		return p.showAccount(q, http.StatusUnprocessableEntity, map[string]string{"recovery": say(q.Lang, "account.old.wrong")})
	}
	codes, err := p.Doors.SignIn.NewRecovery(q, q.Person, password)
	if err != nil {
		return p.notAgain(q, "recovery", err)
	}
	return p.showRecovery(q, codes, accountPath)
}

// endSession ends one of the person's own sessions, or all but the one that asks, and goes to the page that lists them.
func (p *Pages) endSession(q *Request, to string) error {
	id, people := q.PostForm("session"), p.Doors.People
	if id == "others" {
		if err := people.EndAll(q, q.Person.ID, guard.Session(q).ID); err != nil {
			return err
		}
		return p.done(q, to, "done.sessions")
	}
	if id == guard.Session(q).ID {
		return p.signOut(q)
	}
	if err := people.End(q, q.Person.ID, id); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	return p.done(q, to, "done.session")
}
