package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/store"
)

// QueueInput says which complaints of one's own branch to list.
type QueueInput struct {
	Status string `query:"status" enum:"open,closed" default:"open"`
	Triage bool   `query:"triage" doc:"The desk's queue of undecided complaints"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

// QueueOutput is a page of them.
type QueueOutput struct {
	Body struct {
		Complaints []Ticket `json:"complaints" doc:"The earliest deadline first; what has none comes last"`
		Next       string   `json:"next,omitempty"`
	}
}

// NumberInput names a complaint and says who asks.
type NumberInput struct {
	Number string `path:"number" example:"RR-7K3M-Q2XA"`
}

type ticketOutput struct {
	Body Ticket
}

type explainOutput struct {
	Body struct {
		Clocks []Explained `json:"clocks"`
	}
}

func (a *API) registerQueue(api huma.API) {
	register(a, api, "complaint.queue", huma.Operation{OperationID: "staff-queue", Method: http.MethodGet, Path: "/v1/staff/complaints",
		Summary: "The complaints of your agency and those below it, by due time"}, a.Queue)
	register(a, api, "complaint.read", huma.Operation{OperationID: "staff-get", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}",
		Summary: "One complaint with its whole history", Errors: []int{http.StatusNotFound}}, a.get)
	register(a, api, "complaint.as_written", huma.Operation{OperationID: "staff-as-written", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/as-written",
		Summary: "The same with insults as they were written; what points to a person stays masked", Errors: []int{http.StatusNotFound}}, a.getAsWritten)
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-explain", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/clocks",
		Summary: "Every deadline of a complaint, day by day and in words, with the steps of its ladder", Errors: []int{http.StatusNotFound}}, a.explain)
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-similar", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/similar",
		Summary: "Other reports of what is most likely the same matter", Errors: []int{http.StatusNotFound}}, a.similar)
}

// Queue lists complaints that still run or are over, the earliest deadline first.
func (a *API) Queue(ctx context.Context, in *QueueInput) (*QueueOutput, error) {
	p := guard.Who(ctx)
	branch := a.branch(p)
	if in.Triage {
		if branch != complaint.TriageBranch && branch != complaint.Everyone {
			return nil, fault.New(fault.Forbidden, "the queue of undecided complaints is the desk's")
		}
		branch = complaint.TriageBranch
	}
	open := int64(1)
	if in.Status == "closed" {
		open = 0
	}
	list, next, err := a.Cases.Store.Find(ctx, store.Query{Index: "queue", Equal: []any{branch, open}, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := new(QueueOutput)
	out.Body.Next, out.Body.Complaints = next, []Ticket{}
	for _, c := range list {
		if a.Cases.Sees(p.Actor(), c) == nil {
			out.Body.Complaints = append(out.Body.Complaints, a.ticket(c, false))
		}
	}
	return out, nil
}

// branch is whose complaints somebody looks after.
func (a *API) branch(p identity.Person) string {
	switch a.Guard.Table.Scope("complaint.queue", string(p.Role)) {
	case access.Own:
		return complaint.OwnBranch(p.Agency)
	case access.Branch:
		return p.Agency
	case access.Open:
		if p.Role == complaint.Desk {
			return complaint.TriageBranch
		}
	}
	return complaint.Everyone
}

func (a *API) get(ctx context.Context, in *NumberInput) (*ticketOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return &ticketOutput{Body: a.ticket(c, true)}, nil
}

func (a *API) getAsWritten(ctx context.Context, in *NumberInput) (*ticketOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	if err := a.Cases.May(p.Actor(), "complaint.as_written", c); err != nil {
		return nil, err
	}
	return &ticketOutput{Body: a.asWritten(c, true)}, nil
}

func (a *API) explain(ctx context.Context, in *NumberInput) (*explainOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	out := new(explainOutput)
	out.Body.Clocks = []Explained{}
	list, err := a.Cases.Explain(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		out.Body.Clocks = append(out.Body.Clocks, explained(x))
	}
	return out, nil
}
