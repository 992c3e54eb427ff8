package mobileapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
)

type shareOutput struct {
	Body struct {
		Path string `json:"path" doc:"Whoever has it sees where the complaint stands; never its text or who made it" example:"/v1/shared/RR-7K3M-Q2XA/8Z7S6R4QW2"`
	}
}

type sharedInput struct {
	Number   string `path:"number" example:"RR-7K3M-Q2XA"`
	Code     string `path:"code" example:"8Z7S6R4QW2"`
	Language string `header:"Accept-Language"`
}

func (a *API) registerShare(api huma.API) {
	register(a, api, "complaint.share", huma.Operation{OperationID: "share-complaint", Method: http.MethodGet, Path: "/v1/complaints/{number}/share",
		Summary: "A link that shows others where the complaint stands", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.share)
	register(a, api, "complaint.shared", huma.Operation{OperationID: "get-shared", Method: http.MethodGet, Path: "/v1/shared/{number}/{code}",
		Summary: "Where a shared complaint stands", Errors: []int{http.StatusNotFound}}, a.shared)
}

func (a *API) share(ctx context.Context, in *NumberInput) (*shareOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	if c.Secret {
		return nil, fault.New(fault.Conflict, "a confidential report has no link to share")
	}
	out := new(shareOutput)
	out.Body.Path = "/v1/shared/" + c.Number + "/" + a.Claims.ShareCode(c.ID)
	return out, nil
}

func (a *API) shared(ctx context.Context, in *sharedInput) (*supportOutput, error) {
	var c *complaint.Complaint
	err := a.Guard.Guess(ctx, func() (err error) {
		c, err = a.Cases.Store.ByNumber(ctx, in.Number)
		if err == nil && !c.Secret && a.Claims.OpensShare(c.ID, in.Code) || errors.Is(err, fault.Unavailable) {
			return err
		}
		return fault.New(fault.NotFound, "this link shows nothing; ask whoever sent it for a new one")
	})
	if err != nil {
		return nil, err
	}
	n, err := a.Cases.Supporters(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return &supportOutput{Body: a.View.followed(c, n, Language(in.Language, "ms"))}, nil
}
