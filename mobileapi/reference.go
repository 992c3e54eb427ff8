package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Reference lists what the app shows before anything is filed.
type Reference struct {
	Agencies   func(lang string) []Named
	Categories func(lang string) []Named
}

type referenceInput struct {
	Language string `header:"Accept-Language"`
}

type referenceOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Named `json:"items"`
	}
}

func (a *API) registerReference(api huma.API) {
	list := func(of func(lang string) []Named) func(context.Context, *referenceInput) (*referenceOutput, error) {
		return func(_ context.Context, in *referenceInput) (*referenceOutput, error) {
			out := &referenceOutput{CacheControl: "public, max-age=3600"}
			out.Body.Items = of(Language(in.Language, "ms"))
			return out, nil
		}
	}
	register(a, api, "reference.read", huma.Operation{OperationID: "list-agencies", Method: http.MethodGet, Path: "/v1/agencies",
		Summary: "The agencies of the register"}, list(a.Reference.Agencies))
	register(a, api, "reference.read", huma.Operation{OperationID: "list-categories", Method: http.MethodGet, Path: "/v1/categories",
		Summary: "What a complaint can be about"}, list(a.Reference.Categories))
}
