package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/retention"
)

// DisposalsInput asks for a page of disposal lists.
type DisposalsInput struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// DisposalPath names a disposal list.
type DisposalPath struct {
	ID string `path:"id" example:"JLN01-20331231-01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}

// DisposalInput asks for a disposal list and a page of its complaints.
type DisposalInput struct {
	DisposalPath
	Cursor string `query:"cursor" maxLength:"40" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

// Disposal is a list of complaints whose years are over.
type Disposal struct {
	ID       string     `json:"id"`
	Category string     `json:"category,omitempty" example:"JLN01"`
	Years    int        `json:"years" doc:"How long complaints of the category are kept after they ended" example:"7"`
	Basis    string     `json:"basis"`
	State    string     `json:"state" enum:"proposed,approved,done"`
	Made     time.Time  `json:"made" doc:"UTC"`
	Approved *time.Time `json:"approved,omitempty" doc:"UTC"`
	Approver string     `json:"approver,omitempty" doc:"Id of who approved it"`
	Finished *time.Time `json:"finished,omitempty" doc:"UTC"`
	Count    int        `json:"count" doc:"Complaints on the list"`
	Disposed int        `json:"disposed,omitempty" doc:"Of those, destroyed so far"`
	Kept     int        `json:"kept,omitempty" doc:"Of those, kept after all"`
	Items    []Disposed `json:"items,omitempty" doc:"A page of them; in lists absent"`
	Next     string     `json:"next,omitempty" doc:"There are more complaints on the list"`
}

// Disposed is a complaint on a disposal list.
type Disposed struct {
	Number   string    `json:"number"`
	Ended    time.Time `json:"ended" doc:"When nothing more could happen to it, UTC"`
	Outcome  string    `json:"outcome,omitempty" enum:"disposed,held,active" doc:"held: kept for a legal hold; active: kept, something happened to it again"`
	Held     bool      `json:"held,omitempty" doc:"A legal hold keeps it at this moment"`
	Readable bool      `json:"readable,omitempty" doc:"It is still there and you may open it"`
}

type disposalOutput struct {
	Body Disposal
}

type disposalsOutput struct {
	Body struct {
		Disposals []Disposal `json:"disposals"`
		Next      string     `json:"next,omitempty"`
	}
}

func (a *API) registerDisposals(api huma.API) {
	missing := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "disposal.read", huma.Operation{OperationID: "list-disposals", Method: http.MethodGet, Path: "/v1/staff/disposals",
		Summary: "Complaints whose years of retention are over, as lists; the latest first"}, a.ListDisposals)
	register(a, api, "disposal.read", huma.Operation{OperationID: "get-disposal", Method: http.MethodGet, Path: "/v1/staff/disposals/{id}",
		Summary: "One disposal list with its complaints and what became of them", Errors: missing}, a.GetDisposal)
	register(a, api, "disposal.approve", huma.Operation{OperationID: "approve-disposal", Method: http.MethodPost, Path: "/v1/staff/disposals/{id}/approve",
		DefaultStatus: http.StatusOK, Summary: "An administrator gives leave to destroy what is on a list; again is harmless", Errors: missing}, a.ApproveDisposal)
}

// ListDisposals gives the lists, the latest first.
func (a *API) ListDisposals(ctx context.Context, in *DisposalsInput) (*disposalsOutput, error) {
	list, next, err := a.Disposals.List(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(disposalsOutput)
	out.Body.Next, out.Body.Disposals = next, []Disposal{}
	for _, x := range list {
		out.Body.Disposals = append(out.Body.Disposals, disposal(x))
	}
	return out, nil
}

// GetDisposal gives one with a page of its complaints.
func (a *API) GetDisposal(ctx context.Context, in *DisposalInput) (*disposalOutput, error) {
	x, err := a.Disposals.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	from := 0
	if in.Cursor != "" {
		if from = 1 + slices.IndexFunc(x.Items, func(i retention.Item) bool { return i.Number == in.Cursor }); from == 0 {
			return nil, fault.New(fault.Invalid, "cursor: send next of the page before, or leave it out")
		}
	}
	to := min(from+in.Limit, len(x.Items))
	out := &disposalOutput{Body: disposal(x)}
	for _, i := range x.Items[from:to] {
		item, err := a.disposed(ctx, i)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	if to < len(x.Items) {
		out.Body.Next = x.Items[to-1].Number
	}
	return out, nil
}

// disposed is a complaint on a list and, while it is there, whether it is held and whether the asker may open it.
func (a *API) disposed(ctx context.Context, i retention.Item) (Disposed, error) {
	out := Disposed{Number: i.Number, Ended: i.Ended, Outcome: string(i.Outcome)}
	c, err := a.Cases.Store.ByID(ctx, i.ID)
	if errors.Is(err, fault.NotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Readable = a.Cases.Sees(guard.Who(ctx).Actor(), c) == nil
	out.Held, err = a.Citizens.Held(ctx, c)
	return out, err
}

// ApproveDisposal gives leave to destroy what is on a list.
func (a *API) ApproveDisposal(ctx context.Context, in *DisposalPath) (*disposalOutput, error) {
	x, err := a.Disposals.Approve(ctx, in.ID, guard.Who(ctx).Actor())
	if err != nil {
		return nil, err
	}
	return &disposalOutput{Body: disposal(x)}, nil
}

func disposal(x *retention.Disposal) Disposal {
	out := Disposal{ID: x.ID, Category: x.Category, Years: x.Years, Basis: x.Basis, State: string(x.State), Made: x.Made,
		Finished: moment(x.Finished), Count: len(x.Items)}
	if x.Approval != nil {
		out.Approved, out.Approver = moment(x.Approval.At), x.Approval.By
	}
	for _, i := range x.Items {
		switch i.Outcome {
		case retention.Disposed:
			out.Disposed++
		case retention.Held, retention.Active:
			out.Kept++
		}
	}
	return out
}
