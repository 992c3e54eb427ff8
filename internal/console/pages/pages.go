// Package pages shows the console in a browser: the same endpoints as the staff's JSON API, rendered on the server, with
// small scripts that only add comfort. Every form works without them.
package pages

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/console"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/problem"
)

// Pages holds what the pages are made from.
type Pages struct {
	API     *console.API
	Guard   *guard.Guard
	Names   notify.Values // of agencies and categories; its zone is that of every time shown
	Version string
	Log     *slog.Logger
	Now     func() time.Time

	looks looks
}

// Request is one request for a page, by somebody whom the guard has let in.
type Request struct {
	*gin.Context
	Person identity.Person
	Lang   string // ms or en
	Now    time.Time
}

// Register adds every page to the router.
func (p *Pages) Register(r *gin.Engine) {
	p.looks = mustParse(p)
	p.registerAssets(r)
	p.registerLanguage(r)
	p.registerInbox(r)
}

// page adds one page that asks for a permission. What its function returns as an error becomes a page that says what is
// wrong and what to do.
func (p *Pages) page(r *gin.Engine, method, path string, perm access.Permission, fn func(*Request) error) {
	refuse := func(c *gin.Context, err error) { p.fail(p.request(c), err) }
	r.Handle(method, path, policy, p.Guard.Before(perm, refuse), func(c *gin.Context) {
		q := p.request(c)
		if err := fn(q); err != nil {
			p.fail(q, err)
		}
	})
}

func (p *Pages) request(c *gin.Context) *Request {
	return &Request{Context: c, Person: guard.Who(c.Request.Context()), Lang: tongue(c), Now: p.Now()}
}

// done answers a form that was carried out: the browser goes on to a page that says so, and reloading it repeats nothing.
// Word is the key of a sentence in words.csv, empty for none.
func (p *Pages) done(q *Request, to, word string) error {
	if word != "" {
		to += separator(to) + "done=" + word
	}
	q.Redirect(http.StatusSeeOther, to)
	return nil
}

// fail shows what went wrong. Whoever has not signed in is sent to do so and back.
func (p *Pages) fail(q *Request, err error) {
	d := problem.Logged(q.Request.Context(), p.Log, err)
	if d.Status == http.StatusUnauthorized && q.Request.Method == http.MethodGet {
		q.Redirect(http.StatusSeeOther, signInAndBack(q.Request.URL))
		return
	}
	for name, values := range d.GetHeaders() {
		q.Header(name, values[0])
	}
	p.show(q, d.Status, "error", d)
}
