package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
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

type inboxInput struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// Message is one message to a person.
type Message struct {
	ID      string    `json:"id"`
	Number  string    `json:"number"`
	Event   string    `json:"event" example:"routed"`
	Channel string    `json:"channel" example:"push"`
	State   string    `json:"state" example:"accepted"`
	Title   string    `json:"title"`
	Body    string    `json:"body"`
	At      time.Time `json:"at"`
}

type inboxOutput struct {
	Body struct {
		Messages []Message `json:"messages"`
		Next     string    `json:"next,omitempty"`
	}
}

func (a *API) registerCitizens(api huma.API) {
	register(a, api, "account.open", huma.Operation{OperationID: "open-account", Method: http.MethodPost, Path: "/v1/citizens",
		DefaultStatus: http.StatusCreated, Summary: "Open an account on this phone, without a name"}, a.openAccount)
	register(a, api, "device.register", huma.Operation{OperationID: "register-device", Method: http.MethodPut, Path: "/v1/devices",
		Summary: "Register a phone for pushes; again is harmless", Errors: []int{http.StatusNotFound}}, a.registerDevice)
	register(a, api, "account.messages", huma.Operation{OperationID: "list-messages", Method: http.MethodGet, Path: "/v1/messages",
		Summary: "The account's messages, newest first"}, a.inbox)
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
	owner, err := a.owner(ctx, in.Number, in.Credentials)
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

// owner is whose account it is or, with the number of a guest's complaint, the guest.
func (a *API) owner(ctx context.Context, number string, cred Credentials) (string, error) {
	if number != "" {
		c, _, err := a.complaintOf(ctx, number, cred)
		if err != nil {
			return "", err
		}
		return c.Citizen, nil
	}
	id := guard.Who(ctx).ID
	if id == "" {
		return "", fault.New(fault.Unauthorized, "sign in with an Authorization header, or send number and Claim-Code")
	}
	return id, nil
}

func (a *API) inbox(ctx context.Context, in *inboxInput) (*inboxOutput, error) {
	rows, next, err := a.Teller.Inbox(ctx, guard.Who(ctx).ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(inboxOutput)
	out.Body.Next, out.Body.Messages = next, []Message{}
	for _, r := range rows {
		out.Body.Messages = append(out.Body.Messages, Message{ID: r.ID, Number: r.Number, Event: r.Event, Channel: r.Channel,
			State: string(r.State), Title: r.Title, Body: r.Body, At: r.Created})
	}
	return out, nil
}
