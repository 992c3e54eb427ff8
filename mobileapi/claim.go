package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/guard"
)

func (a *API) registerClaim(api huma.API) {
	register(a, api, "complaint.claim", huma.Operation{OperationID: "claim-complaint", Method: http.MethodPost, Path: "/v1/complaints/{number}/claim",
		DefaultStatus: http.StatusNoContent, Summary: "Take a complaint that you filed as a guest into the account that is signed in, with its Claim-Code; phones, messages and who looked go with it, and the code opens it no longer. Again is harmless",
		Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.Claim)
}

// Claim takes a guest's complaint into the account that is signed in.
func (a *API) Claim(ctx context.Context, in *NumberInput) (*struct{}, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	p := guard.Who(ctx)
	if p.Role != complaint.CitizenRole { // a scope of the table that does not hold
		return nil, errClaim
	}
	return nil, a.Citizens.Claim(ctx, c, p.ID)
}
