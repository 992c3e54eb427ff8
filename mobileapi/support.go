package mobileapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
)

type supportInput struct {
	Number   string `path:"number" doc:"Number of another citizen's complaint" example:"RR-7K3M-Q2XA"`
	Language string `header:"Accept-Language"`
}

type supportOutput struct {
	Body Followed
}

// Followed is another citizen's complaint that somebody follows.
type Followed struct {
	Number     string    `json:"number" example:"RR-7K3M-Q2XA"`
	State      string    `json:"state" example:"accepted"`
	Agency     *Named    `json:"agency,omitempty"`
	Category   *Named    `json:"category,omitempty"`
	Received   time.Time `json:"received" doc:"UTC"`
	Updated    time.Time `json:"updated" doc:"UTC"`
	Promised   time.Time `json:"promised,omitzero" doc:"UTC"`
	Supporters int64     `json:"supporters" example:"23"`
}

type followingInput struct {
	Language string `header:"Accept-Language"`
	Cursor   string `query:"cursor"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type followingOutput struct {
	Body struct {
		Complaints []Followed `json:"complaints"`
		Next       string     `json:"next,omitempty"`
	}
}

func (a *API) registerSupport(api huma.API) {
	missing := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "complaint.follow", huma.Operation{OperationID: "support-complaint", Method: http.MethodPut, Path: "/v1/complaints/{number}/support",
		Summary: "Follow another citizen's complaint of the same matter; again is harmless", Errors: missing}, a.support)
	register(a, api, "complaint.follow", huma.Operation{OperationID: "unsupport-complaint", Method: http.MethodDelete, Path: "/v1/complaints/{number}/support",
		DefaultStatus: http.StatusNoContent, Summary: "Follow it no longer", Errors: missing}, a.unsupport)
	register(a, api, "complaint.follow", huma.Operation{OperationID: "list-supported", Method: http.MethodGet, Path: "/v1/supported",
		Summary: "The complaints of others that the account follows, the latest first"}, a.supported)
}

func (a *API) support(ctx context.Context, in *supportInput) (*supportOutput, error) {
	p := guard.Who(ctx)
	c, n, err := a.Cases.Support(ctx, in.Number, p.ID, p.Lang)
	if err != nil {
		return nil, err
	}
	return &supportOutput{Body: a.View.followed(c, n, Language(in.Language, p.Lang))}, nil
}

func (a *API) unsupport(ctx context.Context, in *supportInput) (*struct{}, error) {
	return nil, a.Cases.Unsupport(ctx, in.Number, guard.Who(ctx).ID)
}

func (a *API) supported(ctx context.Context, in *followingInput) (*followingOutput, error) {
	p := guard.Who(ctx)
	list, next, err := a.Cases.Supports(ctx, p.ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(followingOutput)
	out.Body.Next, out.Body.Complaints = next, []Followed{}
	for _, s := range list {
		c, err := a.Cases.Store.ByID(ctx, s.Complaint)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n, err := a.Cases.Supporters(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		out.Body.Complaints = append(out.Body.Complaints, a.View.followed(c, n, Language(in.Language, p.Lang)))
	}
	return out, nil
}

func (v View) followed(c *complaint.Complaint, supporters int64, lang string) Followed {
	return Followed{Number: c.Number, State: string(c.State), Agency: v.agency(c.Agency, lang), Category: v.category(c.Category, lang),
		Received: c.Received, Updated: c.Updated, Promised: c.Promised(), Supporters: supporters}
}
