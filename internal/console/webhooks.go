package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/notify"
)

// WebhookBody is where an agency's own system takes events.
type WebhookBody struct {
	Agency string   `json:"agency" example:"MBPJ"`
	URL    string   `json:"url" maxLength:"500" example:"https://aduan.mbpj.gov.my/respons"`
	Events []string `json:"events,omitempty" maxItems:"50" doc:"Absent: all" example:"[\"routed\",\"withdrawn\"]"`
	Off    bool     `json:"off,omitempty" doc:"Calls to it fail, and can be replayed later"`
}

// Webhook is a target as administrators see it.
type Webhook struct {
	ID     string    `json:"id"`
	Agency string    `json:"agency"`
	URL    string    `json:"url"`
	Events []string  `json:"events"`
	Off    bool      `json:"off"`
	Why    string    `json:"why,omitempty" doc:"Of off"`
	Since  time.Time `json:"since"`
	Turned time.Time `json:"turned" doc:"When its secret was made"`
	Secret string    `json:"secret,omitempty" doc:"Of Standard Webhooks, whsec_…; in answers to its making and turning only"`
}

// WebhookInput sets a webhook.
type WebhookInput struct {
	Body WebhookBody
}

// WebhookPath names a webhook, or a dead letter.
type WebhookPath struct {
	ID string `path:"id"`
}

type webhookOutput struct {
	Body Webhook
}

// PageInput asks for a page of a list.
type PageInput struct {
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

type webhooksOutput struct {
	Body struct {
		Webhooks []Webhook `json:"webhooks"`
		Next     string    `json:"next,omitempty"`
	}
}

func (a *API) registerWebhooks(api huma.API) {
	const path = "/v1/staff/webhooks"
	missing := []int{http.StatusNotFound}
	add := func(id, method, under, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path + under, Summary: summary, Errors: missing}
	}
	const p = "webhook.configure"
	register(a, api, p, add("set-webhook", http.MethodPost, "", "Set where an agency's system takes events, which, and whether; the same address again changes it"), a.SetWebhook)
	register(a, api, p, add("list-webhooks", http.MethodGet, "", "The webhooks, the latest first"), a.ListWebhooks)
	register(a, api, p, add("turn-webhook-secret", http.MethodPost, "/{id}/secret", "Make a new secret; for a day calls are signed with both"), a.TurnSecret)
	remove := add("remove-webhook", http.MethodDelete, "/{id}", "Take a webhook away; again is harmless")
	remove.DefaultStatus = http.StatusNoContent
	register(a, api, p, remove, a.RemoveWebhook)
	a.registerDeadLetters(api)
}

// changesWebhook carries out a change of what agencies' systems are told, once it is on record who makes it.
func (a *API) changesWebhook(ctx context.Context, action audit.Action, do func(*audit.Entry) error) error {
	return a.Audit.Act(ctx, audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: action}, do)
}

func ofWebhook(done *audit.Entry, x notify.Target) {
	done.Object, done.Details[audit.Agency] = audit.Object{Kind: "webhook", ID: x.ID}, x.Agency
}

// SetWebhook sets where an agency's system takes events, on record.
func (a *API) SetWebhook(ctx context.Context, in *WebhookInput) (*webhookOutput, error) {
	var x notify.Target
	err := a.changesWebhook(ctx, audit.WebhookSet, func(done *audit.Entry) (err error) {
		if x, err = a.Hooks.Set(ctx, in.Body.Agency, in.Body.URL, in.Body.Events, in.Body.Off); err != nil {
			return err
		}
		ofWebhook(done, x)
		done.Details[audit.To] = "on"
		if x.Off {
			done.Details[audit.To] = "off"
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.withSecret(x), nil
}

// ListWebhooks lists them, the latest first.
func (a *API) ListWebhooks(ctx context.Context, in *PageInput) (*webhooksOutput, error) {
	list, next, err := a.Hooks.All(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(webhooksOutput)
	out.Body.Next, out.Body.Webhooks = next, []Webhook{}
	for _, x := range list {
		out.Body.Webhooks = append(out.Body.Webhooks, hook(x))
	}
	return out, nil
}

// TurnSecret makes a new secret, on record.
func (a *API) TurnSecret(ctx context.Context, in *WebhookPath) (*webhookOutput, error) {
	var x notify.Target
	err := a.changesWebhook(ctx, audit.WebhookTurn, func(done *audit.Entry) (err error) {
		if x, err = a.Hooks.Turn(ctx, in.ID); err == nil {
			ofWebhook(done, x)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.withSecret(x), nil
}

// RemoveWebhook takes one away, on record.
func (a *API) RemoveWebhook(ctx context.Context, in *WebhookPath) (*struct{}, error) {
	x, err := a.Hooks.ByID(ctx, in.ID)
	if errors.Is(err, fault.NotFound) {
		return nil, nil // removed already, and recorded then
	}
	if err != nil {
		return nil, err
	}
	return nil, a.changesWebhook(ctx, audit.WebhookRemove, func(done *audit.Entry) error {
		ofWebhook(done, x)
		return a.Hooks.Remove(ctx, x.ID)
	})
}

func (a *API) withSecret(x notify.Target) *webhookOutput {
	out := &webhookOutput{Body: hook(x)}
	out.Body.Secret = a.Hooks.Secret(x.ID, x.Generation)
	return out
}

func hook(x notify.Target) Webhook {
	events := x.Events
	if events == nil {
		events = []string{}
	}
	return Webhook{ID: x.ID, Agency: x.Agency, URL: x.URL, Events: events, Off: x.Off, Why: x.Why, Since: x.Since, Turned: x.Turned}
}
