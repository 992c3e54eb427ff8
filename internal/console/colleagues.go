package console

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/store"
)

// Colleague is somebody who can be given a complaint.
type Colleague struct {
	ID   string `json:"id"`
	Name string `json:"name" example:"Aina"`
	Role string `json:"role" enum:"officer,supervisor"`
	Has  int64  `json:"has" doc:"How many open complaints they have"`
	You  bool   `json:"you,omitempty"`

	Cleared bool `json:"cleared,omitempty" doc:"May have restricted complaints"`
}

// ColleaguesInput says of which agency.
type ColleaguesInput struct {
	Agency string `query:"agency" doc:"Your own where it is left out; supervisors may name one below it" example:"MBPJ"`
}

// ColleaguesOutput is who can be given its complaints.
type ColleaguesOutput struct {
	Body struct {
		Colleagues []Colleague `json:"colleagues" doc:"Officers first, then supervisors, by name"`
	}
}

// Colleagues lists who of an agency can be given its complaints.
func (a *API) Colleagues(ctx context.Context, in *ColleaguesInput) (*ColleaguesOutput, error) {
	p := guard.Who(ctx)
	if in.Agency == "" {
		in.Agency = p.Agency
	}
	if !a.below(p, in.Agency) {
		return nil, fault.New(fault.Invalid, "%q is no agency whose complaints you look after", in.Agency)
	}
	out := new(ColleaguesOutput)
	out.Body.Colleagues = []Colleague{}
	for _, role := range []complaint.Role{complaint.Officer, complaint.Supervisor} {
		people, err := a.People.Holding(ctx, role, in.Agency)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(people, func(x, y identity.Person) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
		for _, x := range people {
			n, err := a.Cases.Store.Engine.Count(ctx, complaint.Collection.Name, store.Query{Index: "holder", Equal: []any{x.ID, int64(1)}})
			if err != nil {
				return nil, err
			}
			out.Body.Colleagues = append(out.Body.Colleagues, Colleague{ID: x.ID, Name: x.Name, Role: string(x.Role), Has: n, You: x.ID == p.ID, Cleared: x.Cleared})
		}
	}
	return out, nil
}

// names gives the names of members of staff by id, as far as the asker may know them: their own agency's, and for those who
// oversee all everybody's.
func (a *API) names(ctx context.Context, ids ...string) (map[string]string, error) {
	p, out := guard.Who(ctx), map[string]string{}
	for _, id := range ids {
		if _, had := out[id]; had || id == "" {
			continue
		}
		x, err := a.People.ByID(ctx, id)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if x.Actor().Staff() && (p.Agency == "" || x.Agency == p.Agency) {
			out[id] = x.Name
		}
	}
	return out, nil
}
