package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/amend"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/sla"
)

// Amendment is a change of the reference data from a day on.
type Amendment struct {
	ID        string     `json:"id"`
	Author    string     `json:"author" doc:"Id of the administrator"`
	Made      time.Time  `json:"made"`
	Changed   time.Time  `json:"changed"`
	Reason    string     `json:"reason"`
	From      string     `json:"from,omitempty" doc:"Day in Malaysia from which it is to count; absent: from its approval on" example:"2027-01-01"`
	State     string     `json:"state" enum:"draft,submitted,approved,withdrawn"`
	Counts    string     `json:"counts,omitempty" doc:"Of an approved one: from which day it counts"`
	Tables    []string   `json:"tables" doc:"That it changes"`
	Revision  int64      `json:"revision" doc:"What an approver has seen"`
	Approved  *time.Time `json:"approved,omitempty"`
	Approver  string     `json:"approved_by,omitempty"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Aside     string     `json:"aside,omitempty" doc:"Why it does not count although it was approved"`
	Returned  *Returned  `json:"returned,omitempty" doc:"Of a draft that was sent back: by whom and why; absent once it is submitted again"`

	Changes  []TableChange `json:"changes,omitempty" doc:"In lists absent"`
	Returns  []Returned    `json:"returns,omitempty" doc:"Every time that it was sent back, the first first; in lists absent"`
	Mistakes []Mistake     `json:"mistakes,omitempty" doc:"That keep it from being approved; in lists absent"`
	Clashes  []amend.Clash `json:"clashes,omitempty" doc:"Cells that the table below has changed, too; the amendment's counts"`
	Breaks   []string      `json:"breaks,omitempty" doc:"Approved amendments waiting for their day that could not count after it"`
}

// TableChange is what an amendment does to one table.
type TableChange struct {
	File    string    `json:"file"`
	Columns []string  `json:"columns"`
	Edits   []RowEdit `json:"edits"`
}

// RowEdit is what is done to one row.
type RowEdit struct {
	Row string   `json:"row" doc:"What tells it from others"`
	Was []string `json:"was,omitempty" doc:"Absent: it is added"`
	Now []string `json:"now,omitempty" doc:"Absent: it is removed"`
}

// Mistake is one thing wrong in one place of a table.
type Mistake struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column string `json:"column,omitempty"`
	Text   string `json:"text"`
}

// AmendmentOutput is the answer with one amendment.
type AmendmentOutput struct{ Body Amendment }

// AmendmentsInput asks for a page of amendments.
type AmendmentsInput struct {
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type amendmentsOutput struct {
	Body struct {
		Amendments []Amendment `json:"amendments" doc:"The latest first"`
		Next       string      `json:"next,omitempty"`
	}
}

// AmendmentPath names an amendment.
type AmendmentPath struct {
	ID string `path:"id" maxLength:"40" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}

// Described says why an amendment is made and from when it counts.
type Described struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500" example:"Warta P.U.(B) 12/2027"`
	From   string `json:"from,omitempty" doc:"Day in Malaysia, YYYY-MM-DD; absent: from its approval on" example:"2027-01-01"`
}

// DescribeInput describes a draft.
type DescribeInput struct {
	AmendmentPath
	Body Described
}

// BeginInput begins a draft.
type BeginInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key finds the same draft"`
	Body           Described
}

// PutTableInput gives a table of a draft another content.
type PutTableInput struct {
	AmendmentPath
	File string `path:"file" maxLength:"60"`
	Body struct {
		CSV string `json:"csv" maxLength:"900000" doc:"The whole table with its header"`
	}
}

func (a *API) registerAmendments(api huma.API) {
	const path = "/v1/staff/amendments"
	op := func(id, method, under, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path + under, Summary: summary, Errors: []int{http.StatusNotFound, http.StatusConflict}}
	}
	register(a, api, "amendment.read", op("list-amendments", http.MethodGet, "", "Changes of the reference data, drafts too"), a.ListAmendments)
	register(a, api, "amendment.read", op("get-amendment", http.MethodGet, "/{id}", "An amendment row by row, and every mistake that the whole reference data has with it"), a.GetAmendment)
	begin := op("begin-amendment", http.MethodPost, "", "Begin a draft")
	begin.DefaultStatus = http.StatusCreated
	register(a, api, "amendment.write", begin, a.BeginAmendment)
	register(a, api, "amendment.write", op("describe-amendment", http.MethodPatch, "/{id}", "Say why a draft is made and from when it counts"), a.DescribeAmendment)
	put := op("put-amendment-table", http.MethodPut, "/{id}/tables/{file}", "Give a table of a draft another content; mistakes are told and do not keep it from being stored")
	put.MaxBodyBytes = 2 << 20 // the table as a JSON string
	put.Errors = append(put.Errors, http.StatusRequestEntityTooLarge)
	register(a, api, "amendment.write", put, a.PutTable)
	register(a, api, "amendment.write", op("submit-amendment", http.MethodPost, "/{id}/submit", "Ask another administrator to approve a draft"), a.SubmitAmendment)
	register(a, api, "amendment.approve", op("approve-amendment", http.MethodPost, "/{id}/approve", "Let an amendment count; every process takes it up within seconds"), a.ApproveAmendment)
	register(a, api, "amendment.approve", op("return-amendment", http.MethodPost, "/{id}/return", "Send a submitted amendment back to its author with a remark; it is a draft again"), a.ReturnAmendment)
	register(a, api, "amendment.write", op("withdraw-amendment", http.MethodPost, "/{id}/withdraw", "Give up a draft, or an approved amendment before its day; again is harmless"), a.WithdrawAmendment)
}

