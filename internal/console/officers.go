package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
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

// NewOfficerInput describes a new member of staff.
type NewOfficerInput struct {
	Body struct {
		OfficerBody
		Invite bool `json:"invite,omitempty" doc:"They get an e-mail with a link to choose a password; no token is given out"`
	}
}

// Officer is a member of staff.
type Officer struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Role    string     `json:"role"`
	Agency  string     `json:"agency,omitempty"`
	Email   string     `json:"email,omitempty"`
	Cleared bool       `json:"cleared,omitempty"`
	Active  bool       `json:"active" doc:"May sign in, and is told"`
	Token   string     `json:"token,omitempty" doc:"Only in the answer to their creation, this once"`
	Invited *time.Time `json:"invitation_until,omitempty" doc:"Until when the link that was sent just now is good"`
}

type officerOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Officer
}

func officer(p identity.Person) *officerOutput {
	return &officerOutput{CacheControl: "no-store", Body: Officer{ID: p.ID, Name: p.Name, Role: string(p.Role), Agency: p.Agency, Email: p.Email, Cleared: p.Cleared, Active: !p.Inactive}}
}

func (a *API) registerOfficers(api huma.API) {
	register(a, api, "staff.self", huma.Operation{OperationID: "staff-me", Method: http.MethodGet, Path: "/v1/staff/me",
		Summary: "Who you are"}, a.me)
	register(a, api, "staff.enrol", huma.Operation{OperationID: "create-officer", Method: http.MethodPost, Path: "/v1/staff/officers",
		DefaultStatus: http.StatusCreated, Summary: "An administrator makes an account for a member of staff", Errors: []int{http.StatusConflict, http.StatusServiceUnavailable}}, a.CreateOfficer)
	a.registerStaff(api)
}

func (a *API) me(ctx context.Context, _ *struct{}) (*officerOutput, error) {
	return officer(guard.Who(ctx)), nil
}

// CreateOfficer makes an account, on record.
func (a *API) CreateOfficer(ctx context.Context, in *NewOfficerInput) (*officerOutput, error) {
	b := in.Body
	if b.Invite && b.Email == "" {
		return nil, fault.New(fault.Invalid, "an invitation goes out by e-mail; give one")
	}
	var made identity.Person
	var token string
	act := audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: audit.OfficerCreate, Details: map[audit.Detail]string{audit.Role: b.Role}}
	err := a.Audit.Act(ctx, act, func(done *audit.Entry) (err error) {
		p := identity.Person{Name: b.Name, Role: complaint.Role(b.Role), Agency: b.Agency, Lang: b.Language, Email: b.Email, Cleared: b.Cleared}
		if b.Invite {
			made, err = a.People.Add(ctx, p)
		} else {
			made, token, err = a.People.Enrol(ctx, p, "")
		}
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
	out := officer(made)
	out.Body.Token = token
	if !b.Invite {
		return out, nil
	}
	err = a.invite(ctx, made, out)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return nil, fault.Wrap(f.Kind, err, "the account was made, and no invitation went out: %s. Mend that and use POST /v1/staff/officers/%s/invitation", f.Detail, made.ID)
	}
	return out, err
}
