package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

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

// Disposal is a list of complaints whose years are over.
type Disposal struct {
	ID       string     `json:"id"`
	Category string     `json:"category,omitempty" example:"JLN01"`
	Years    int        `json:"years" doc:"How long complaints of the category are kept after they ended" example:"7"`
	Basis    string     `json:"basis"`
	State    string     `json:"state" enum:"proposed,approved,done"`
	Made     time.Time  `json:"made" doc:"UTC"`
	Approved *time.Time `json:"approved,omitempty" doc:"UTC"`
	Finished *time.Time `json:"finished,omitempty" doc:"UTC"`
	Count    int        `json:"count" doc:"Complaints on the list"`
	Items    []Disposed `json:"items,omitempty" doc:"In lists absent"`
}

// Disposed is a complaint on a disposal list.
type Disposed struct {
	Number  string    `json:"number"`
	Ended   time.Time `json:"ended" doc:"When nothing more could happen to it, UTC"`
	Outcome string    `json:"outcome,omitempty" enum:"disposed,held,active" doc:"held: kept for a legal hold; active: kept, something happened to it again"`
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
		out.Body.Disposals = append(out.Body.Disposals, disposal(x, false))
	}
	return out, nil
}

// GetDisposal gives one with its complaints.
func (a *API) GetDisposal(ctx context.Context, in *DisposalPath) (*disposalOutput, error) {
	x, err := a.Disposals.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &disposalOutput{Body: disposal(x, true)}, nil
}

// ApproveDisposal gives leave to destroy what is on a list.
func (a *API) ApproveDisposal(ctx context.Context, in *DisposalPath) (*disposalOutput, error) {
	x, err := a.Disposals.Approve(ctx, in.ID, guard.Who(ctx).Actor())
	if err != nil {
		return nil, err
	}
	return &disposalOutput{Body: disposal(x, false)}, nil
}

func disposal(x *retention.Disposal, whole bool) Disposal {
	out := Disposal{ID: x.ID, Category: x.Category, Years: x.Years, Basis: x.Basis, State: string(x.State), Made: x.Made,
		Finished: moment(x.Finished), Count: len(x.Items)}
	if x.Approval != nil {
		out.Approved = moment(x.Approval.At)
	}
	if whole {
		for _, i := range x.Items {
			out.Items = append(out.Items, Disposed{Number: i.Number, Ended: i.Ended, Outcome: string(i.Outcome)})
		}
	}
	return out
}
