package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/notify"
)

type inboxInput struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// Message is one message to a person by one channel.
type Message struct {
	ID       string     `json:"id"`
	Number   string     `json:"number,omitempty"`
	Event    string     `json:"event" example:"routed"`
	Channel  string     `json:"channel" enum:"inbox,push,email,sms" example:"push"`
	State    string     `json:"state" enum:"queued,sending,waiting,deferred,accepted,opened,failed,dropped" example:"accepted"`
	Why      string     `json:"why,omitempty" doc:"Of waiting, deferred, failed and dropped"`
	Title    string     `json:"title"`
	Body     string     `json:"body"`
	At       time.Time  `json:"at"`
	Sent     *time.Time `json:"sent,omitempty" doc:"Latest attempt"`
	Accepted *time.Time `json:"accepted,omitempty" doc:"By whoever carries the channel"`
	Opened   *time.Time `json:"opened,omitempty"`
	Next     *time.Time `json:"next,omitempty" doc:"Of waiting and deferred: when it is looked at again"`
}

type inboxOutput struct {
	Body struct {
		Messages []Message `json:"messages"`
		Next     string    `json:"next,omitempty"`
	}
}

type openedInput struct {
	Credentials
	ID     string `path:"id" doc:"Of the message, as in the push's data"`
	Number string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
}

type toldInput struct {
	Credentials
	Number string `path:"number" example:"RR-7K3M-Q2XA"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func (a *API) registerMessages(api huma.API) {
	register(a, api, "account.messages", huma.Operation{OperationID: "list-messages", Method: http.MethodGet, Path: "/v1/messages",
		Summary: "The account's messages by every channel, newest first"}, a.inbox)
	register(a, api, "message.opened", huma.Operation{OperationID: "message-opened", Method: http.MethodPost, Path: "/v1/messages/{id}/opened",
		DefaultStatus: http.StatusNoContent, Summary: "The app tells that a message was opened: no e-mail or SMS need follow; again is harmless",
		Errors: []int{http.StatusNotFound}}, a.opened)
	register(a, api, "complaint.read", huma.Operation{OperationID: "complaint-messages", Method: http.MethodGet, Path: "/v1/complaints/{number}/messages",
		Summary: "What the complaint's citizen was told about it, and what came of each message", Errors: []int{http.StatusNotFound}}, a.told)
}

func (a *API) inbox(ctx context.Context, in *inboxInput) (*inboxOutput, error) {
	rows, next, err := a.Teller.Inbox(ctx, guard.Who(ctx).ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return messages(rows, next), nil
}

// opened answers to the account the message is for, and to a guest with the claim code of the complaint it is about.
func (a *API) opened(ctx context.Context, in *openedInput) (*struct{}, error) {
	person, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	return nil, a.Teller.Opened(ctx, in.ID, person)
}

func (a *API) told(ctx context.Context, in *toldInput) (*inboxOutput, error) {
	c, who, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Teller.Search(ctx, notify.Search{Complaint: c.ID, Person: who.ID, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return messages(rows, next), nil
}

// whose is the person that somebody asks about: the account that is signed in or, with number and claim code, the guest.
func (a *API) whose(ctx context.Context, number string, cred Credentials) (string, error) {
	if number != "" {
		c, who, err := a.complaintOf(ctx, number, cred)
		if err != nil {
			return "", err
		}
		if who.ID != c.Citizen {
			return "", errClaim
		}
		return who.ID, nil
	}
	if p := guard.Who(ctx); p.ID != "" {
		return p.ID, nil
	}
	return "", fault.New(fault.Unauthorized, "sign in with an Authorization header, or send number and Claim-Code")
}

func messages(rows []*notify.Row, next string) *inboxOutput {
	out := new(inboxOutput)
	out.Body.Next, out.Body.Messages = next, []Message{}
	for _, r := range rows {
		out.Body.Messages = append(out.Body.Messages, Message{ID: r.ID, Number: r.Number, Event: r.Event, Channel: string(r.Channel),
			State: string(r.State), Why: r.Why, Title: r.Title, Body: r.Body, At: r.Created, Sent: moment(r.Sent), Accepted: moment(r.Accepted),
			Opened: moment(r.Opened), Next: moment(r.Next)})
	}
	return out
}
