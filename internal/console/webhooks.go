package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

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

type webhookInput struct {
	Body WebhookBody
}

type webhookPath struct {
	ID string `path:"id"`
}

type webhookOutput struct {
	Body Webhook
}

type pageInput struct {
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

type webhooksOutput struct {
	Body struct {
		Webhooks []Webhook `json:"webhooks"`
		Next     string    `json:"next,omitempty"`
	}
}

type deadInput struct {
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
	Webhook string `query:"webhook" doc:"Id of a webhook; absent: of all"`
}

type replayedOutput struct {
	Body struct {
		Replayed int `json:"replayed" doc:"Messages that are queued again"`
	}
}

type letterOutput struct {
	Body Message
}

func (a *API) registerWebhooks(api huma.API) {
	const path = "/v1/staff/webhooks"
	missing := []int{http.StatusNotFound}
	add := func(id, method, under, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path + under, Summary: summary, Errors: missing}
	}
	const p = "webhook.configure"
	register(a, api, p, add("set-webhook", http.MethodPost, "", "Set where an agency's system takes events, which, and whether; the same address again changes it"), a.setWebhook)
	register(a, api, p, add("list-webhooks", http.MethodGet, "", "The webhooks, the latest first"), a.listWebhooks)
	register(a, api, p, add("turn-webhook-secret", http.MethodPost, "/{id}/secret", "Make a new secret; for a day calls are signed with both"), a.turnSecret)
	remove := add("remove-webhook", http.MethodDelete, "/{id}", "Take a webhook away; again is harmless")
	remove.DefaultStatus = http.StatusNoContent
	register(a, api, p, remove, a.removeWebhook)
	register(a, api, p, add("replay-webhook", http.MethodPost, "/{id}/replay", "Queue all dead letters of a webhook again"), a.replayAll)
	register(a, api, p, add("list-dead-letters", http.MethodGet, "/dead-letters", "Calls that were given up, the latest first"), a.deadLetters)
	register(a, api, p, add("replay-dead-letter", http.MethodPost, "/dead-letters/{id}/replay", "Queue a dead letter again, under the same webhook-id"), a.replay)
}

func (a *API) setWebhook(ctx context.Context, in *webhookInput) (*webhookOutput, error) {
	x, err := a.Hooks.Set(ctx, in.Body.Agency, in.Body.URL, in.Body.Events, in.Body.Off)
	if err != nil {
		return nil, err
	}
	return a.withSecret(x), nil
}

func (a *API) listWebhooks(ctx context.Context, in *pageInput) (*webhooksOutput, error) {
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

func (a *API) turnSecret(ctx context.Context, in *webhookPath) (*webhookOutput, error) {
	x, err := a.Hooks.Turn(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.withSecret(x), nil
}

func (a *API) removeWebhook(ctx context.Context, in *webhookPath) (*struct{}, error) {
	return nil, a.Hooks.Remove(ctx, in.ID)
}

func (a *API) replayAll(ctx context.Context, in *webhookPath) (*replayedOutput, error) {
	n, err := a.Teller.ReplayAll(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := new(replayedOutput)
	out.Body.Replayed = n
	return out, nil
}

func (a *API) deadLetters(ctx context.Context, in *deadInput) (*messagesOutput, error) {
	rows, next, err := a.Teller.DeadLetters(ctx, in.Webhook, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(messagesOutput)
	out.Body.Next, out.Body.Messages = next, []Message{}
	for _, r := range rows {
		out.Body.Messages = append(out.Body.Messages, line(r))
	}
	return out, nil
}

func (a *API) replay(ctx context.Context, in *webhookPath) (*letterOutput, error) {
	row, err := a.Teller.Replay(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &letterOutput{Body: line(row)}, nil
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
