package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
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
	Officer  string    `json:"officer,omitempty" doc:"Id of the colleague to hand it to, as in staff-colleagues"`
	Cause    string    `json:"cause,omitempty" doc:"Of a resolution: code of what had caused it, as in staff-choices" example:"JLN-WATER"`
	Seen     int       `json:"seen,omitempty" minimum:"0" doc:"moves of the complaint as you saw it: with more by now the move is refused (409), so that nobody's work is passed over. 0: not asked"`
}

// MoveInput is one move on one complaint.
type MoveInput struct {
	NumberInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key repeats the same move without effect"`
	Body           MoveBody
}

// staffMove is a move as staff ask for it.
type staffMove struct {
	name, summary string
	action        complaint.Action
	do            func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error)
}

// moves lists every move of the staff's.
func (a *API) moves() []staffMove {
	u := a.Cases
	type do = func(context.Context, string, MoveBody, complaint.By) (*complaint.Complaint, error)
	noted := func(f func(context.Context, string, string, complaint.By) (*complaint.Complaint, error)) do {
		return func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return f(ctx, id, b.Note, by)
		}
	}
	return []staffMove{
		{"accept", "Take the complaint; a note is the first answer to the citizen", complaint.Accept, noted(u.Accept)},
		{"start", "Work begins", complaint.Start, noted(u.Start)},
		{"ask", "Ask the citizen (note); the citizen's clocks pause", complaint.Ask, noted(u.Ask)},
		{"reply", "Write to the citizen (note)", complaint.Reply, noted(u.Reply)},
		{"made-safe", "The danger is removed", complaint.MadeSafe, noted(u.MadeSafe)},
		{"resolve", "It is mended; note tells the citizen what was done, cause what had caused it", complaint.Resolve, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.ResolveCause(ctx, id, b.Note, b.Cause, by)
		}},
		{"hand", "Give the complaint to an officer of the agency, or take it yourself (officer, reason)", complaint.Hand, func(ctx context.Context, id string, b MoveBody, by complaint.By) (*complaint.Complaint, error) {
			return u.Hand(ctx, id, b.Officer, b.Reason, by)
		}},
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
	}
}

func (a *API) registerMoves(api huma.API) {
	for _, m := range a.moves() {
		register(a, api, complaint.Permission(m.action), huma.Operation{OperationID: "staff-" + m.name, Method: http.MethodPost,
			Path: "/v1/staff/complaints/{number}/" + m.name, Summary: m.summary,
			Errors: []int{http.StatusNotFound, http.StatusConflict}}, func(ctx context.Context, in *MoveInput) (*TicketOutput, error) {
			return a.move(ctx, m, in)
		})
	}
}

// MovePermission is what a move asks for; false where staff have no such move.
func (a *API) MovePermission(name string) (access.Permission, bool) {
	for _, m := range a.moves() {
		if m.name == name {
			return complaint.Permission(m.action), true
		}
	}
	return "", false
}

// Move carries out a move by its name.
func (a *API) Move(ctx context.Context, name string, in *MoveInput) (*TicketOutput, error) {
	for _, m := range a.moves() {
		if m.name == name {
			return a.move(ctx, m, in)
		}
	}
	return nil, fault.New(fault.Invalid, "there is no move %q", name)
}

func (a *API) move(ctx context.Context, m staffMove, in *MoveInput) (*TicketOutput, error) {
	p := guard.Who(ctx)
	c, err := a.Cases.Store.ByNumber(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	by := complaint.By{Actor: p.Actor(), Request: complaint.NewRequest(in.IdempotencyKey, p.ID+"/"+m.name, in.Body), Seen: in.Body.Seen}
	done, err := m.do(ctx, c.ID, in.Body, by)
	if err != nil {
		return nil, err
	}
	if a.Cases.Sees(p.Actor(), done) != nil { // it went to somebody else by this move
		return &TicketOutput{Body: Ticket{Number: done.Number, State: string(done.State), Agency: done.Agency, Revision: done.Rev}}, nil
	}
	return &TicketOutput{Body: a.ticket(done, true)}, nil
}
