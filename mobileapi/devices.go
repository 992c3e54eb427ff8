package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/identity"
)

// Registered is a device that takes pushes, without its registration token.
type Registered struct {
	ID       string    `json:"id" example:"3f1c9ad0b27e4c5f8a6d1e2b90c47d55"`
	Platform string    `json:"platform" enum:"android,ios,web"`
	Language string    `json:"language" enum:"ms,en,zh,ta" doc:"Of its pushes"`
	Since    time.Time `json:"since" doc:"When it registered last, UTC"`
}

// DeviceOwner says whose devices are meant.
type DeviceOwner struct {
	Credentials
	Number string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
}

type deviceInput struct {
	DeviceOwner
	Language string `query:"language" enum:"ms,en,zh,ta" default:"ms" doc:"Of this device's pushes"`
	Body     Device
}

type deviceOutput struct {
	Body struct {
		ID string `json:"id" doc:"Keep it, to remove the device when its citizen signs out"`
	}
}

type devicesOutput struct {
	Body struct {
		Devices []Registered `json:"devices"`
	}
}

type removeDeviceInput struct {
	DeviceOwner
	ID string `path:"id" doc:"As it was given when the device registered"`
}

func (a *API) registerDevices(api huma.API) {
	missing := []int{http.StatusNotFound}
	register(a, api, "device.register", huma.Operation{OperationID: "register-device", Method: http.MethodPut, Path: "/v1/devices",
		Summary: "Register a phone for pushes, at each start of the app and whenever its token changes; again is harmless. Twenty stay registered", Errors: missing}, a.registerDevice)
	register(a, api, "device.register", huma.Operation{OperationID: "list-devices", Method: http.MethodGet, Path: "/v1/devices",
		Summary: "The devices that take pushes", Errors: missing}, a.devices)
	register(a, api, "device.register", huma.Operation{OperationID: "remove-device", Method: http.MethodDelete, Path: "/v1/devices/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Send no more pushes to a device, such as one whose citizen signs out", Errors: missing}, a.removeDevice)
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

func (a *API) devices(ctx context.Context, in *DeviceOwner) (*devicesOutput, error) {
	owner, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	list, err := a.People.DevicesOf(ctx, owner)
	if err != nil {
		return nil, err
	}
	out := new(devicesOutput)
	out.Body.Devices = []Registered{}
	for _, d := range list {
		out.Body.Devices = append(out.Body.Devices, Registered{ID: d.ID, Platform: d.Platform, Language: d.Lang, Since: d.Since})
	}
	return out, nil
}

func (a *API) removeDevice(ctx context.Context, in *removeDeviceInput) (*struct{}, error) {
	owner, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	return nil, a.People.ForgetOwn(ctx, owner, in.ID)
}
