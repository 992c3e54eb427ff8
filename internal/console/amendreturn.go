package console

import (
	"context"
	"time"

	"respons/internal/amend"
	"respons/internal/audit"
	"respons/internal/complaint"
)

// Returned is one sending back of an amendment to its author.
type Returned struct {
	By       string     `json:"by" doc:"Id of the administrator"`
	At       time.Time  `json:"at"`
	Remark   string     `json:"remark"`
	Answered *time.Time `json:"answered,omitempty" doc:"When its author submitted it again; absent: not yet"`
}

// ReturnInput says which revision is sent back, and why.
type ReturnInput struct {
	AmendmentPath
	Body struct {
		Revision int64  `json:"revision" minimum:"1" doc:"That was read"`
		Remark   string `json:"remark" minLength:"1" maxLength:"500" doc:"What its author is to mend" example:"Say from which day the gazette counts"`
	}
}

// ReturnAmendment sends it back to its author. The remark is on record as the reason.
func (a *API) ReturnAmendment(ctx context.Context, in *ReturnInput) (*AmendmentOutput, error) {
	remark, err := amend.Remark(in.Body.Remark) // what says nothing does not get into the record
	if err != nil {
		return nil, err
	}
	return a.decides(ctx, audit.AmendmentReturn, in.ID, remark, func(by complaint.Actor) (*amend.Amendment, error) {
		return a.Amendments.Return(ctx, in.ID, in.Body.Revision, remark, by)
	})
}

// returns lists every sending back, the first first.
func returns(x *amend.Amendment) (out []Returned) {
	for _, r := range x.Returns {
		out = append(out, returned(r))
	}
	return out
}

func returned(r amend.Return) Returned {
	return Returned{By: r.By, At: r.At, Remark: r.Remark, Answered: moment(r.Answered)}
}
