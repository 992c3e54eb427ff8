package console

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
)

// StaffInput says which members of staff to list.
type StaffInput struct {
	Role   string `query:"role" enum:"officer,supervisor,desk,oversight,administrator"`
	Agency string `query:"agency" maxLength:"40" doc:"Only together with role" example:"MBPJ"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type staffListOutput struct {
	Body struct {
		Officers []Officer `json:"officers"`
		Next     string    `json:"next,omitempty"`
	}
}

// OfficerPath names a member of staff.
type OfficerPath struct {
	ID string `path:"id" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}

// OfficerChange says what changes; what is left out stays.
type OfficerChange struct {
	Name     *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
	Role     *string `json:"role,omitempty" enum:"officer,supervisor,desk,oversight,administrator"`
	Agency   *string `json:"agency,omitempty" maxLength:"40" doc:"Empty for roles that belong to none"`
	Language *string `json:"language,omitempty" enum:"ms,en"`
	Email    *string `json:"email,omitempty" maxLength:"254"`
	Cleared  *bool   `json:"cleared,omitempty"`
	Active   *bool   `json:"active,omitempty" doc:"false: may not sign in any more, and all sessions end at once"`
}

// ChangeOfficerInput changes a member of staff.
type ChangeOfficerInput struct {
	OfficerPath
	Body OfficerChange
}

func (a *API) registerStaff(api huma.API) {
	register(a, api, "staff.list", huma.Operation{OperationID: "list-officers", Method: http.MethodGet, Path: "/v1/staff/officers",
		Summary: "Members of staff, active or not, by name"}, a.ListOfficers)
	register(a, api, "staff.list", huma.Operation{OperationID: "get-officer", Method: http.MethodGet, Path: "/v1/staff/officers/{id}",
		Summary: "One member of staff", Errors: []int{http.StatusNotFound}}, a.GetOfficer)
	register(a, api, "staff.change", huma.Operation{OperationID: "change-officer", Method: http.MethodPatch, Path: "/v1/staff/officers/{id}",
		Summary: "Change role, agency, clearance, or put somebody in or out of office", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.ChangeOfficer)
	register(a, api, "staff.change", huma.Operation{OperationID: "invite-officer", Method: http.MethodPost, Path: "/v1/staff/officers/{id}/invitation",
		Summary: "Send a link by which they choose a password anew; the old one works until then", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable}}, a.InviteOfficer)
}

// ListOfficers lists members of staff by name.
func (a *API) ListOfficers(ctx context.Context, in *StaffInput) (*staffListOutput, error) {
	list, next, err := a.People.Staff(ctx, identity.Wanted{Role: complaint.Role(in.Role), Agency: in.Agency, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := new(staffListOutput)
	out.Body.Next, out.Body.Officers = next, []Officer{}
	for _, p := range list {
		out.Body.Officers = append(out.Body.Officers, officer(p).Body)
	}
	return out, nil
}

// ChangeOfficer changes one, on record.
func (a *API) ChangeOfficer(ctx context.Context, in *ChangeOfficerInput) (*officerOutput, error) {
	b := in.Body
	var changed identity.Person
	act := audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: audit.OfficerChange, Object: audit.Object{Kind: "officer", ID: in.ID}, Details: b.details()}
	err := a.Audit.Act(ctx, act, func(*audit.Entry) (err error) {
		changed, err = a.People.Change(ctx, in.ID, func(p *identity.Person) error { b.apply(p); return nil })
		return err
	})
	if err != nil {
		return nil, err
	}
	return officer(changed), nil
}

// apply changes what is given.
func (b OfficerChange) apply(p *identity.Person) {
	for to, from := range map[*string]*string{&p.Name: b.Name, &p.Agency: b.Agency, &p.Lang: b.Language, &p.Email: b.Email} {
		if from != nil {
			*to = *from
		}
	}
	if b.Role != nil {
		p.Role = complaint.Role(*b.Role)
	}
	if b.Cleared != nil {
		p.Cleared = *b.Cleared
	}
	if b.Active != nil {
		p.Inactive = !*b.Active
	}
}

// details are what the record says of a change: never the name or the address.
func (b OfficerChange) details() map[audit.Detail]string {
	d := map[audit.Detail]string{}
	for detail, v := range map[audit.Detail]*string{audit.Role: b.Role, audit.Agency: b.Agency} {
		if v != nil {
			if d[detail] = *v; *v == "" {
				d[detail] = "none"
			}
		}
	}
	for detail, v := range map[audit.Detail]*bool{audit.Cleared: b.Cleared, audit.Active: b.Active} {
		if v != nil {
			d[detail] = strconv.FormatBool(*v)
		}
	}
	return d
}

// InviteOfficer sends one a link to choose a password.
func (a *API) InviteOfficer(ctx context.Context, in *OfficerPath) (*officerOutput, error) {
	p, err := a.People.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := officer(p)
	return out, a.invite(ctx, p, out)
}

// invite sends a link, on record.
func (a *API) invite(ctx context.Context, p identity.Person, out *officerOutput) error {
	act := audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: audit.OfficerInvite, Object: audit.Object{Kind: "officer", ID: p.ID}}
	return a.Audit.Act(ctx, act, func(*audit.Entry) error {
		expires, err := a.Invite(ctx, p)
		out.Body.Invited = &expires
		return err
	})
}

// GetOfficer gives one member of staff; fault.NotFound for a citizen.
func (a *API) GetOfficer(ctx context.Context, in *OfficerPath) (*officerOutput, error) {
	p, err := a.People.ByID(ctx, in.ID)
	if err == nil && !p.Actor().Staff() || errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no member of staff with this id")
	}
	if err != nil {
		return nil, err
	}
	return officer(p), nil
}
