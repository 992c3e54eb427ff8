package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/learning"
)

// Model is a training from officers' decisions and what became of it.
type Model struct {
	ID      string            `json:"id"`
	Made    time.Time         `json:"made"`
	By      string            `json:"by" doc:"nightly, or the id of who asked"`
	Outcome string            `json:"outcome" enum:"promoted,refused"`
	Reasons []string          `json:"reasons" doc:"Who was set aside, and how it did beside the live one"`
	Kept    bool              `json:"kept" doc:"Its content is kept: it can be made live"`
	Live    bool              `json:"live"`
	Base    string            `json:"base" doc:"Version of the shipped classifier it was built on"`
	Lessons int               `json:"lessons" doc:"Complaints it learnt from"`
	Chosen  int               `json:"chosen" doc:"Of these, with a category that an officer chose"`
	Names   int               `json:"names" doc:"Names of roads, places and offices that it ties to an agency"`
	Size    int               `json:"size,omitempty" doc:"Bytes"`
	Frozen  learning.Compared `json:"frozen"`
	Recent  learning.Compared `json:"recent"`
}

// ModelsBody is what there is of models.
type ModelsBody struct {
	Live     string          `json:"live" doc:"Id of the model that decides; shipped: the program's own"`
	Since    *time.Time      `json:"since,omitempty"`
	By       string          `json:"by,omitempty"`
	Training *time.Time      `json:"training_until,omitempty" doc:"A training is under way, until then at the latest"`
	Asked    bool            `json:"asked" doc:"A training was asked for and has not ended"`
	Models   []Model         `json:"models" doc:"The latest first"`
	Aside    []learning.Span `json:"set_aside" doc:"Decisions that nothing is learnt from"`
}

type modelsOutput struct{ Body ModelsBody }

type retrainInput struct {
	Token
	Body struct {
		Trust []string `json:"trust,omitempty" maxItems:"100" doc:"Ids of officers and codes of agencies that were looked at and are not set aside"`
	}
}

type promoteInput struct {
	Token
	Body struct {
		Model string `json:"model" minLength:"1" maxLength:"40" doc:"Id of a model, or shipped" example:"shipped"`
	}
}

type rollbackInput struct {
	Token
	Body struct{}
}

type driftOutput struct {
	Body struct {
		Rates []learning.Rate `json:"rates" doc:"Alarms first, then by how unlikely the rise is"`
	}
}

func (a *API) registerModels(api huma.API) {
	register(a, api, huma.Operation{OperationID: "list-models", Method: http.MethodGet, Path: "/v1/staff/models",
		Summary: "What the router learnt from officers, what was refused and why"}, a.models)
	register(a, api, huma.Operation{OperationID: "retrain-model", Method: http.MethodPost, Path: "/v1/staff/models/retrain", DefaultStatus: http.StatusAccepted,
		Summary: "An administrator asks for a training now; a worker begins within the minute", Errors: []int{http.StatusConflict}}, a.retrain)
	register(a, api, huma.Operation{OperationID: "promote-model", Method: http.MethodPost, Path: "/v1/staff/models/promote",
		Summary: "An administrator makes a kept model live; every process takes it up within the minute", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.promote)
	register(a, api, huma.Operation{OperationID: "rollback-model", Method: http.MethodPost, Path: "/v1/staff/models/rollback",
		Summary: "An administrator takes the live model back; what only it had learnt is not learnt again", Errors: []int{http.StatusConflict}}, a.rollback)
	register(a, api, huma.Operation{OperationID: "drift", Method: http.MethodGet, Path: "/v1/staff/drift",
		Summary: "How often the router was wrong lately, by agency and language"}, a.drift)
}

// above gives the member of staff where they hold one of the roles.
func (a *API) above(ctx context.Context, t Token, what string, roles ...complaint.Role) (identity.Person, error) {
	p, err := a.staff(ctx, t)
	if err != nil {
		return p, err
	}
	for _, r := range roles {
		if p.Role == r {
			return p, nil
		}
	}
	return p, fault.New(fault.Forbidden, "%s", what)
}

const modelsForbidden = "only an administrator changes what the router decides with"

func (a *API) models(ctx context.Context, in *Token) (*modelsOutput, error) {
	if _, err := a.above(ctx, *in, "only administrators and oversight see the models", complaint.Administrator, complaint.Oversight); err != nil {
		return nil, err
	}
	return a.modelsNow(ctx)
}

func (a *API) modelsNow(ctx context.Context) (*modelsOutput, error) {
	s, err := a.Tutor.List(ctx)
	if err != nil {
		return nil, err
	}
	out := &modelsOutput{ModelsBody{Live: s.Live.Model, Since: moment(s.Live.Since), By: s.Live.By, Training: moment(s.Work.Until),
		Asked: s.Work.Asked != nil, Models: []Model{}, Aside: append([]learning.Span{}, s.Unsaid...)}}
	for _, m := range s.Models {
		out.Body.Models = append(out.Body.Models, Model{ID: m.ID, Made: m.Made, By: m.By, Outcome: string(m.Outcome), Reasons: m.Reasons,
			Kept: len(m.Pieces) > 0, Live: m.ID == s.Live.Model, Base: m.Base, Lessons: m.Lessons, Chosen: m.Chosen, Names: m.Names,
			Size: m.Size, Frozen: m.Frozen, Recent: m.Recent})
	}
	return out, nil
}

func (a *API) retrain(ctx context.Context, in *retrainInput) (*modelsOutput, error) {
	p, err := a.above(ctx, in.Token, modelsForbidden, complaint.Administrator)
	if err != nil {
		return nil, err
	}
	if err := a.Tutor.Ask(ctx, p.ID, in.Body.Trust); err != nil {
		return nil, err
	}
	return a.modelsNow(ctx)
}

func (a *API) promote(ctx context.Context, in *promoteInput) (*modelsOutput, error) {
	p, err := a.above(ctx, in.Token, modelsForbidden, complaint.Administrator)
	if err != nil {
		return nil, err
	}
	if err := a.Tutor.Promote(ctx, in.Body.Model, p.ID); err != nil {
		return nil, err
	}
	return a.modelsNow(ctx)
}

func (a *API) rollback(ctx context.Context, in *rollbackInput) (*modelsOutput, error) {
	p, err := a.above(ctx, in.Token, modelsForbidden, complaint.Administrator)
	if err != nil {
		return nil, err
	}
	if err := a.Tutor.Rollback(ctx, p.ID); err != nil {
		return nil, err
	}
	return a.modelsNow(ctx)
}

func (a *API) drift(ctx context.Context, in *Token) (*driftOutput, error) {
	if _, err := a.above(ctx, *in, "only administrators, oversight and the desk see how often the router is wrong",
		complaint.Administrator, complaint.Oversight, complaint.Desk); err != nil {
		return nil, err
	}
	list, err := a.Tutor.Notebook.Rates(ctx, a.Tutor.Now())
	if err != nil {
		return nil, err
	}
	out := new(driftOutput)
	out.Body.Rates = append([]learning.Rate{}, list...)
	return out, nil
}