// ListAmendments gives a page of amendments.
func (a *API) ListAmendments(ctx context.Context, in *AmendmentsInput) (*amendmentsOutput, error) {
	list, next, err := a.Amendments.List(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(amendmentsOutput)
	out.Body.Next, out.Body.Amendments = next, []Amendment{}
	for _, x := range list {
		out.Body.Amendments = append(out.Body.Amendments, a.summary(x))
	}
	return out, nil
}

// GetAmendment gives one with all that is to be said of it.
func (a *API) GetAmendment(ctx context.Context, in *AmendmentPath) (*AmendmentOutput, error) {
	x, err := a.Amendments.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.amendment(ctx, x)
}

// BeginAmendment begins a draft.
func (a *API) BeginAmendment(ctx context.Context, in *BeginInput) (*AmendmentOutput, error) {
	from, err := day(in.Body.From)
	if err != nil {
		return nil, err
	}
	return a.made(ctx)(a.Amendments.BeginWith(ctx, in.Body.Reason, from, guard.Who(ctx).Actor(), in.IdempotencyKey))
}

// DescribeAmendment describes a draft.
func (a *API) DescribeAmendment(ctx context.Context, in *DescribeInput) (*AmendmentOutput, error) {
	from, err := day(in.Body.From)
	if err != nil {
		return nil, err
	}
	return a.made(ctx)(a.Amendments.Describe(ctx, in.ID, guard.Who(ctx).Actor(), in.Body.Reason, from))
}

// PutTable changes a table of a draft.
func (a *API) PutTable(ctx context.Context, in *PutTableInput) (*AmendmentOutput, error) {
	return a.made(ctx)(a.Amendments.Put(ctx, in.ID, guard.Who(ctx).Actor(), in.File, []byte(in.Body.CSV)))
}

// made shows a draft that was changed.
func (a *API) made(ctx context.Context) func(*amend.Amendment, error) (*AmendmentOutput, error) {
	return func(x *amend.Amendment, err error) (*AmendmentOutput, error) {
		if err != nil {
			return nil, err
		}
		return a.amendment(ctx, x)
	}
}

// day reads a date that may be left out.
func day(s string) (sla.Date, error) {
	if s == "" {
		return 0, nil
	}
	d, err := sla.ParseDate(s)
	if err != nil {
		f := fault.New(fault.Invalid, "from: %v", err)
		f.Fields = []fault.Field{{Path: "body.from", Text: err.Error()}}
		return 0, f
	}
	return d, nil
}

// summary is an amendment as lists show it.
func (a *API) summary(x *amend.Amendment) Amendment {
	out := Amendment{ID: x.ID, Author: x.Author, Made: x.Made, Changed: x.Changed, Reason: x.Reason, State: string(x.State), Tables: x.Files(), Revision: x.Rev}
	if out.Tables == nil {
		out.Tables = []string{}
	}
	if x.From != 0 {
		out.From = x.From.String()
	}
	if x.Approval != nil {
		out.Approved, out.Approver = moment(x.Approval.At), x.Approval.By
	}
	if x.Withdrawn != nil {
		out.Withdrawn = moment(x.Withdrawn.At)
	}
	if r := x.Returned(); r != nil {
		last := returned(*r)
		out.Returned = &last
	}
	for _, l := range a.Amended().Aside() {
		if l.ID == x.ID {
			out.Aside = l.Aside
		}
	}
	return out
}

// amendment is one with all that is to be said of it.
func (a *API) amendment(ctx context.Context, x *amend.Amendment) (*AmendmentOutput, error) {
	out := &AmendmentOutput{Body: a.summary(x)}
	out.Body.Changes, out.Body.Returns = changes(x), returns(x)
	ahead := len(x.Changes) > 0 && (x.State == amend.Draft || x.State == amend.Submitted)
	if x.State == amend.Approved {
		from, ok, err := a.Amendments.Counting(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Body.Counts = from.String()
			ahead = from > sla.DateOf(a.Amendments.Now()) // what came since may leave no room for it
		}
		for _, l := range a.Amended().Laid {
			if l.ID == x.ID {
				out.Body.Clashes, out.Body.Mistakes = l.Clashes, mistakes(l.Wrong)
			}
		}
	}
	if !ahead {
		return out, nil
	}
	v, err := a.Amendments.Check(ctx, x)
	if err != nil {
		return nil, err
	}
	out.Body.Mistakes, out.Body.Clashes, out.Body.Aside = mistakes(v.Wrong), v.Clashes, v.Aside
	if x.State != amend.Approved {
		out.Body.Breaks = v.Breaks
	}
	return out, nil
}
