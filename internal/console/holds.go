package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/rights"
)

// HoldBody says how far a legal hold reaches and why.
type HoldBody struct {
	Reason string `json:"reason" doc:"Case or order that asks for it; name nobody, it goes on the audit record" example:"Perintah Mahkamah Tinggi Shah Alam BA-25-11-2026"`
	Scope  string `json:"scope,omitempty" enum:"complaint,citizen" default:"complaint" doc:"citizen: everything of the complaint's citizen"`
}

// HoldInput sets a legal hold.
type HoldInput struct {
	NumberInput
	Body HoldBody
}

// ReleaseInput ends one.
type ReleaseInput struct {
	NumberInput
	Scope  string `query:"scope" enum:"complaint,citizen" default:"complaint"`
	Reason string `query:"reason" required:"true" doc:"Why it ends; name nobody"`
}

// HoldsInput asks for a page of holds.
type HoldsInput struct {
	Cursor string `query:"cursor"`
}

// Hold is a legal hold.
type Hold struct {
	Number   string    `json:"number" doc:"Complaint by which it was set" example:"RR-7K3M-Q2XA"`
	Scope    string    `json:"scope" enum:"complaint,citizen"`
	Reason   string    `json:"reason"`
	Since    time.Time `json:"since" doc:"UTC"`
	Readable bool      `json:"readable,omitempty" doc:"You may open the complaint; in the answer to set-hold absent"`
}

type holdOutput struct {
	Body Hold
}

type holdsOutput struct {
	Body struct {
		Holds []Hold `json:"holds"`
		Next  string `json:"next,omitempty"`
	}
}

const citizenScope = "citizen"

func (a *API) registerHolds(api huma.API) {
	missing := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "complaint.hold", huma.Operation{OperationID: "set-hold", Method: http.MethodPut, Path: "/v1/staff/complaints/{number}/hold",
		Summary: "Keep a complaint, or all of its citizen, from being erased or disposed of; again is harmless", Errors: missing}, a.SetHold)
	register(a, api, "complaint.hold", huma.Operation{OperationID: "release-hold", Method: http.MethodDelete, Path: "/v1/staff/complaints/{number}/hold",
		DefaultStatus: http.StatusNoContent, Summary: "End a legal hold; an erasure that waited for it is carried out", Errors: missing}, a.ReleaseHold)
	register(a, api, "hold.read", huma.Operation{OperationID: "list-holds", Method: http.MethodGet, Path: "/v1/staff/holds",
		Summary: "The legal holds, the latest first"}, a.Holds)
}

// SetHold keeps a complaint, or all of its citizen.
func (a *API) SetHold(ctx context.Context, in *HoldInput) (*holdOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	h, err := a.Citizens.SetHold(ctx, c, in.Body.Scope == citizenScope, in.Body.Reason, p.Actor())
	return &holdOutput{Body: held(h)}, err
}

// ReleaseHold ends a legal hold.
func (a *API) ReleaseHold(ctx context.Context, in *ReleaseInput) (*struct{}, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return nil, a.Citizens.Release(ctx, c, in.Scope == citizenScope, in.Reason, p.Actor())
}

// Holds lists the legal holds, the latest first.
func (a *API) Holds(ctx context.Context, in *HoldsInput) (*holdsOutput, error) {
	list, next, err := a.Citizens.AllHolds(ctx, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := new(holdsOutput)
	out.Body.Next, out.Body.Holds = next, []Hold{}
	for _, h := range list {
		x := held(h)
		switch _, _, err := a.complaintOf(ctx, h.Number); {
		case err == nil:
			x.Readable = true
		case !errors.Is(err, fault.NotFound):
			return nil, err
		}
		out.Body.Holds = append(out.Body.Holds, x)
	}
	return out, nil
}

func held(h rights.Hold) Hold {
	out := Hold{Number: h.Number, Scope: "complaint", Reason: h.Reason, Since: h.At}
	if h.Citizen {
		out.Scope = citizenScope
	}
	return out
}
