package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/guard"
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

// RetrainInput asks for a training.
type RetrainInput struct {
	Body struct {
		Trust []string `json:"trust,omitempty" maxItems:"100" doc:"Ids of officers and codes of agencies that were looked at and are not set aside"`
	}
}

// PromoteInput names the model to make live.
type PromoteInput struct {
	Body struct {
		Model string `json:"model" minLength:"1" maxLength:"40" doc:"Id of a model, or shipped" example:"shipped"`
	}
}

// RollBackModelInput asks for the model before.
type RollBackModelInput struct {
	Body struct{}
}

type driftOutput struct {
	Body struct {
		Rates []learning.Rate `json:"rates" doc:"Alarms first, then by how unlikely the rise is"`
	}
}

func (a *API) registerModels(api huma.API) {
	register(a, api, "model.read", huma.Operation{OperationID: "list-models", Method: http.MethodGet, Path: "/v1/staff/models",
		Summary: "What the router learnt from officers, what was refused and why"}, a.Models)
	register(a, api, "model.change", huma.Operation{OperationID: "retrain-model", Method: http.MethodPost, Path: "/v1/staff/models/retrain", DefaultStatus: http.StatusAccepted,
		Summary: "An administrator asks for a training now; a worker begins within the minute", Errors: []int{http.StatusConflict}}, a.Retrain)
	register(a, api, "model.change", huma.Operation{OperationID: "promote-model", Method: http.MethodPost, Path: "/v1/staff/models/promote",
		Summary: "An administrator makes a kept model live; every process takes it up within the minute", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.Promote)
	register(a, api, "model.change", huma.Operation{OperationID: "rollback-model", Method: http.MethodPost, Path: "/v1/staff/models/rollback",
		Summary: "An administrator takes the live model back; what only it had learnt is not learnt again", Errors: []int{http.StatusConflict}}, a.RollBackModel)
	register(a, api, "model.drift", huma.Operation{OperationID: "drift", Method: http.MethodGet, Path: "/v1/staff/drift",
		Summary: "How often the router was wrong lately, by agency and language"}, a.Drift)
}

// changes carries out a change of what the router decides with, once it is on record who makes it.
func (a *API) changes(ctx context.Context, action audit.Action, model string, do func(by string) error) (*modelsOutput, error) {
	p := guard.Who(ctx)
	act := audit.Entry{Actor: audit.By(p.Actor()), Action: action}
	if model != "" {
		act.Object = audit.Object{Kind: "model", ID: model}
	}
	if err := a.Audit.Act(ctx, act, func(*audit.Entry) error { return do(p.ID) }); err != nil {
		return nil, err
	}
	return a.modelsNow(ctx)
}

// Models gives what there is of models.
func (a *API) Models(ctx context.Context, _ *struct{}) (*modelsOutput, error) {
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

// Retrain asks for a training, on record.
func (a *API) Retrain(ctx context.Context, in *RetrainInput) (*modelsOutput, error) {
	return a.changes(ctx, audit.ModelRetrain, "", func(by string) error { return a.Tutor.Ask(ctx, by, in.Body.Trust) })
}

// Promote makes a model live, on record.
func (a *API) Promote(ctx context.Context, in *PromoteInput) (*modelsOutput, error) {
	return a.changes(ctx, audit.ModelPromote, in.Body.Model, func(by string) error { return a.Tutor.Promote(ctx, in.Body.Model, by) })
}

// RollBackModel makes the model before live again, on record.
func (a *API) RollBackModel(ctx context.Context, _ *RollBackModelInput) (*modelsOutput, error) {
	return a.changes(ctx, audit.ModelRollback, "", func(by string) error { return a.Tutor.Rollback(ctx, by) })
}

// Drift gives how often the router was wrong lately.
func (a *API) Drift(ctx context.Context, _ *struct{}) (*driftOutput, error) {
	list, err := a.Tutor.Notebook.Rates(ctx, a.Tutor.Now())
	if err != nil {
		return nil, err
	}
	out := new(driftOutput)
	out.Body.Rates = append([]learning.Rate{}, list...)
	return out, nil
}
