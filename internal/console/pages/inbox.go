package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/inbox"
)

func (p *Pages) registerInbox(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console", "complaint.queue", p.inbox)
	p.page(r, http.MethodPost, "/console/views", "staff.views", p.saveView)
}

// inboxRow is a complaint as the inbox lists it.
type inboxRow struct {
	console.Ticket
	Left   Left
	Holder string // name of whoever has it; empty: nobody, or not to be known
}

type inboxData struct {
	Rows       []inboxRow
	Next       string // address of the next page; empty: none
	Bounded    bool   // the filters keep few: the search stopped to be gone on with
	Filter     url.Values
	Filtered   bool
	Here       string // address of the list as it is
	Views      []savedView
	Groups     []string
	Classes    []string
	Colleagues []console.Colleague
	Wide       bool // complaints of several agencies are listed
	Bulk       bool
	Key        string
	Typed      typed
	Failed     string
}

// savedView is a filter that the person saved.
type savedView struct {
	inbox.View
	Here bool
}

// filterNames are the parameters of the inbox that make a filter; together with cursor they are all there are.
var filterNames = []string{"q", "status", "state", "category", "class", "assignee", "due", "agency", "sort"}

// filterOf takes the filter out of an address.
func filterOf(from url.Values) url.Values {
	out := url.Values{}
	for _, name := range filterNames {
		if v := strings.TrimSpace(from.Get(name)); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

// inbox lists the complaints of the person's own branch: by due time, or as the filter says.
func (p *Pages) inbox(q *Request) error {
	return p.showInbox(q, http.StatusOK, q.Request.URL.Query(), typed{}, "")
}

func (p *Pages) showInbox(q *Request, status int, from url.Values, form typed, failed string) error {
	f := filterOf(from)
	out, err := p.API.Queue(q, &console.QueueInput{Words: f.Get("q"), Status: f.Get("status"), State: f.Get("state"), Category: f.Get("category"), Class: f.Get("class"),
		Assignee: f.Get("assignee"), Due: f.Get("due"), Agency: f.Get("agency"), Sort: f.Get("sort"), Cursor: from.Get("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	data := inboxData{Filter: f, Filtered: len(f) > 0, Here: inboxAddress(f), Bounded: out.Body.Bounded, Classes: p.Classes(), Key: newKey(), Typed: form, Failed: failed,
		Wide: q.Person.Role != complaint.Officer, Bulk: p.Guard.Allowed(q.Person, "complaint.bulk") == nil}
	if out.Body.Next != "" {
		next := filterOf(f)
		next.Set("cursor", out.Body.Next)
		data.Next = inboxAddress(next)
	}
	for _, t := range out.Body.Complaints {
		data.Rows = append(data.Rows, inboxRow{t, left(q.Lang, at(t.Due), q.Now), out.Body.People[t.Assignee]})
	}
	for _, g := range p.Mobile.Reference.Categories(q.Lang) {
		data.Groups = append(data.Groups, g.Code)
	}
	if data.Views, err = p.views(q, f); err != nil {
		return err
	}
	if q.Person.Agency != "" && p.Guard.Allowed(q.Person, "complaint.hand") == nil {
		c, err := p.API.Colleagues(q, &console.ColleaguesInput{})
		if err != nil {
			return err
		}
		data.Colleagues = c.Body.Colleagues
	}
	return p.show(q, status, "inbox", data)
}

func inboxAddress(f url.Values) string {
	if len(f) == 0 {
		return "/console"
	}
	return "/console?" + f.Encode()
}

func (p *Pages) views(q *Request, f url.Values) (out []savedView, err error) {
	saved, err := p.API.Views(q, nil)
	if err != nil {
		return nil, err
	}
	for _, v := range saved.Body.Views {
		out = append(out, savedView{v, v.Query == f.Encode()})
	}
	return out, nil
}

// saveView saves the filter that is shown under a name, or takes a saved one away.
func (p *Pages) saveView(q *Request) error {
	saved, err := p.API.Views(q, nil)
	if err != nil {
		return err
	}
	list, name := saved.Body.Views, strings.TrimSpace(q.PostForm("name"))
	from, err := url.ParseQuery(q.PostForm("query"))
	if err != nil {
		from = url.Values{}
	}
	f := filterOf(from)
	list = slices.DeleteFunc(list, func(v inbox.View) bool { return v.Name == name })
	word := "done.unsaved"
	if q.PostForm("step") != "delete" {
		list, word = append(list, inbox.View{Name: name, Query: f.Encode()}), "done.saved"
	}
	if _, err := p.API.PutViews(q, &console.ViewsInput{Body: console.ViewsBody{Views: list}}); err != nil {
		return err
	}
	return p.done(q, inboxAddress(f), word)
}

// at is an instant that may be absent; zero where it is.
func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
