package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/store"
)

// NumberInput names a complaint and says who asks.
type NumberInput struct {
	Credentials
	Number   string `path:"number" doc:"Number of the complaint, as typed" example:"RR-7K3M-Q2XA"`
	Language string `header:"Accept-Language" doc:"ms, en, zh or ta; Malay where none fits" example:"ms"`
}

type complaintOutput struct {
	Body Complaint
}

type listInput struct {
	Language string `header:"Accept-Language"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type listOutput struct {
	Body struct {
		Complaints []Complaint `json:"complaints"`
		Next       string      `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	}
}

func (a *API) registerFollow(api huma.API) {
	register(a, api, "complaint.read", huma.Operation{OperationID: "get-complaint", Method: http.MethodGet, Path: "/v1/complaints/{number}",
		Summary: "One complaint with its timeline", Errors: []int{http.StatusNotFound}}, a.get)
	register(a, api, "complaint.list", huma.Operation{OperationID: "list-complaints", Method: http.MethodGet, Path: "/v1/complaints",
		Summary: "The account's complaints, newest first"}, a.list)
}

func (a *API) get(ctx context.Context, in *NumberInput) (*complaintOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	return &complaintOutput{Body: a.View.Complaint(c, Language(in.Language, c.Lang), true)}, nil
}

func (a *API) list(ctx context.Context, in *listInput) (*listOutput, error) {
	p := guard.Who(ctx)
	list, next, err := a.Cases.Store.Find(ctx, store.Query{Index: "citizen", Equal: []any{p.ID}, Desc: true, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := new(listOutput)
	out.Body.Next = next
	out.Body.Complaints = []Complaint{}
	for _, c := range list {
		out.Body.Complaints = append(out.Body.Complaints, a.View.Complaint(c, Language(in.Language, p.Lang), false))
	}
	return out, nil
}
