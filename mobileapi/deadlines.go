package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/sla"
)

// Deadline is a clock with the derivation of its due time.
type Deadline struct {
	Name    string     `json:"name" enum:"accept,first_response,make_safe,resolve" example:"resolve"`
	State   string     `json:"state" enum:"running,paused,stopped" example:"running"`
	Clock   string     `json:"clock" enum:"wall,working_days" doc:"How the target counts" example:"working_days"`
	Target  string     `json:"target" doc:"An ISO 8601 duration, or a number of working days" example:"3"`
	Office  string     `json:"office_state" doc:"ISO 3166-2:MY state whose calendar counts" example:"MY-10"`
	Start   time.Time  `json:"start" doc:"UTC"`
	Stopped *time.Time `json:"stopped,omitempty" doc:"UTC"`
	Missed  bool       `json:"missed" doc:"The deadline passed before the clock stopped; this stays so whatever changes later"`
	sla.Derivation
}

// DeadlinesOutput is every deadline of a complaint.
type DeadlinesOutput struct {
	Body struct {
		Deadlines []Deadline `json:"deadlines" doc:"In the order in which the clocks usually stop; empty before routing"`
	}
}

func (a *API) registerDeadlines(api huma.API) {
	register(a, api, "complaint.read", huma.Operation{OperationID: "get-deadlines", Method: http.MethodGet, Path: "/v1/complaints/{number}/deadlines",
		Summary: "Every deadline of a complaint, day by day, and in words in Malay and English", Errors: []int{http.StatusNotFound}}, a.Deadlines)
}

// Deadlines explains every deadline of a complaint.
func (a *API) Deadlines(ctx context.Context, in *NumberInput) (*DeadlinesOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	list, err := a.Cases.Explain(ctx, c)
	if err != nil {
		return nil, err
	}
	out := new(DeadlinesOutput)
	out.Body.Deadlines = []Deadline{}
	for _, x := range list {
		out.Body.Deadlines = append(out.Body.Deadlines, Deadline{Name: string(x.Name), State: x.Run(), Clock: string(x.Target.Kind),
			Target: x.Target.Value(), Office: x.Clock.State, Start: x.Start, Stopped: moment(x.Stopped), Missed: !x.Breached.IsZero(),
			Derivation: x.Explanation.Derivation()})
	}
	return out, nil
}
