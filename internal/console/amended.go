package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/amend"
	"respons/internal/guard"
	"respons/internal/table"
)

// RenameInput gives an agency another name.
type RenameInput struct {
	Code           string `path:"code" maxLength:"40" example:"MBPJ"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key finds the same draft"`
	Body           struct {
		Described
		NameMS string `json:"name_ms" minLength:"1" maxLength:"60"`
		NameEN string `json:"name_en" minLength:"1" maxLength:"60"`
	}
}

// SuccessionInput lets other bodies act in the place of some.
type SuccessionInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key finds the same draft"`
	Body           SuccessionBody
}

// SuccessionBody is a merger, a split, or another code.
type SuccessionBody struct {
	Described
	Agencies   []string   `json:"agencies" minItems:"1" maxItems:"50" doc:"That act no more" example:"[\"MDKS\"]"`
	Successors []string   `json:"successors,omitempty" maxItems:"50" doc:"That act instead; the first has the staff, and whatever can have only one"`
	New        *NewAgency `json:"new,omitempty" doc:"A body that is founded for it and becomes the first successor; the rest of its row is that of the first agency"`
}

// NewAgency is a body that is founded.
type NewAgency struct {
	Code   string `json:"code" minLength:"1" maxLength:"40" example:"MPKS"`
	NameMS string `json:"name_ms" minLength:"1" maxLength:"60"`
	NameEN string `json:"name_en" minLength:"1" maxLength:"60"`
}

// SuccessionState is how far a succession has come.
type SuccessionState struct {
	Agency string `json:"agency"`
	Name   string `json:"name"`
	Left   int64  `json:"left" doc:"Open complaints that have not followed yet"`
}

type successionsOutput struct {
	Body struct {
		Successions []SuccessionState `json:"successions" doc:"The agencies that act no more"`
	}
}

// PreviewOutput is what the router would decide otherwise.
type PreviewOutput struct{ Body PreviewBody }

// PreviewBody is how far a preview has come and what it found.
type PreviewBody struct {
	Asked    time.Time     `json:"asked"`
	Day      string        `json:"day" format:"date" doc:"As if they were filed on that day"`
	Total    int           `json:"total" doc:"Complaints that are looked at: the latest that were routed"`
	Done     int           `json:"done"`
	Changed  int           `json:"changed" doc:"Of those, that would go elsewhere"`
	Moves    []amend.Moves `json:"moves" doc:"The most frequent first"`
	Running  bool          `json:"running"`
	Finished bool          `json:"finished"`
	Stale    bool          `json:"stale" doc:"The amendment was changed since"`
	Failed   string        `json:"failed,omitempty"`
}

func (a *API) registerAmended(api huma.API) {
	missing := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "amendment.write", huma.Operation{OperationID: "rename-agency", Method: http.MethodPost, Path: "/v1/staff/agencies/{code}/rename",
		DefaultStatus: http.StatusCreated, Summary: "Make a draft that gives an agency another name", Errors: missing}, a.RenameAgency)
	register(a, api, "amendment.write", huma.Operation{OperationID: "succeed-agencies", Method: http.MethodPost, Path: "/v1/staff/agencies/succession",
		DefaultStatus: http.StatusCreated, Summary: "Make a draft that merges or splits agencies, or gives one another code; open complaints and staff follow", Errors: missing}, a.SucceedAgencies)
	register(a, api, "amendment.read", huma.Operation{OperationID: "list-successions", Method: http.MethodGet, Path: "/v1/staff/agencies/successions",
		Summary: "The agencies that act no more, and how many open complaints have not followed yet"}, a.Successions)
	register(a, api, "amendment.write", huma.Operation{OperationID: "preview-amendment", Method: http.MethodPost, Path: "/v1/staff/amendments/{id}/preview",
		DefaultStatus: http.StatusAccepted, Summary: "Let the router decide the latest 1,000 complaints with an amendment, in the background", Errors: missing}, a.PreviewAmendment)
	register(a, api, "amendment.read", huma.Operation{OperationID: "get-preview", Method: http.MethodGet, Path: "/v1/staff/amendments/{id}/preview",
		Summary: "How far a preview has come, and which complaints would go elsewhere", Errors: missing}, a.GetPreview)
}

