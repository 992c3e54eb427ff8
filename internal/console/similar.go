package console

import (
	"context"
	"math"
)

// SimilarOutput is the reports that are most likely of the same matter.
type SimilarOutput struct {
	Body struct {
		Similar []Similar `json:"similar" doc:"The likeliest first; merge it if it is the same matter"`
	}
}

// Similar is a report of what is most likely the same matter, with as much of it as the member of staff may see.
type Similar struct {
	Number     string  `json:"number" example:"RR-7K3M-Q2XA"`
	P          float64 `json:"p" doc:"Probability that it is the same matter" example:"0.93"`
	Metres     int     `json:"metres" example:"40"`
	Supporters int64   `json:"supporters" doc:"Citizens who follow it" example:"23"`
	Ticket     *Ticket `json:"complaint,omitempty" doc:"Absent where it is another agency's"`
}

// Similar finds other reports of what is most likely the same matter.
func (a *API) Similar(ctx context.Context, in *NumberInput) (*SimilarOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	list, err := a.Cases.Similar(ctx, c)
	if err != nil {
		return nil, err
	}
	out := new(SimilarOutput)
	out.Body.Similar = []Similar{}
	for _, s := range list {
		x := Similar{Number: s.Complaint.Number, P: s.P, Metres: int(math.Round(s.Metres)), Supporters: s.Supporters}
		if a.Cases.Sees(p.Actor(), s.Complaint) == nil {
			t := a.ticket(s.Complaint, false)
			x.Ticket = &t
		}
		out.Body.Similar = append(out.Body.Similar, x)
	}
	return out, nil
}
