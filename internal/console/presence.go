package console

import (
	"context"
)

// PresenceOutput is who else has a complaint open.
type PresenceOutput struct {
	Body struct {
		Others []Other `json:"others"`
	}
}

// Other is somebody who looks at the same complaint.
type Other struct {
	Name string `json:"name" doc:"Empty where they work elsewhere" example:"Aina"`
}

// Open notes that the complaint is open before the asker and tells who else has it open. It is a hint: what keeps work from
// being overwritten is seen, which goes with a move.
func (a *API) Open(ctx context.Context, in *NumberInput) (*PresenceOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	ids := a.Presence.Looks(ctx, c.ID, p.ID)
	names, err := a.names(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := new(PresenceOutput)
	out.Body.Others = []Other{}
	for _, id := range ids {
		out.Body.Others = append(out.Body.Others, Other{Name: names[id]})
	}
	return out, nil
}

// Leave notes that the asker has closed it.
func (a *API) Leave(ctx context.Context, in *NumberInput) (*struct{}, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	a.Presence.Leaves(ctx, c.ID, p.ID)
	return nil, nil
}
