package pages

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/entrance"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/signin"
)

// DemoAccount is somebody whom anybody may be in a demonstration.
type DemoAccount struct{ Role, Agency, Token string }

func (p *Pages) registerSignIn(r *gin.Engine) {
	p.page(r, http.MethodGet, "/sign-in", "staff.sign_in", p.signIn)
	p.page(r, http.MethodPost, "/sign-in", "staff.sign_in", p.enter)
}

// Longest that a form of the entrance may hold, in bytes, as the API takes them.
const (
	longestEmail    = 254
	longestPassword = 1000
	longestCode     = 40
)

type signInData struct {
	Email, Next string
	Wrong       map[string]string // by field
	Failed      string
	Agency      bool   // there are agencies' own sign-ins
	Title       string // of the only one
	Plain       bool   // a password alone is enough, in a demonstration
	Demo        []DemoAccount
}

// signIn asks staff who they are. Whoever is signed in goes on.
func (p *Pages) signIn(q *Request) error {
	if q.Staff() {
		return p.done(q, p.goOn(q.Person, q.Query("next")), "")
	}
	return p.showSignIn(q, http.StatusOK, signInData{Next: q.Query("next")})
}

func (p *Pages) showSignIn(q *Request, status int, d signInData) error {
	list := p.providers()
	if d.Agency = len(list) > 0; len(list) == 1 {
		d.Title = p.Doors.SignIn.Providers[list[0]].Title
	}
	d.Plain, d.Demo = p.Doors.SignIn.Laptop, p.Demo
	if !Inside(d.Next) {
		d.Next = ""
	}
	return p.show(q, status, "signin", d)
}

// goOn is where somebody lands who signed in: where they wanted to go, as long as that is here, or the first page of the
// menu that they may open.
func (p *Pages) goOn(who identity.Person, next string) string {
	if Inside(next) {
		return next
	}
	for _, e := range navigation {
		if p.Guard.Allowed(who, e.permission) == nil {
			return e.to
		}
	}
	return accountPath
}

// enter lets staff in. Whatever is wrong of address, password and code, one sentence says so.
func (p *Pages) enter(q *Request) error {
	client, err := clientOf(q)
	if err != nil {
		return err
	}
	d := signInData{Email: strings.TrimSpace(q.PostForm("email")), Next: q.PostForm("next"), Wrong: map[string]string{}}
	password, code := q.PostForm("password"), strings.TrimSpace(q.PostForm("code"))
	if len(d.Email) > longestEmail {
		d.Email, d.Wrong["email"] = "", say(q.Lang, "signin.email.needed")
		return p.showSignIn(q, http.StatusUnprocessableEntity, d)
	}
	var in signin.In
	switch step := q.PostForm("step"); {
	case step == "agency":
		return p.toAgency(q, d, client)
	case step == "demo" && len(p.Demo) > 0:
		in, err = p.Doors.SignIn.ByToken(q, q.PostForm("token"), client)
	default:
		if d.Email == "" {
			d.Wrong["email"] = say(q.Lang, "signin.email.needed")
		}
		if password == "" || len(password) > longestPassword {
			d.Wrong["password"] = say(q.Lang, "signin.password.needed")
		}
		if len(code) > longestCode {
			d.Wrong["code"] = say(q.Lang, "signin.code.wrong")
		}
		if len(d.Wrong) > 0 {
			return p.showSignIn(q, http.StatusUnprocessableEntity, d)
		}
		in, err = p.Doors.SignIn.Staff(q, d.Email, password, code, client)
	}
	if err != nil {
		return p.notIn(q, d, err)
	}
	p.signedIn(q, in)
	return p.done(q, p.goOn(in.Person, d.Next), "")
}

// notIn shows the form again with why it let nobody in.
func (p *Pages) notIn(q *Request, d signInData, err error) error {
	switch fault.KindOf(err) {
	case fault.Unauthorized:
		d.Failed = say(q.Lang, "signin.wrong")
	case fault.TooMany:
		d.Failed = say(q.Lang, "signin.wait", waitWords(q.Lang, err))
	default:
		return err
	}
	return p.showSignIn(q, p.refused(q, err), d)
}

// waitWords says how long somebody has to wait who was refused with fault.TooMany: seconds below two minutes.
func waitWords(lang string, err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Wait <= 0 {
		return say(lang, "wait.while")
	}
	if f.Wait < 2*time.Minute {
		return choice(lang, "wait.seconds", int(math.Ceil(f.Wait.Seconds())))
	}
	return choice(lang, "span.minutes", int(math.Ceil(f.Wait.Minutes())))
}

// signedIn puts the session into the browser's cookie; the page that this request answers with is theirs.
func (p *Pages) signedIn(q *Request, in signin.In) {
	if in.Token == "" { // the session goes on
		return
	}
	http.SetCookie(q.Writer, guard.Cookie(in.Token))
	q.Person, q.CSRF = in.Person, identity.CSRFToken(in.Token)
}

// clientOf says from where somebody signs in.
func clientOf(q *Request) (signin.Client, error) {
	return entrance.From{Device: browserName(q.GetHeader("User-Agent")), Cookie: true}.Client(q)
}

// signOut ends the session that asks, and with it the cookie.
func (p *Pages) signOut(q *Request) error {
	to := "/"
	if q.Person.ID != "" {
		if err := p.Doors.People.End(q, q.Person.ID, guard.Session(q).ID); err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	if q.Staff() {
		to = "/sign-in"
	}
	http.SetCookie(q.Writer, guard.Cookie(""))
	return p.done(q, to, "done.signed_out")
}
