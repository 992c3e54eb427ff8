package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/problem"
)

// BulkBody is one move on many complaints.
type BulkBody struct {
	Move       string       `json:"move" enum:"accept,start,hand,ask,reply,resolve,return,transfer,assign,reject" example:"accept"`
	Complaints []BulkTarget `json:"complaints" minItems:"1" maxItems:"100"`
	With       MoveBody     `json:"with,omitempty" doc:"What the move needs, the same for all"`
}

// BulkTarget is one of them.
type BulkTarget struct {
	Number string `json:"number" example:"RR-7K3M-Q2XA"`
	Seen   int    `json:"seen,omitempty" minimum:"0" doc:"moves of the complaint as you saw it; 0: not asked"`
}

// BulkInput asks for it.
type BulkInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"180" doc:"The same key repeats what was cut off, and nothing twice"`
	Body           BulkBody
}

// BulkOutput tells what came of each.
type BulkOutput struct {
	Body struct {
		Done    int          `json:"done" doc:"How many were carried out"`
		Results []BulkResult `json:"results" doc:"In the order in which they were asked for"`
	}
}

// BulkResult is what came of one.
type BulkResult struct {
	Number  string           `json:"number"`
	Done    bool             `json:"done"`
	State   string           `json:"state,omitempty" doc:"Afterwards, where it was carried out"`
	Problem *problem.Details `json:"problem,omitempty" doc:"Why it was not; nobody was told anything then"`
}

func (a *API) registerBulk(api huma.API) {
	register(a, api, "complaint.bulk", huma.Operation{OperationID: "staff-bulk", Method: http.MethodPost, Path: "/v1/staff/bulk",
		DefaultStatus: http.StatusOK, Summary: "One move on up to 100 complaints. Each is carried out and told by itself, or not at all; the answer says which"}, a.Bulk)
}

// Bulk carries out a move on each complaint by itself. What one of them refuses holds up none of the others.
func (a *API) Bulk(ctx context.Context, in *BulkInput) (*BulkOutput, error) {
	out := new(BulkOutput)
	out.Body.Results = []BulkResult{}
	for _, t := range in.Body.Complaints {
		if err := ctx.Err(); err != nil {
			return nil, err // nobody reads the answer; the same key goes on with the rest
		}
		move := &MoveInput{NumberInput: NumberInput{t.Number}, Body: in.Body.With}
		move.Body.Seen = t.Seen
		if in.IdempotencyKey != "" {
			move.IdempotencyKey = in.IdempotencyKey + "/" + t.Number
		}
		r := BulkResult{Number: t.Number}
		if done, err := a.Move(ctx, in.Body.Move, move); err != nil {
			r.Problem = problem.Logged(ctx, a.Log, err)
		} else {
			r.Done, r.Number, r.State = true, done.Body.Number, done.Body.State
			out.Body.Done++
		}
		out.Body.Results = append(out.Body.Results, r)
	}
	return out, nil
}
