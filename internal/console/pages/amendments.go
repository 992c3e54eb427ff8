package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"respons/internal/amend"
	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerAmendments(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/amendments", "amendment.read", p.amendments)
	p.page(r, http.MethodGet, "/console/amendments/:id", "amendment.read", p.amendment)
	p.page(r, http.MethodPost, "/console/amendments/:id", "amendment.write", p.describe)
	p.page(r, http.MethodPost, "/console/amendments/:id/drop", "amendment.write", p.dropTable)
	p.page(r, http.MethodPost, "/console/amendments/:id/preview", "amendment.write", p.previewAmendment)
	p.page(r, http.MethodPost, "/console/amendments/:id/submit", "amendment.write", p.submit)
	p.page(r, http.MethodPost, "/console/amendments/:id/approve", "amendment.approve", p.approve)
	p.page(r, http.MethodPost, "/console/amendments/:id/return", "amendment.approve", p.returnAmendment)
	p.page(r, http.MethodPost, "/console/amendments/:id/withdraw", "amendment.write", p.withdrawAmendment)
}

// amendmentRow is an amendment with the name of its author.
type amendmentRow struct {
	console.Amendment
	Name string
}

type amendmentsData struct {
	Rows []amendmentRow
	More string
}

// amendments lists drafts and what became of them.
func (p *Pages) amendments(q *Request) error {
	out, err := p.API.ListAmendments(q, &console.AmendmentsInput{Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	var data amendmentsData
	if out.Body.Next != "" {
		data.More = "?cursor=" + url.QueryEscape(out.Body.Next)
	}
	for _, a := range out.Body.Amendments {
		data.Rows = append(data.Rows, amendmentRow{a, p.who(q, a.Author)})
	}
	return p.show(q, http.StatusOK, "amendments", data)
}

// editedRow is one edit, cell by cell.
type editedRow struct {
	Row   string
	Added bool
	Gone  bool
	Cells []editedCell
}

type editedCell struct{ Column, Was, Now string }

type editedTable struct {
	File string
	Rows []editedRow
	More int // rows beyond those shown
}

type amendmentData struct {
	console.Amendment
	Name, Approved string // names of author and approver
	Own            bool   // the person is the author
	Editable       bool   // by the person
	MayPreview     bool
	MayApprove     bool
	MayReturn      bool
	MayWithdraw    bool
	Routes         bool // it changes what the router decides with
	Succession     bool // agencies come to act no more
	Sound          bool // nothing keeps it from being approved
	CutOff         bool // its approval was not carried out to the end
	Edited         []editedTable
	Back           *sentBack  // why it lies with its author again; nil: it does not
	Earlier        []sentBack // what it was sent back for before, the first first
	Remark         string     // as it was typed
	Preview        *console.PreviewBody
	Today          string
	Wrong          Wrong
}

// rowsEdited is how many edits of a table are shown.
const rowsEdited = 100

// amendment shows an amendment with everything that is to be said of it.
func (p *Pages) amendment(q *Request) error { return p.showAmendment(q, http.StatusOK, Wrong{}, nil) }

// showAmendment shows one with what is wrong about the form that was sent; typed, unless nil, puts back what was typed.
func (p *Pages) showAmendment(q *Request, status int, wrong Wrong, typed func(*amendmentData)) error {
	path := &console.AmendmentPath{ID: q.Param("id")}
	out, err := p.API.GetAmendment(q, path)
	if err != nil {
		return err
	}
	a := out.Body
	data := amendmentData{Amendment: a, Name: p.who(q, a.Author), Own: a.Author == q.Person.ID, Today: p.day(q.Now), Wrong: wrong}
	if a.Approver != "" {
		data.Approved = p.who(q, a.Approver)
	}
	open := a.State == string(amend.Draft) || a.State == string(amend.Submitted)
	data.CutOff = a.State == string(amend.Approved) && a.Counts == ""
	data.Sound = len(a.Mistakes) == 0 && len(a.Breaks) == 0 && a.Aside == "" && a.Reason != "" && len(a.Changes) > 0
	data.Editable = editable(a, q) && p.Guard.Allowed(q.Person, "amendment.write") == nil
	data.MayPreview = open && len(a.Changes) > 0 && len(a.Mistakes) == 0 && a.Aside == "" && p.Guard.Allowed(q.Person, "amendment.write") == nil
	data.MayApprove = (open && data.Sound || data.CutOff) && p.Guard.Allowed(q.Person, "amendment.approve") == nil &&
		(data.Own && p.API.ApprovesOwn(q.Person.Actor()) || !data.Own && a.State != string(amend.Draft))
	data.MayReturn = !data.Own && a.State == string(amend.Submitted) && p.Guard.Allowed(q.Person, "amendment.approve") == nil
	data.MayWithdraw = p.Guard.Allowed(q.Person, "amendment.write") == nil && (open && (data.Own || a.State == string(amend.Submitted)) || data.CutOff || a.State == string(amend.Approved) && (a.Counts > data.Today || a.Aside != ""))
	data.Routes = slices.ContainsFunc(a.Tables, func(f string) bool { return slices.Contains(routingTables, f) })
	data.Back, data.Earlier = p.sentBack(q, a)
	for _, c := range a.Changes {
		data.Edited = append(data.Edited, edited(c))
		data.Succession = data.Succession || c.File == "agencies.csv" && ceases(c)
	}
	seen, err := p.API.GetPreview(q, path)
	switch {
	case err == nil:
		data.Preview = &seen.Body
	case !errors.Is(err, fault.NotFound):
		return err
	}
	if typed != nil {
		typed(&data)
	}
	return p.show(q, status, "amendment", data)
}

// routingTables are those that the router decides with.
var routingTables = []string{"agencies.csv", "responsibility.csv", "categories.csv", "agencynames.csv", "localities.csv", "roads.csv", "thresholds.csv"}

func edited(c console.TableChange) editedTable {
	t := editedTable{File: c.File}
	for i, e := range c.Edits {
		if i == rowsEdited {
			t.More = len(c.Edits) - i
			break
		}
		r := editedRow{Row: e.Row, Added: e.Was == nil, Gone: e.Now == nil}
		for j, column := range c.Columns {
			x := editedCell{Column: column}
			if e.Was != nil {
				x.Was = e.Was[j]
			}
			if e.Now != nil {
				x.Now = e.Now[j]
			}
			if x.Was != x.Now {
				r.Cells = append(r.Cells, x)
			}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// ceases says whether a change of the register ends an agency.
func ceases(c console.TableChange) bool {
	i := slices.Index(c.Columns, "successors")
	return i >= 0 && slices.ContainsFunc(c.Edits, func(e console.RowEdit) bool { return e.Now != nil && e.Now[i] != "" })
}

// carriedOut shows the amendment again with what is wrong, or goes on to say what was done.
func (p *Pages) carriedOut(q *Request, err error, word string, typed func(*amendmentData)) error {
	if err == nil {
		return p.done(q, "/console/amendments/"+url.PathEscape(q.Param("id")), word)
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showAmendment(q, w.status, w, typed)
}

// describe keeps why it is made and from which day it counts.
func (p *Pages) describe(q *Request) error {
	in := &console.DescribeInput{AmendmentPath: console.AmendmentPath{ID: q.Param("id")}, Body: described(q)}
	_, err := p.API.DescribeAmendment(q, in)
	return p.carriedOut(q, err, "done.changed", func(d *amendmentData) { d.Reason, d.From = in.Body.Reason, in.Body.From })
}

// dropTable takes one table out of a draft.
func (p *Pages) dropTable(q *Request) error {
	_, err := p.API.Amendments.Drop(q.Request.Context(), q.Param("id"), q.Person.Actor(), q.PostForm("file"))
	return p.carriedOut(q, err, "done.changed", nil)
}

func (p *Pages) previewAmendment(q *Request) error {
	_, err := p.API.PreviewAmendment(q, &console.AmendmentPath{ID: q.Param("id")})
	return p.carriedOut(q, err, "done.preview", nil)
}

func (p *Pages) submit(q *Request) error {
	_, err := p.API.SubmitAmendment(q, &console.AmendmentPath{ID: q.Param("id")})
	return p.carriedOut(q, err, "done.submitted", nil)
}

// approve lets it count as it was seen on the page.
func (p *Pages) approve(q *Request) error {
	in := &console.ApproveInput{AmendmentPath: console.AmendmentPath{ID: q.Param("id")}}
	in.Body.Revision, _ = strconv.ParseInt(q.PostForm("revision"), 10, 64)
	_, err := p.API.ApproveAmendment(q, in)
	return p.carriedOut(q, err, "done.approved", nil)
}

func (p *Pages) withdrawAmendment(q *Request) error {
	_, err := p.API.WithdrawAmendment(q, &console.AmendmentPath{ID: q.Param("id")})
	return p.carriedOut(q, err, "done.givenup", nil)
}
