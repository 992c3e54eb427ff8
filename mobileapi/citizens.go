package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/identity"
)

// CitizenBody opens an account on a phone without asking who it is.
type CitizenBody struct {
	Language string `json:"language,omitempty" enum:"ms,en,zh,ta" default:"ms"`
}

type citizenInput struct {
	Body CitizenBody
}

type citizenOutput struct {
	Body struct {
		ID    string `json:"id"`
		Token string `json:"token" doc:"Shown this once; send it as Authorization: Bearer"`
	}
}

func (a *API) registerCitizens(api huma.API) {
	register(a, api, "account.open", huma.Operation{OperationID: "open-account", Method: http.MethodPost, Path: "/v1/citizens",
		DefaultStatus: http.StatusCreated, Summary: "Open an account on this phone, without a name"}, a.openAccount)
}

func (a *API) openAccount(ctx context.Context, in *citizenInput) (*citizenOutput, error) {
	p, token, err := a.People.Enrol(ctx, identity.Person{Role: complaint.CitizenRole, Lang: in.Body.Language}, "")
	if err != nil {
		return nil, err
	}
	out := new(citizenOutput)
	out.Body.ID, out.Body.Token = p.ID, token
	return out, nil
}
