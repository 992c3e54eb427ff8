package pages

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/problem"
	"respons/internal/signin"
)

// providers lists the agencies' own sign-ins by name.
func (p *Pages) providers() []string {
	return p.providersOf(func(x signin.Provider) bool { return len(x.Domains) > 0 })
}

func (p *Pages) providersOf(serves func(signin.Provider) bool) (names []string) {
	for name, provider := range p.Doors.SignIn.Providers {
		if serves(provider) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// providerFor is the one that vouches for an address; the only one there is where none was given. Empty: none.
func (p *Pages) providerFor(email string) string {
	list := p.providers()
	if email == "" && len(list) == 1 {
		return list[0]
	}
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	for _, name := range list {
		if _, ok := p.Doors.SignIn.Providers[name].Domains[domain]; ok {
			return name
		}
	}
	return ""
}

// toAgency sends staff to their agency's own sign-in.
func (p *Pages) toAgency(q *Request, d signInData, client signin.Client) error {
	name := p.providerFor(d.Email)
	if name == "" {
		d.Wrong["email"] = say(q.Lang, "signin.agency.none")
		return p.showSignIn(q, http.StatusUnprocessableEntity, d)
	}
	next := d.Next
	if !Inside(next) {
		next = "/sign-in" // which goes on to where they may
	}
	if err := p.leave(q, name, true, next, client); err != nil {
		return p.agencyFailed(q, d, err)
	}
	return nil
}

type leavingData struct{ Address, Title, Back string }

// leave leads to a provider. It is a page with a link and no redirect: browsers hold a form's redirect to the form-action of
// the policy, which names this server alone.
func (p *Pages) leave(q *Request, name string, staff bool, next string, client signin.Client) error {
	begun, cookie, err := p.Doors.Begin(q, name, staff, next, client)
	if err != nil {
		return err
	}
	back := mySignInPath
	if staff {
		back = "/sign-in"
	}
	http.SetCookie(q.Writer, cookie)
	q.Header("Refresh", "0; url="+begun.Address)
	return p.show(q, http.StatusOK, "leaving", leavingData{begun.Address, p.Doors.SignIn.Providers[name].Title, back})
}

// agencyFailed shows the sign-in page with why an agency's own sign-in let nobody in.
func (p *Pages) agencyFailed(q *Request, d signInData, err error) error {
	switch fault.KindOf(err) {
	case fault.Unauthorized:
		d.Failed = say(q.Lang, "signin.agency.failed")
	case fault.Forbidden:
		d.Failed = say(q.Lang, "signin.agency.unknown")
	case fault.Unavailable:
		d.Failed = say(q.Lang, "signin.agency.out")
	default:
		return err
	}
	return p.showSignIn(q, p.refused(q, err), d)
}

// Returned answers a browser that a provider sent back in vain: with a page, and anything that reads no pages with a problem
// document.
func (p *Pages) Returned(c *gin.Context, staff bool, err error) {
	if !strings.Contains(c.GetHeader("Accept"), "text/html") {
		problem.Write(c.Writer, problem.Logged(c.Request.Context(), p.Log, err))
		return
	}
	langs := tongues
	if staff {
		langs = staffTongues
	}
	q := p.request(c, langs)
	p.guarded(c)
	if staff {
		err = p.agencyFailed(q, signInData{}, err)
	} else {
		err = p.notMe(q, mySignInData{}, err)
	}
	if err != nil {
		p.fail(q, err)
	}
}
