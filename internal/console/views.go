package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/inbox"
)

// ViewsBody is the filters that somebody saved.
type ViewsBody struct {
	Views []inbox.View `json:"views" maxItems:"20" doc:"In the order in which they are shown"`
}

// ViewsInput replaces them.
type ViewsInput struct {
	Body ViewsBody
}

// ViewsOutput is all of them.
type ViewsOutput struct {
	Body ViewsBody
}

func (a *API) registerViews(api huma.API) {
	register(a, api, "staff.views", huma.Operation{OperationID: "staff-views", Method: http.MethodGet, Path: "/v1/staff/views",
		Summary: "Filters of the inbox that you saved"}, a.Views)
	register(a, api, "staff.views", huma.Operation{OperationID: "put-staff-views", Method: http.MethodPut, Path: "/v1/staff/views",
		Summary: "Save filters of the inbox, in place of those that were saved"}, a.PutViews)
}

// Views lists the asker's saved filters.
func (a *API) Views(ctx context.Context, _ *struct{}) (*ViewsOutput, error) {
	list, err := a.Saved.Of(ctx, guard.Who(ctx).ID)
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = []inbox.View{}
	}
	return &ViewsOutput{Body: ViewsBody{list}}, nil
}

// PutViews replaces them.
func (a *API) PutViews(ctx context.Context, in *ViewsInput) (*ViewsOutput, error) {
	if err := a.Saved.Put(ctx, guard.Who(ctx).ID, in.Body.Views); err != nil {
		return nil, err
	}
	return a.Views(ctx, nil)
}