// RenameAgency makes a draft.
func (a *API) RenameAgency(ctx context.Context, in *RenameInput) (*AmendmentOutput, error) {
	from, err := day(in.Body.From)
	if err != nil {
		return nil, err
	}
	return a.made(ctx)(a.Amendments.Rename(ctx, amend.Renaming{Agency: in.Code, NameMS: in.Body.NameMS, NameEN: in.Body.NameEN, From: from,
		Reason: in.Body.Reason, Key: in.IdempotencyKey}, guard.Who(ctx).Actor()))
}

// SucceedAgencies makes a draft.
func (a *API) SucceedAgencies(ctx context.Context, in *SuccessionInput) (*AmendmentOutput, error) {
	from, err := day(in.Body.From)
	if err != nil {
		return nil, err
	}
	x := amend.Succession{Agencies: in.Body.Agencies, Successors: in.Body.Successors, From: from, Reason: in.Body.Reason, Key: in.IdempotencyKey}
	if n := in.Body.New; n != nil {
		x.New = &amend.NewBody{Code: n.Code, NameMS: n.NameMS, NameEN: n.NameEN}
	}
	return a.made(ctx)(a.Amendments.Succeed(ctx, x, guard.Who(ctx).Actor()))
}

// Successions lists what is under way.
func (a *API) Successions(ctx context.Context, _ *struct{}) (*successionsOutput, error) {
	out := new(successionsOutput)
	out.Body.Successions = []SuccessionState{}
	for _, code := range a.Former() {
		n, err := a.Succession.Left(ctx, code)
		if err != nil {
			return nil, err
		}
		out.Body.Successions = append(out.Body.Successions, SuccessionState{Agency: code, Name: a.Teller.Values.Agency(code, "en"), Left: n})
	}
	return out, nil
}

// PreviewAmendment begins a preview; this process makes it.
func (a *API) PreviewAmendment(ctx context.Context, in *AmendmentPath) (*PreviewOutput, error) {
	p, look, err := a.Seer.Ask(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	a.Background(look)
	return &PreviewOutput{Body: a.preview(p, p.Revision)}, nil
}

// GetPreview tells how far it has come.
func (a *API) GetPreview(ctx context.Context, in *AmendmentPath) (*PreviewOutput, error) {
	x, err := a.Amendments.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := a.Seer.Seen(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &PreviewOutput{Body: a.preview(p, x.Rev)}, nil
}

func (a *API) preview(p *amend.Preview, rev int64) PreviewBody {
	out := PreviewBody{Asked: p.Asked, Day: p.Day.String(), Total: p.Total, Done: p.Done, Changed: p.Changed, Moves: p.Moves, Running: p.Running(a.Amendments.Now()),
		Finished: p.Finished, Stale: p.Revision != rev, Failed: p.Failed}
	if out.Moves == nil {
		out.Moves = []amend.Moves{}
	}
	if !out.Running && !out.Finished && out.Failed == "" {
		out.Failed = "whoever made it was cut off; ask again"
	}
	return out
}

func changes(x *amend.Amendment) (out []TableChange) {
	for _, c := range x.Changes {
		f, err := amend.FileOf(c.File)
		if err != nil {
			f = amend.File{Name: c.File} // a table of an earlier program
		}
		t := TableChange{File: c.File, Columns: c.Columns, Edits: []RowEdit{}}
		for _, e := range c.Edits {
			row := e.Now
			if row == nil {
				row = e.Was
			}
			t.Edits = append(t.Edits, RowEdit{Row: f.Label(c.Columns, row), Was: e.Was, Now: e.Now})
		}
		out = append(out, t)
	}
	return out
}

func mistakes(list []table.Mistake) (out []Mistake) {
	for _, m := range list {
		out = append(out, Mistake{File: m.File, Line: m.Line, Column: m.Name, Text: m.Text})
	}
	return out
}
