package console

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/inbox"
)

// QueueInput says which complaints of one's own branch to list.
type QueueInput struct {
	Status   string `query:"status" enum:"open,closed,all" doc:"Open without words; with words all, unless it says otherwise"`
	Triage   bool   `query:"triage" doc:"The desk's queue of undecided complaints"`
	Words    string `query:"q" maxLength:"200" doc:"A number, or words that must all stand in text, place or number. Restricted complaints are not found by words" example:"lubang SS2"`
	State    string `query:"state" enum:"triage,routed,accepted,in_progress,waiting,resolved,closed,withdrawn,rejected,merged"`
	Class    string `query:"class" doc:"SLA class" example:"S1"`
	Category string `query:"category" doc:"A category, or a group of them" example:"JLN"`
	Assignee string `query:"assignee" doc:"me, none, or a colleague's id"`
	Due      string `query:"due" enum:"late,today" doc:"today has what is late, too"`
	Agency   string `query:"agency" doc:"Only those of this agency and of those below it" example:"MBPJ"`
	Sort     string `query:"sort" enum:"due,newest" default:"due" doc:"What is found by words comes newest first"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

// QueueOutput is a page of them.
type QueueOutput struct {
	Body struct {
		Complaints []Ticket          `json:"complaints" doc:"The earliest deadline first; what has none comes last. With filters up to twice limit"`
		Next       string            `json:"next,omitempty"`
		People     map[string]string `json:"people,omitempty" doc:"Names of those who have them, by id, as far as you may know them"`
		Bounded    bool              `json:"bounded,omitempty" doc:"The filters keep so few that the search stopped before the page was full; next goes on"`
	}
}

// NumberInput names a complaint and says who asks.
type NumberInput struct {
	Number string `path:"number" example:"RR-7K3M-Q2XA"`
}

// TicketOutput is one complaint.
type TicketOutput struct {
	Body Ticket
}

// ExplainOutput is every deadline of a complaint.
type ExplainOutput struct {
	Body struct {
		Clocks []Explained `json:"clocks"`
	}
}

func (a *API) registerQueue(api huma.API) {
	register(a, api, "complaint.queue", huma.Operation{OperationID: "staff-queue", Method: http.MethodGet, Path: "/v1/staff/complaints",
		Summary: "The complaints of your agency and those below it, by due time"}, a.Queue)
	register(a, api, "complaint.read", huma.Operation{OperationID: "staff-get", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}",
		Summary: "One complaint with its whole history", Errors: []int{http.StatusNotFound}}, a.Get)
	register(a, api, "complaint.as_written", huma.Operation{OperationID: "staff-as-written", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/as-written",
		Summary: "The same with insults as they were written; what points to a person stays masked", Errors: []int{http.StatusNotFound}}, a.AsWritten)
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-explain", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/clocks",
		Summary: "Every deadline of a complaint, day by day and in words, with the steps of its ladder", Errors: []int{http.StatusNotFound}}, a.Explain)
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-similar", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/similar",
		Summary: "Other reports of what is most likely the same matter", Errors: []int{http.StatusNotFound}}, a.Similar)
}

// Queue lists complaints that still run or are over, or finds them by words.
func (a *API) Queue(ctx context.Context, in *QueueInput) (*QueueOutput, error) {
	p := guard.Who(ctx)
	f := inbox.Filter{Branch: a.branch(p), Status: inbox.Status(in.Status), Agency: in.Agency, State: complaint.State(in.State), Class: in.Class,
		Category: in.Category, Holder: in.Assignee, Due: inbox.Due(in.Due), Words: in.Words, Sort: inbox.Sort(in.Sort)}
	if in.Triage {
		if f.Branch != complaint.TriageBranch && f.Branch != complaint.Everyone {
			return nil, fault.New(fault.Forbidden, "the queue of undecided complaints is the desk's")
		}
		f.Branch, f.State = complaint.TriageBranch, complaint.Triage
	}
	if f.Holder == "me" {
		f.Holder = p.ID
	}
	if f.Agency != "" && !a.below(p, f.Agency) {
		return nil, fault.New(fault.Invalid, "%q is no agency whose complaints you look after", f.Agency)
	}
	page, err := a.Search.Find(ctx, p.Actor(), f, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(QueueOutput)
	out.Body.Next, out.Body.Bounded, out.Body.Complaints = page.Next, page.Bounded, []Ticket{}
	var holders []string
	for _, c := range page.Complaints {
		out.Body.Complaints = append(out.Body.Complaints, a.ticket(c, false))
		holders = append(holders, c.Assignee)
	}
	out.Body.People, err = a.names(ctx, holders...)
	return out, err
}

// below says whether an agency's complaints are among those that somebody looks after.
func (a *API) below(p identity.Person, agency string) bool {
	if !a.Cases.Register.Known(agency) {
		return false
	}
	switch a.Guard.Table.Scope("complaint.queue", string(p.Role)) {
	case access.Own:
		return agency == p.Agency
	case access.Branch:
		return slices.Contains(a.Cases.Register.Chain(agency), p.Agency)
	}
	return true
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

// Get gives one complaint with its whole history.
func (a *API) Get(ctx context.Context, in *NumberInput) (*TicketOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return a.whole(ctx, p, c, a.ticket(c, true))
}

// whole adds to a complaint what the person can do with it and may ask to see, and the names of those in its history.
func (a *API) whole(ctx context.Context, p identity.Person, c *complaint.Complaint, t Ticket) (*TicketOutput, error) {
	for _, act := range a.Cases.Can(p.Actor(), c) {
		t.Can = append(t.Can, string(act))
	}
	t.Reveal = a.Revealer.May(c, p.Actor())
	ids := []string{c.Assignee}
	for _, e := range t.Events {
		ids = append(ids, e.By, e.Officer)
	}
	var err error
	t.People, err = a.names(ctx, ids...)
	return &TicketOutput{Body: t}, err
}

// AsWritten is Get with insults as they were written.
func (a *API) AsWritten(ctx context.Context, in *NumberInput) (*TicketOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	if err := a.Cases.May(p.Actor(), "complaint.as_written", c); err != nil {
		return nil, err
	}
	return a.whole(ctx, p, c, a.asWritten(c, true))
}

// Explain derives every deadline.
func (a *API) Explain(ctx context.Context, in *NumberInput) (*ExplainOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	out := new(ExplainOutput)
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
