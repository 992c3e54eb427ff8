package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/identity"
)

// OfficerBody describes a member of staff.
type OfficerBody struct {
	Name     string `json:"name" minLength:"1" maxLength:"100" example:"Aina"`
	Role     string `json:"role" enum:"officer,supervisor,desk,oversight,administrator"`
	Agency   string `json:"agency,omitempty" doc:"Of officers and supervisors" example:"MBPJ"`
	Language string `json:"language,omitempty" enum:"ms,en" default:"ms"`
	Email    string `json:"email,omitempty" maxLength:"254" doc:"For digests and what was not opened" example:"aina@mbpj.gov.my"`
	Cleared  bool   `json:"cleared,omitempty" doc:"May see and handle restricted complaints: corruption, abuse, integrity"`
}

type officerInput struct {
	Body OfficerBody
}

// Officer is a member of staff.
type Officer struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Agency  string `json:"agency,omitempty"`
	Email   string `json:"email,omitempty"`
	Cleared bool   `json:"cleared,omitempty"`
	Token   string `json:"token,omitempty" doc:"Only in the answer to their creation, this once"`
}

type officerOutput struct {
	Body Officer
}

func (a *API) registerOfficers(api huma.API) {
	register(a, api, "staff.self", huma.Operation{OperationID: "staff-me", Method: http.MethodGet, Path: "/v1/staff/me",
		Summary: "Who you are"}, a.me)
	register(a, api, "staff.enrol", huma.Operation{OperationID: "create-officer", Method: http.MethodPost, Path: "/v1/staff/officers",
		DefaultStatus: http.StatusCreated, Summary: "An administrator makes an account for a member of staff"}, a.createOfficer)
}

func (a *API) me(ctx context.Context, _ *struct{}) (*officerOutput, error) {
	p := guard.Who(ctx)
	return &officerOutput{Body: Officer{ID: p.ID, Name: p.Name, Role: string(p.Role), Agency: p.Agency, Email: p.Email, Cleared: p.Cleared}}, nil
}

func (a *API) createOfficer(ctx context.Context, in *officerInput) (*officerOutput, error) {
	p := guard.Who(ctx)
	var made identity.Person
	var token string
	act := audit.Entry{Actor: audit.By(p.Actor()), Action: audit.OfficerCreate, Details: map[audit.Detail]string{audit.Role: in.Body.Role}}
	err := a.Audit.Act(ctx, act, func(done *audit.Entry) (err error) {
		made, token, err = a.People.Enrol(ctx, identity.Person{Name: in.Body.Name, Role: complaint.Role(in.Body.Role),
			Agency: in.Body.Agency, Lang: in.Body.Language, Email: in.Body.Email, Cleared: in.Body.Cleared}, "")
		if err == nil {
			done.Object = audit.Object{Kind: "officer", ID: made.ID}
			if made.Agency != "" {
				done.Details[audit.Agency] = made.Agency
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &officerOutput{Body: Officer{ID: made.ID, Name: made.Name, Role: string(made.Role), Agency: made.Agency, Email: made.Email, Cleared: made.Cleared, Token: token}}, nil
}
