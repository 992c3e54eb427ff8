package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
)

// NoteBody is what a citizen writes with a move.
type NoteBody struct {
	Text string `json:"text,omitempty" doc:"Up to 10,000 characters" example:"Dekat simpang ke surau, bawah pokok besar"`
}

// MoveInput is a move of a citizen on one complaint.
type MoveInput struct {
	NumberInput
	Key
	Body NoteBody
}

type citizenMove struct {
	name, summary string
	action        complaint.Action
	move          func(ctx context.Context, id, text string, by complaint.By) (*complaint.Complaint, error)
}

func (a *API) citizenMoves() []citizenMove {
	return []citizenMove{
		{"answer", "Answer the officer's question; the clocks go on", complaint.Answer, a.Cases.Answer},
		{"write", "Write to the officer unasked", complaint.Write, a.Cases.Write},
		{"withdraw", "Take the complaint back", complaint.Withdraw, a.Cases.Withdraw},
		{"reopen", "Say within 14 days that it is not mended, and why", complaint.Reopen, a.Cases.Reopen},
		{"confirm", "Say that it is mended", complaint.Close, func(ctx context.Context, id, _ string, by complaint.By) (*complaint.Complaint, error) {
			return a.Cases.Close(ctx, id, by)
		}},
	}
}

func (a *API) registerMoves(api huma.API) {
	for _, m := range a.citizenMoves() {
		register(a, api, complaint.Permission(m.action), huma.Operation{OperationID: m.name + "-complaint", Method: http.MethodPost,
			Path: "/v1/complaints/{number}/" + m.name, Summary: m.summary,
			Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.move(m))
	}
}

// MovePermission is what a citizen's move of that name asks for; ok is false where there is none.
func (a *API) MovePermission(name string) (p access.Permission, ok bool) {
	for _, m := range a.citizenMoves() {
		if m.name == name {
			return complaint.Permission(m.action), true
		}
	}
	return "", false
}

// Move makes the citizen's move of that name; fault.NotFound where there is none.
func (a *API) Move(ctx context.Context, name string, in *MoveInput) (*ComplaintOutput, error) {
	for _, m := range a.citizenMoves() {
		if m.name == name {
			return a.move(m)(ctx, in)
		}
	}
	return nil, fault.New(fault.NotFound, "there is no move %q", name)
}

func (a *API) move(m citizenMove) func(context.Context, *MoveInput) (*ComplaintOutput, error) {
	return func(ctx context.Context, in *MoveInput) (*ComplaintOutput, error) {
		c, actor, err := a.complaintOf(ctx, in.Number, in.Credentials)
		if err != nil {
			return nil, err
		}
		by := complaint.By{Actor: actor, Request: complaint.NewRequest(in.IdempotencyKey, actor.ID+"/"+m.name, in.Body)}
		c, err = m.move(ctx, c.ID, in.Body.Text, by)
		if err != nil {
			return nil, err
		}
		return a.shown(c, in.Language), nil
	}
}
