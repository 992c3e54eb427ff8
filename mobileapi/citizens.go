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

type deviceInput struct {
	Credentials
	Number   string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
	Language string `query:"language" enum:"ms,en,zh,ta" default:"ms"`
	Body     Device
}

type deviceOutput struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (a *API) registerCitizens(api huma.API) {
	register(a, api, "account.open", huma.Operation{OperationID: "open-account", Method: http.MethodPost, Path: "/v1/citizens",
		DefaultStatus: http.StatusCreated, Summary: "Open an account on this phone, without a name"}, a.openAccount)
	register(a, api, "device.register", huma.Operation{OperationID: "register-device", Method: http.MethodPut, Path: "/v1/devices",
		Summary: "Register a phone for pushes; again is harmless", Errors: []int{http.StatusNotFound}}, a.registerDevice)
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

func (a *API) registerDevice(ctx context.Context, in *deviceInput) (*deviceOutput, error) {
	owner, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	dev, err := a.People.Register(ctx, identity.Device{Owner: owner, Token: in.Body.Token, Platform: in.Body.Platform, Lang: in.Language})
	if err != nil {
		return nil, err
	}
	out := new(deviceOutput)
	out.Body.ID = dev.ID
	return out, nil
}
