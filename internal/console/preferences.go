package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/notify"
)

type preferInput struct {
	Body notify.Chosen
}

type preferencesOutput struct {
	Body notify.Chosen
}

func (a *API) registerPreferences(api huma.API) {
	register(a, api, "staff.preferences", huma.Operation{OperationID: "get-staff-preferences", Method: http.MethodGet, Path: "/v1/staff/preferences",
		Summary: "How you are told"}, a.preferences)
	register(a, api, "staff.preferences", huma.Operation{OperationID: "put-staff-preferences", Method: http.MethodPut, Path: "/v1/staff/preferences",
		Summary: "Choose how you are told; what is left out goes the usual way"}, a.prefer)
}

func (a *API) preferences(ctx context.Context, _ *struct{}) (*preferencesOutput, error) {
	p, err := a.Teller.Preferences(ctx, guard.Who(ctx).ID)
	if err != nil {
		return nil, err
	}
	return &preferencesOutput{Body: p.Chosen(a.Teller.Policy)}, nil
}

func (a *API) prefer(ctx context.Context, in *preferInput) (*preferencesOutput, error) {
	p, err := in.Body.Preferences()
	if err != nil {
		return nil, err
	}
	if err := a.Teller.Prefer(ctx, guard.Who(ctx).ID, p); err != nil {
		return nil, err
	}
	return a.preferences(ctx, nil)
}
