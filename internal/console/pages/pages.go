// Package pages shows the console in a browser: the same endpoints as the staff's JSON API, rendered on the server, with
// small scripts that only add comfort. Every form works without them.
package pages

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/console"
	"respons/internal/entrance"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/problem"
	"respons/mobileapi"
)

// Pages holds what the pages are made from.
type Pages struct {
	API     *console.API
	Mobile  *mobileapi.API
	Doors   *entrance.API
	Guard   *guard.Guard
	Names   notify.Values // of agencies and categories; its zone is that of every time shown
	Version string
	Demo    []DemoAccount // which anybody may be; empty: this is no demonstration
	Tiles   Tiles
	Classes func() []string // of deadlines, for filters
	Log     *slog.Logger
	Now     func() time.Time

	Asked map[string]access.Permission // what each page asks for, by method and path; filled in by registering

	looks looks
}

// Request is one request for a page, by somebody whom the guard has let in.
type Request struct {
	*gin.Context
	Person identity.Person
	Lang   string // ms or en; on the citizens' pages also zh or ta
	Now    time.Time
	CSRF   string // goes into every form

	Tongues []string // that the page speaks
}

// Staff says whether somebody of the staff asks.
func (q *Request) Staff() bool { return q.Person.ID != "" && q.Person.Actor().Staff() }

// Register adds the staff's pages to the router.
func (p *Pages) Register(r *gin.Engine) {
	p.prepare(r)
	p.registerSignIn(r)
	p.registerInvitation(r)
	p.registerAccount(r)
	p.registerInbox(r)
	p.registerBulk(r)
	p.registerTicket(r)
	p.registerReveal(r)
	p.registerActs(r)
	p.registerTransfer(r)
	p.registerTriage(r)
	p.registerBoard(r)
	p.registerExports(r)
	p.registerAdministration(r)
}

// RegisterPublic adds the citizens' pages.
func (p *Pages) RegisterPublic(r *gin.Engine) {
	p.prepare(r)
	p.registerHome(r)
	p.registerTransparency(r)
	p.registerMySignIn(r)
	p.registerMe(r)
	p.registerFile(r)
	p.registerFollow(r)
	p.registerOffline(r)
}

// prepare adds what both parts of the pages need, once.
func (p *Pages) prepare(r *gin.Engine) {
	if p.looks == nil {
		p.looks, p.Asked = mustParse(p), map[string]access.Permission{}
		p.registerAssets(r)
		p.registerLanguage(r)
		p.open(r, http.MethodPost, "/sign-out", "system.pages", p.signOut)
	}
}

// page adds one page of the staff's, which asks for a permission. What its function returns as an error becomes a page
// that says what is wrong and what to do.
func (p *Pages) page(r *gin.Engine, method, path string, perm access.Permission, fn func(*Request) error) {
	p.handle(r, method, path, perm, staffTongues, fn)
}

// open is page for those of the citizens, which speak more languages.
func (p *Pages) open(r *gin.Engine, method, path string, perm access.Permission, fn func(*Request) error) {
	p.handle(r, method, path, perm, tongues, fn)
}

func (p *Pages) handle(r *gin.Engine, method, path string, perm access.Permission, langs []string, fn func(*Request) error) {
	request := func(c *gin.Context) *Request { return p.request(c, langs) }
	refuse := func(c *gin.Context, err error) { p.fail(request(c), err) }
	p.Asked[method+" "+path] = perm
	r.Handle(method, path, p.policy, sameOrigin(refuse), p.Guard.Before(perm, refuse), func(c *gin.Context) {
		q := request(c)
		if err := fn(q); err != nil {
			p.fail(q, err)
		}
	})
}

func (p *Pages) request(c *gin.Context, langs []string) *Request {
	ctx := c.Request.Context()
	return &Request{Context: c, Person: guard.Who(ctx), Lang: tongue(c, langs), Now: p.Now(), CSRF: guard.CSRF(ctx), Tongues: langs}
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
		q.Redirect(http.StatusSeeOther, signInAndBack(q))
		return
	}
	for name, values := range d.GetHeaders() {
		q.Header(name, values[0])
	}
	p.show(q, d.Status, "error", failure{d, kindWords(q.Lang, d.Type), doorOf(q)})
}

// failure is a problem with words in the person's own language; the detail is in English.
type failure struct {
	*problem.Details
	Words string
	Door  string // where to sign in
}

// kindWords says in a language what kind of problem it is.
func kindWords(lang, kind string) string {
	if s := words[lang]["error."+strings.TrimPrefix(kind, "urn:respons:problem:")]; s != "" {
		return s
	}
	return say(lang, "error.internal")
}
