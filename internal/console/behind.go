package console

import (
	"context"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/reason"
	"respons/internal/report"
)

// FilterInput says which complaints of a branch.
type FilterInput struct {
	BranchInput
	Standing  string `query:"standing" enum:"overdue,due_today,in_time,paused" doc:"Open ones, by how they stand against the earliest deadline that runs"`
	Predicted bool   `query:"predicted" doc:"Those that are foreseen to be late"`
	Open      bool   `query:"open" doc:"Open ones only"`
	Late      bool   `query:"late" doc:"Of which a deadline promised to the citizen was missed"`
	State     string `query:"state" enum:"received,triage,routed,accepted,in_progress,waiting,resolved,closed,withdrawn,rejected,merged"`
	Category  string `query:"category" maxLength:"40" example:"JLN01"`
	District  string `query:"district" maxLength:"80" example:"MY-10/Petaling"`
	Class     string `query:"class" maxLength:"40" example:"S1"`
	Officer   string `query:"officer" maxLength:"40" doc:"Open ones of an officer, by id; - for those that nobody has"`
	From      string `query:"from" format:"date" doc:"First day of receipt, in Malaysia" example:"2026-11-01"`
	To        string `query:"to" format:"date" doc:"Last day of receipt" example:"2026-11-26"`
}

// BehindInput asks for a page of them.
type BehindInput struct {
	FilterInput
	Cursor string `query:"cursor" maxLength:"200" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

// BehindOutput is a page.
type BehindOutput struct {
	Body struct {
		Complaints []Counted `json:"complaints" doc:"Where open ones are asked for the earliest deadline first, else those received first"`
		Next       string    `json:"next,omitempty" doc:"A page may hold fewer than limit, or none, and yet have a next one: only so many are looked at in one step"`
	}
}

// Counted is a complaint behind a figure, as it was counted a few seconds ago.
type Counted struct {
	Number    string         `json:"number" example:"RR-7K3M-Q2XA"`
	Kind      string         `json:"kind"`
	State     string         `json:"state"`
	Since     time.Time      `json:"since" doc:"When it came into this state, UTC"`
	Agency    string         `json:"agency" doc:"DESK: it waits for the desk" example:"MBPJ"`
	Category  string         `json:"category,omitempty" example:"JLN01"`
	Class     string         `json:"class,omitempty"`
	District  string         `json:"district,omitempty" example:"MY-10/Petaling"`
	Officer   string         `json:"officer,omitempty"`
	Received  time.Time      `json:"received"`
	Due       *time.Time     `json:"due,omitempty" doc:"Earliest deadline that runs"`
	Standing  string         `json:"standing,omitempty" enum:"overdue,due_today,in_time,paused" doc:"Of an open one"`
	Predicted bool           `json:"predicted" doc:"Foreseen to be late"`
	Why       *reason.Reason `json:"predicted_why,omitempty"`
	Waits     *Waits         `json:"waits_for,omitempty" doc:"Absent: it is over"`
	Missed    []MissedClock  `json:"missed,omitempty" doc:"Deadlines that passed"`
	Mended    *time.Time     `json:"mended,omitempty"`
}

// Waits is whose turn it is.
type Waits struct {
	For    string `json:"for" enum:"routing,desk,acceptance,start,repair,citizen" doc:"routing: the router; desk: its decision; acceptance, start, repair: the agency's next step; citizen: an answer"`
	Agency string `json:"agency,omitempty"`
	Whom   string `json:"officer,omitempty" doc:"Id of the officer who has it"`
	Name   string `json:"officer_name,omitempty"`
}

// MissedClock is a deadline that passed.
type MissedClock struct {
	Clock string    `json:"clock" enum:"accept,first_response,make_safe,resolve"`
	Due   time.Time `json:"due"`
}

// Behind lists the complaints behind a figure.
func (a *API) Behind(ctx context.Context, in *BehindInput) (*BehindOutput, error) {
	f, err := a.filter(guard.Who(ctx), in.FilterInput)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Figures.List(ctx, f, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(BehindOutput)
	out.Body.Complaints, out.Body.Next = []Counted{}, next
	names := map[string]string{}
	for _, x := range list {
		c := counted(x.Facts)
		if w := c.Waits; w != nil && w.Whom != "" {
			if _, known := names[w.Whom]; !known {
				if names[w.Whom], err = a.officerName(ctx, w.Whom); err != nil {
					return nil, err
				}
			}
			w.Name = names[w.Whom]
		}
		out.Body.Complaints = append(out.Body.Complaints, c)
	}
	return out, nil
}

// filter is what is asked for, of those that the person may see.
func (a *API) filter(p identity.Person, in FilterInput) (f report.Filter, err error) {
	f = report.Filter{Standing: report.Standing(in.Standing), Foreseen: in.Predicted, Open: in.Open, Late: in.Late, State: complaint.State(in.State),
		Category: in.Category, District: in.District, Class: in.Class, Officer: in.Officer}
	if f.Branch, err = a.reported(p, in.Agency); err != nil {
		return f, err
	}
	day := func(s, what string, after int) (t time.Time, err error) {
		if s == "" {
			return t, nil
		}
		if t, err = time.ParseInLocation(time.DateOnly, s, a.Figures.Zone); err != nil {
			return t, fault.New(fault.Invalid, "%s is no date such as 2026-11-26", what)
		}
		return t.AddDate(0, 0, after), nil
	}
	if f.From, err = day(in.From, "from", 0); err != nil {
		return f, err
	}
	f.To, err = day(in.To, "to", 1)
	return f, err
}

func counted(f report.Facts) Counted {
	c := Counted{Number: f.Number, Kind: string(f.Kind), State: string(f.State), Since: f.Since, Agency: f.Agency, Category: f.Category, Class: f.Class,
		Officer: f.Assignee, Received: f.Received, Due: moment(f.Due), Standing: string(f.Standing), Predicted: f.Predicted, Waits: waits(f), Mended: moment(f.Mended)}
	if f.District != "" {
		c.District = report.DistrictCode(f.Place, f.District)
	}
	if f.Predicted && f.Why != nil {
		why := f.Why.Reason()
		c.Why = &why
	}
	for _, m := range f.Missed {
		c.Missed = append(c.Missed, MissedClock{string(m.Clock), m.At})
	}
	return c
}

// waits says whose turn it is; nil where it is over.
func waits(f report.Facts) *Waits {
	w := &Waits{Agency: f.Agency, Whom: f.Assignee}
	switch f.State {
	case complaint.Received:
		w.For = "routing"
	case complaint.Triage:
		w.For = "desk"
	case complaint.Routed:
		w.For = "acceptance"
	case complaint.Accepted:
		w.For = "start"
	case complaint.InProgress:
		w.For = "repair"
	case complaint.Waiting:
		w.For = "citizen"
	default:
		return nil
	}
	if w.Agency == report.Desk {
		w.Agency = ""
	}
	return w
}
