package pages

import (
	"errors"
	"html/template"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/signin"
)

// The pages behind the links of signin.InvitationPath and signin.FirstPath. What stands behind # in a link reaches no
// server by itself: a small script posts it, or the person pastes it.
func (p *Pages) registerInvitation(r *gin.Engine) {
	for _, path := range []string{signin.InvitationPath, signin.FirstPath} {
		path = strings.TrimSuffix(path, "#")
		p.page(r, http.MethodGet, path, "staff.sign_in", func(q *Request) error {
			return p.show(q, http.StatusOK, "link", linkData{Path: path})
		})
		p.page(r, http.MethodPost, path, "staff.sign_in", func(q *Request) error { return p.takeLink(q, path) })
	}
	p.page(r, http.MethodGet, setUpPath, "staff.sign_in", p.setUp)
	p.page(r, http.MethodPost, setUpPath, "staff.sign_in", p.accept)
}

// Pages of an invitation: where its link leads, and where password and app are set up.
var (
	linkPath  = strings.TrimSuffix(signin.InvitationPath, "#")
	setUpPath = "/sign-in/set-up"
)

// linkCookie holds what stood behind # while somebody sets up how they sign in, so that it is in no address.
const linkCookie = "__Host-respons-link"

func linkInCookie(link string, age time.Duration) *http.Cookie {
	c := guard.Cookie(link)
	c.Name, c.SameSite = linkCookie, http.SameSiteStrictMode
	if link != "" {
		c.MaxAge = int(age.Seconds())
	}
	return c
}

type linkData struct {
	Path string
	Over bool // the link that was given is used, replaced or too old
}

// takeLink keeps the link in a cookie for as long as it is good, at most a day.
func (p *Pages) takeLink(q *Request, path string) error {
	if err := guard.SameOrigin(q); err != nil {
		return err
	}
	link := strings.TrimSpace(q.PostForm("link"))
	if _, behind, ok := strings.Cut(link, "#"); ok { // the whole link was pasted
		link = behind
	}
	invited, err := p.Doors.SignIn.Open(q, link)
	if errors.Is(err, fault.NotFound) {
		return p.linkOver(q, path)
	}
	if err != nil {
		return err
	}
	http.SetCookie(q.Writer, linkInCookie(link, min(invited.Expires.Sub(q.Now), 24*time.Hour)))
	return p.done(q, setUpPath, "")
}

// linkOver says that a link is worth nothing any more, and what to do.
func (p *Pages) linkOver(q *Request, path string) error {
	http.SetCookie(q.Writer, linkInCookie("", 0))
	return p.show(q, http.StatusNotFound, "link", linkData{Path: path, Over: true})
}

type setUpData struct {
	signin.Invited
	First bool   // they have no address yet
	Email string // as it was typed
	Wrong map[string]string
}

// Picture is the QR code.
func (d setUpData) Picture() template.HTML { return picture(d.QR) }

// Address opens the authenticator app on the phone itself.
func (d setUpData) Address() template.URL { return template.URL(d.URI) } // #nosec G203 -- made by us: otpauth

// picture is an SVG of ours, made of numbers.
func picture(svg string) template.HTML { return template.HTML(svg) } // #nosec G203 -- see signin.QR

// setUp asks for a password and shows what an authenticator app needs.
func (p *Pages) setUp(q *Request) error {
	return p.showSetUp(q, http.StatusOK, "", nil)
}

func (p *Pages) showSetUp(q *Request, status int, email string, wrong map[string]string) error {
	link, err := q.Cookie(linkCookie)
	if err != nil {
		return p.done(q, linkPath, "")
	}
	invited, err := p.Doors.SignIn.Open(q, link)
	if errors.Is(err, fault.NotFound) {
		return p.linkOver(q, linkPath)
	}
	if err != nil {
		return err
	}
	return p.show(q, status, "setup", setUpData{Invited: invited, First: invited.Person.Email == "", Email: email, Wrong: wrong})
}

// accept carries the invitation out and shows the recovery codes, this once.
func (p *Pages) accept(q *Request) error {
	client, err := clientOf(q)
	if err != nil {
		return err
	}
	link, err := q.Cookie(linkCookie)
	if err != nil {
		return p.linkOver(q, linkPath)
	}
	a := signin.Acceptance{Email: strings.TrimSpace(q.PostForm("email")), Password: q.PostForm("password"), Code: strings.TrimSpace(q.PostForm("code"))}
	wrong, err := p.wrongSetUp(q, link, a)
	if errors.Is(err, fault.NotFound) {
		return p.linkOver(q, linkPath)
	}
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return p.showSetUp(q, http.StatusUnprocessableEntity, a.Email, wrong)
	}
	in, codes, err := p.Doors.SignIn.Accept(q, link, a, client)
	switch kind := fault.KindOf(err); {
	case kind == fault.NotFound:
		return p.linkOver(q, linkPath)
	case kind == fault.Invalid:
		return p.showSetUp(q, http.StatusUnprocessableEntity, a.Email, map[string]string{"code": say(q.Lang, "signin.code.wrong")})
	case kind == fault.Conflict:
		return p.showSetUp(q, http.StatusConflict, a.Email, map[string]string{"email": say(q.Lang, "setup.email.taken")})
	case err != nil:
		return err
	}
	http.SetCookie(q.Writer, linkInCookie("", 0))
	p.signedIn(q, in)
	to := p.goOn(in.Person, "")
	if len(codes) == 0 {
		return p.done(q, to, "done.set_up")
	}
	return p.showRecovery(q, codes, to)
}

// wrongSetUp finds everything that is wrong with what was chosen, field by field, but for the code.
func (p *Pages) wrongSetUp(q *Request, link string, a signin.Acceptance) (map[string]string, error) {
	invited, err := p.Doors.SignIn.Open(q, link)
	if err != nil {
		return nil, err
	}
	wrong, who := map[string]string{}, invited.Person
	if who.Email == "" {
		if address, err := mail.ParseAddress(a.Email); err != nil || address.Address != a.Email || len(a.Email) > longestEmail {
			wrong["email"] = say(q.Lang, "signin.email.needed")
		}
		who.Email = a.Email
	}
	wrongPassword(q, wrong, a.Password, who)
	if a.Code == "" && invited.Factor || len(a.Code) > longestCode {
		wrong["code"] = say(q.Lang, "signin.code.wrong")
	}
	return wrong, nil
}

// wrongPassword notes what is wrong with a new password and its repetition.
func wrongPassword(q *Request, wrong map[string]string, password string, who identity.Person) {
	if w := signin.WeaknessOf(password, who); w != "" {
		wrong["password"] = say(q.Lang, "password."+string(w))
	} else if q.PostForm("again") != password {
		wrong["again"] = say(q.Lang, "password.differs")
	}
}

type recoveryData struct {
	Codes []string
	To    string
}

// showRecovery shows recovery codes, which nobody sees again. Choosing another language would lose them.
func (p *Pages) showRecovery(q *Request, codes []string, to string) error {
	q.Tongues = nil
	return p.show(q, http.StatusOK, "recovery", recoveryData{codes, to})
}
