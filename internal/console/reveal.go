package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// RevealBody says what is to be seen and why.
type RevealBody struct {
	Reason string   `json:"reason" doc:"What the data are needed for, in a sentence; the citizen reads it. Name nobody: it goes on the audit record" example:"Perlu menghubungi pengadu untuk masuk ke rumah memeriksa meter"`
	Fields []string `json:"fields" doc:"name, phone, email, identity, address; text: what the citizen typed, before anything was masked" example:"[\"phone\"]"`
}

// RevealInput asks for it.
type RevealInput struct {
	NumberInput
	Body RevealBody
}

// Revealed is what was asked for; a field that the citizen never gave is absent.
type Revealed struct {
	Name     string   `json:"name,omitempty"`
	Phone    string   `json:"phone,omitempty"`
	Email    string   `json:"email,omitempty"`
	Identity string   `json:"identity,omitempty"`
	Address  string   `json:"address,omitempty"`
	Text     string   `json:"text,omitempty"`
	Notes    []string `json:"notes,omitempty" doc:"Later answers of the citizen in which something is masked, as typed"`
	Basis    string   `json:"basis" doc:"By what right you see it"`
}

// RevealOutput is what may be seen.
type RevealOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Revealed
}

func (a *API) registerReveal(api huma.API) {
	register(a, api, "complaint.reveal", huma.Operation{OperationID: "staff-reveal", Method: http.MethodPost, Path: "/v1/staff/complaints/{number}/reveal",
		DefaultStatus: http.StatusOK, Summary: "See who made a complaint, as far as your role needs it; it is recorded, and the citizen is shown that you looked and why",
		Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.Reveal)
}

// Reveal shows who made a complaint, on record.
func (a *API) Reveal(ctx context.Context, in *RevealInput) (*RevealOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	r, err := a.Revealer.Reveal(ctx, c, p.Actor(), in.Body.Reason, in.Body.Fields)
	if err != nil {
		return nil, err
	}
	return &RevealOutput{CacheControl: "no-store", Body: Revealed{Name: r.Name, Phone: r.Phone, Email: r.Email, Identity: r.Identity,
		Address: r.Address, Text: r.Text, Notes: r.Notes, Basis: r.Basis.In(p.Lang)}}, nil
}
