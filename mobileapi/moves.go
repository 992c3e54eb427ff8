package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
)

// NoteBody is what a citizen writes with a move.
type NoteBody struct {
	Text string `json:"text,omitempty" doc:"Up to 10,000 characters" example:"Dekat simpang ke surau, bawah pokok besar"`
}

type moveInput struct {
	NumberInput
	Key
	Body NoteBody
}

type citizenMove func(ctx context.Context, id, text string, by complaint.By) (*complaint.Complaint, error)

func (a *API) registerMoves(api huma.API) {
	for _, m := range []struct {
		name, summary string
		action        complaint.Action
		move          citizenMove
	}{
		{"answer", "Answer the officer's question; the clocks go on", complaint.Answer, a.Cases.Answer},
		{"write", "Write to the officer unasked", complaint.Write, a.Cases.Write},
		{"withdraw", "Take the complaint back", complaint.Withdraw, a.Cases.Withdraw},
		{"reopen", "Say within 14 days that it is not mended, and why", complaint.Reopen, a.Cases.Reopen},
		{"confirm", "Say that it is mended", complaint.Close, func(ctx context.Context, id, _ string, by complaint.By) (*complaint.Complaint, error) {
			return a.Cases.Close(ctx, id, by)
		}},
	} {
		register(a, api, complaint.Permission(m.action), huma.Operation{OperationID: m.name + "-complaint", Method: http.MethodPost,
			Path: "/v1/complaints/{number}/" + m.name, Summary: m.summary,
			Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.move(m.name, m.move))
	}
}

func (a *API) move(name string, move citizenMove) func(context.Context, *moveInput) (*complaintOutput, error) {
	return func(ctx context.Context, in *moveInput) (*complaintOutput, error) {
		c, actor, err := a.complaintOf(ctx, in.Number, in.Credentials)
		if err != nil {
			return nil, err
		}
		by := complaint.By{Actor: actor, Request: complaint.NewRequest(in.IdempotencyKey, actor.ID+"/"+name, in.Body)}
		c, err = move(ctx, c.ID, in.Body.Text, by)
		if err != nil {
			return nil, err
		}
		return a.shown(c, in.Language), nil
	}
}
