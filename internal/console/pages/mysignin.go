package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/problem"
	"respons/internal/signin"
)

const mySignInPath = "/me/sign-in"

func (p *Pages) registerMySignIn(r *gin.Engine) {
	p.open(r, http.MethodGet, mySignInPath, "account.sign_in", func(q *Request) error {
		return p.showMySignIn(q, http.StatusOK, mySignInData{Next: q.Query("next")})
	})
	p.open(r, http.MethodPost, mySignInPath, "account.sign_in", p.enterCode)
	p.open(r, http.MethodPost, mySignInPath+"/code", "account.code", p.sendCode)
	p.open(r, http.MethodPost, mySignInPath+"/provider", "account.sign_in", p.toProvider)
}

// longestPhone is how long a telephone number may be as people type it.
const longestPhone = 40

type mySignInData struct {
	Phone, Next string
	Sent        bool              // a code was asked for; it is asked for here
	Wrong       map[string]string // by field
	Failed      string
	Providers   []Link
}

// showMySignIn asks a citizen for a telephone number and then for the code that was sent to it.
func (p *Pages) showMySignIn(q *Request, status int, d mySignInData) error {
	for _, name := range p.providersOf(func(x signin.Provider) bool { return x.Citizens }) {
		d.Providers = append(d.Providers, Link{To: name, Words: p.Doors.SignIn.Providers[name].Title})
	}
	if !Inside(d.Next) {
		d.Next = ""
	}
	return p.show(q, status, "mysignin", d)
}

func readMySignIn(q *Request) mySignInData {
	d := mySignInData{Phone: strings.TrimSpace(q.PostForm("phone")), Next: q.PostForm("next"), Wrong: map[string]string{}}
	if len(d.Phone) > longestPhone {
		d.Phone = ""
	}
	return d
}

// sendCode sends a code. What the page says is the same whether or not the number has an account.
func (p *Pages) sendCode(q *Request) error {
	d := readMySignIn(q)
	_, err := p.Doors.SignIn.SendCode(q, d.Phone, q.Lang)
	switch fault.KindOf(err) {
	case "":
		if err != nil {
			return err
		}
		d.Sent = true
		return p.showMySignIn(q, http.StatusOK, d)
	case fault.Invalid:
		d.Wrong["phone"] = say(q.Lang, "me.phone.wrong")
	case fault.TooMany: // the code that was sent before may still be good
		d.Sent, d.Failed = true, say(q.Lang, "me.wait", waitWords(q.Lang, err))
	case fault.Conflict:
		d.Failed = say(q.Lang, "me.nogateway")
	case fault.Unavailable:
		d.Failed = say(q.Lang, "error.unavailable")
	default:
		return err
	}
	return p.showMySignIn(q, p.refused(q, err), d)
}

// refused notes why a form was refused and gives the status to say so with.
func (p *Pages) refused(q *Request, err error) int {
	d := problem.Logged(q, p.Log, err)
	for name, values := range d.GetHeaders() {
		q.Header(name, values[0])
	}
	return d.Status
}

// enterCode lets a citizen in, or adds the number to the account that is signed in.
func (p *Pages) enterCode(q *Request) error {
	client, err := clientOf(q)
	if err != nil {
		return err
	}
	d := readMySignIn(q)
	d.Sent = true
	code := strings.TrimSpace(q.PostForm("code"))
	if len(code) > longestCode {
		code = ""
	}
	in, err := p.Doors.SignIn.EnterCode(q, d.Phone, code, q.Lang, client)
	if err != nil {
		return p.notMe(q, d, err)
	}
	word := ""
	if in.Token == "" {
		word = "done.joined"
	}
	p.signedIn(q, in)
	return p.done(q, myPath(d.Next), word)
}

// myPath is where a citizen goes on who signed in.
func myPath(next string) string {
	if Inside(next) {
		return next
	}
	return "/me"
}

func (p *Pages) toProvider(q *Request) error {
	client, err := clientOf(q)
	if err != nil {
		return err
	}
	d := readMySignIn(q)
	if err := p.leave(q, q.PostForm("provider"), false, myPath(d.Next), client); err != nil {
		return p.notMe(q, d, err)
	}
	return nil
}

// notMe shows the form again with why it let nobody in.
func (p *Pages) notMe(q *Request, d mySignInData, err error) error {
	if d.Wrong == nil {
		d.Wrong = map[string]string{}
	}
	switch kind := fault.KindOf(err); {
	case (kind == fault.Unauthorized || kind == fault.Invalid) && d.Sent:
		d.Wrong["code"] = say(q.Lang, "me.code.wrong")
	case kind == fault.Unauthorized || kind == fault.NotFound:
		d.Failed = say(q.Lang, "me.provider.failed")
	case kind == fault.Conflict:
		d.Failed = say(q.Lang, "me.other")
	case kind == fault.Unavailable:
		d.Failed = say(q.Lang, "error.unavailable")
	default:
		return err
	}
	return p.showMySignIn(q, p.refused(q, err), d)
}
