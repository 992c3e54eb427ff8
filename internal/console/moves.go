package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/guard"
)

// MoveBody carries what a move needs; each move's description says which of these.
type MoveBody struct {
	Note     string    `json:"note,omitempty" doc:"To the citizen"`
	Reason   string    `json:"reason,omitempty" doc:"For the record"`
	Agency   string    `json:"agency,omitempty" example:"MBPJ"`
	Category string    `json:"category,omitempty" example:"JLN01"`
	Into     string    `json:"into,omitempty" doc:"Number of the complaint to merge into"`
	Until    time.Time `json:"until,omitzero" doc:"End of an extension"`
}

type moveInput struct {
	NumberInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key repeats the same move without effect"`
	Body           MoveBody
}

type staffMove func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error)

func (a *API) registerMoves(api huma.API) {
	u := a.Cases
	noted := func(f func(context.Context, string, string, complaint.By) (*complaint.Complaint, error)) staffMove {
		return func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return f(ctx, id, b.Note, by)
		}
	}
	for _, m := range []struct {
		name, summary string
		action        complaint.Action
		move          staffMove
	}{
		{"accept", "Take the complaint; a note is the first answer to the citizen", complaint.Accept, noted(u.Accept)},
		{"start", "Work begins", complaint.Start, noted(u.Start)},
		{"ask", "Ask the citizen (note); the citizen's clocks pause", complaint.Ask, noted(u.Ask)},
		{"reply", "Write to the citizen (note)", complaint.Reply, noted(u.Reply)},
		{"made-safe", "The danger is removed", complaint.MadeSafe, noted(u.MadeSafe)},
		{"resolve", "It is mended; note tells the citizen what was done", complaint.Resolve, noted(u.Resolve)},
		{"return", "Not this agency's (reason); it is routed anew", complaint.Return, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Return(ctx, id, b.Reason, by)
		}},
		{"transfer", "Hand an accepted complaint to another agency (agency, reason)", complaint.Transfer, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Transfer(ctx, id, b.Agency, b.Reason, by)
		}},
		{"assign", "The desk decides (agency, category, reason)", complaint.Assign, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Assign(ctx, id, b.Agency, b.Category, b.Reason, by)
		}},
		{"reject", "Out of scope (reason); note tells the citizen whom to ask", complaint.Reject, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Reject(ctx, id, b.Reason, b.Note, by)
		}},
		{"merge", "The same matter as another (into)", complaint.MergeIn, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Merge(ctx, id, b.Into, by)
		}},
		{"unmerge", "Not the same matter after all (reason)", complaint.Unmerge, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Unmerge(ctx, id, b.Reason, by)
		}},
		{"extend", "A supervisor grants time (until, reason)", complaint.Extend, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Extend(ctx, id, b.Until, b.Reason, by)
		}},
	} {
		register(a, api, complaint.Permission(m.action), huma.Operation{OperationID: "staff-" + m.name, Method: http.MethodPost,
			Path: "/v1/staff/complaints/{number}/" + m.name, Summary: m.summary,
			Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.move(m.name, m.move))
	}
}

func (a *API) move(name string, move staffMove) func(context.Context, *moveInput) (*ticketOutput, error) {
	return func(ctx context.Context, in *moveInput) (*ticketOutput, error) {
		p := guard.Who(ctx)
		c, err := a.Cases.Store.ByNumber(ctx, in.Number)
		if err != nil {
			return nil, err
		}
		by := complaint.By{Actor: p.Actor(), Request: complaint.NewRequest(in.IdempotencyKey, p.ID+"/"+name, in.Body)}
		done, err := move(ctx, c.ID, in.Body, by)
		if err != nil {
			return nil, err
		}
		if a.Cases.Sees(p.Actor(), done) != nil { // it went to somebody else by this move
			return &ticketOutput{Body: Ticket{Number: done.Number, State: string(done.State), Agency: done.Agency, Revision: done.Rev}}, nil
		}
		return &ticketOutput{Body: a.ticket(done, true)}, nil
	}
}
