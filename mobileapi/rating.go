package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
)

// RatingBody is a citizen's word on how well the complaint was handled.
type RatingBody struct {
	Stars int    `json:"stars" minimum:"1" maximum:"5" doc:"1 (bad) to 5 (very good)" example:"4"`
	Text  string `json:"text,omitempty" doc:"What was good or bad; up to 10,000 characters"`
}

// RatingInput is a citizen's word on one complaint.
type RatingInput struct {
	NumberInput
	Key
	Body RatingBody
}

func (a *API) registerRating(api huma.API) {
	register(a, api, complaint.Permission(complaint.Rate), huma.Operation{OperationID: "rate-complaint", Method: http.MethodPost,
		Path: "/v1/complaints/{number}/rate", Summary: "Say how well it was handled, once it is resolved or closed; a later word replaces it",
		Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.Rate)
}

// Rate keeps how well a complaint was handled.
func (a *API) Rate(ctx context.Context, in *RatingInput) (*ComplaintOutput, error) {
	c, actor, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	by := complaint.By{Actor: actor, Request: complaint.NewRequest(in.IdempotencyKey, actor.ID+"/rate", in.Body)}
	if c, err = a.Cases.Rate(ctx, c.ID, in.Body.Stars, in.Body.Text, by); err != nil {
		return nil, err
	}
	return a.shown(c, in.Language), nil
}
