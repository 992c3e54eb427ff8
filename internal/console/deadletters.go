package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/mask"
	"respons/internal/notify"
)

// longestDiscard is how many characters the reason of a discard may have.
const longestDiscard = 300

// DeadInput asks for calls that were given up.
type DeadInput struct {
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
	Webhook string `query:"webhook" doc:"Id of a webhook, also of one that was removed; absent: of all"`
}

// Letter is a call of an agency's system that was given up.
type Letter struct {
	Message
	Webhook string          `json:"webhook" doc:"Id of the webhook"`
	Agency  string          `json:"agency,omitempty" doc:"Absent where the webhook was removed"`
	URL     string          `json:"url,omitempty" doc:"Absent where the webhook was removed"`
	Off     bool            `json:"off,omitempty" doc:"The webhook is off: a replay fails at once"`
	Payload json.RawMessage `json:"payload" doc:"What was posted and would be again"`
}

type letterOutput struct {
	Body Letter
}

type lineOutput struct {
	Body Message
}

type replayedOutput struct {
	Body struct {
		Replayed int `json:"replayed" doc:"Messages that are queued again"`
	}
}

// DiscardBody says why a call need not be made any more.
type DiscardBody struct {
	Reason string `json:"reason" doc:"In a sentence; name nobody: it goes on the audit record" example:"MBPJ telah mengambil kes ini melalui papan pemuka"`
}

// DiscardInput says which call need not be made any more, and why.
type DiscardInput struct {
	ID   string `path:"id"`
	Body DiscardBody
}

type discardedOutput struct {
	Body struct {
		Discarded int `json:"discarded" doc:"Messages that were given up for good"`
	}
}

func (a *API) registerDeadLetters(api huma.API) {
	const path = "/v1/staff/webhooks"
	add := func(id, method, under, summary string, also ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path + under, Summary: summary, DefaultStatus: http.StatusOK,
			Errors: append(also, http.StatusNotFound)}
	}
	const p = "webhook.configure"
	register(a, api, p, add("list-dead-letters", http.MethodGet, "/dead-letters", "Calls that were given up, the latest first"), a.DeadLetters)
	register(a, api, p, add("get-dead-letter", http.MethodGet, "/dead-letters/{id}", "A call that was given up: to whom, what, how often tried and why it failed"), a.deadLetter)
	register(a, api, p, add("replay-dead-letter", http.MethodPost, "/dead-letters/{id}/replay", "Queue a dead letter again, under the same webhook-id"), a.Replay)
	register(a, api, p, add("discard-dead-letter", http.MethodPost, "/dead-letters/{id}/discard",
		"Give a dead letter up for good, and why; again is harmless", http.StatusConflict), a.Discard)
	register(a, api, p, add("replay-webhook", http.MethodPost, "/{id}/replay", "Queue all dead letters of a webhook again"), a.ReplayAll)
	register(a, api, p, add("discard-webhook", http.MethodPost, "/{id}/discard",
		"Give all dead letters of a webhook up for good, and why; also of one that was removed"), a.discardAll)
}

// DeadLetters lists calls that were given up, the latest first.
func (a *API) DeadLetters(ctx context.Context, in *DeadInput) (*MessagesOutput, error) {
	rows, next, err := a.Teller.DeadLetters(ctx, in.Webhook, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(MessagesOutput)
	out.Body.Next, out.Body.Messages = next, []Message{}
	for _, r := range rows {
		out.Body.Messages = append(out.Body.Messages, line(r))
	}
	return out, nil
}

func (a *API) deadLetter(ctx context.Context, in *WebhookPath) (*letterOutput, error) {
	row, err := a.Teller.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &letterOutput{Body: Letter{Message: line(row), Webhook: row.Target, Payload: json.RawMessage(row.Body)}}
	x, err := a.Hooks.ByID(ctx, row.Target)
	switch {
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return nil, fmt.Errorf("webhook of dead letter %s: %w", in.ID, err)
	default:
		out.Body.Agency, out.Body.URL, out.Body.Off = x.Agency, x.URL, x.Off
	}
	return out, nil
}

// Replay queues one again, on record.
func (a *API) Replay(ctx context.Context, in *WebhookPath) (*lineOutput, error) {
	var row *notify.Row
	err := a.changesWebhook(ctx, audit.WebhookReplay, func(done *audit.Entry) (err error) {
		if row, err = a.Teller.Replay(ctx, in.ID); err == nil {
			done.Object = audit.Object{Kind: "message", ID: row.ID}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &lineOutput{Body: line(row)}, nil
}

// ReplayAll queues all of a webhook again, on record.
func (a *API) ReplayAll(ctx context.Context, in *WebhookPath) (*replayedOutput, error) {
	out := new(replayedOutput)
	err := a.changesWebhook(ctx, audit.WebhookReplay, func(done *audit.Entry) error {
		x, err := a.Hooks.ByID(ctx, in.ID)
		if err != nil {
			return err
		}
		ofWebhook(done, x)
		out.Body.Replayed, err = a.Teller.ReplayAll(ctx, x.ID)
		done.Details[audit.Count] = strconv.Itoa(out.Body.Replayed)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Discard lets one be, on record.
func (a *API) Discard(ctx context.Context, in *DiscardInput) (*lineOutput, error) {
	why, err := reasonOf(in.Body)
	if err != nil {
		return nil, err
	}
	var row *notify.Row
	err = a.changesWebhook(ctx, audit.WebhookDiscard, func(done *audit.Entry) (err error) {
		if row, err = a.Teller.Discard(ctx, in.ID, why); err == nil {
			done.Object, done.Reason = audit.Object{Kind: "message", ID: row.ID}, why
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &lineOutput{Body: line(row)}, nil
}

func (a *API) discardAll(ctx context.Context, in *DiscardInput) (*discardedOutput, error) {
	why, err := reasonOf(in.Body)
	if err != nil {
		return nil, err
	}
	out := new(discardedOutput)
	err = a.changesWebhook(ctx, audit.WebhookDiscard, func(done *audit.Entry) (err error) {
		x, missing := a.Hooks.ByID(ctx, in.ID)
		if missing != nil && !errors.Is(missing, fault.NotFound) {
			return missing
		}
		if out.Body.Discarded, err = a.Teller.DiscardAll(ctx, in.ID, why); err != nil {
			return err
		}
		if missing != nil && out.Body.Discarded == 0 { // it is none that was removed either
			return missing
		}
		done.Object, done.Reason = audit.Object{Kind: "webhook", ID: in.ID}, why
		done.Details[audit.Count] = strconv.Itoa(out.Body.Discarded)
		if x.Agency != "" {
			done.Details[audit.Agency] = x.Agency
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// reasonOf is the reason of a discard, masked: neither the ledger nor the audit record names anybody.
func reasonOf(b DiscardBody) (string, error) {
	if wrong := complaint.Plain(b.Reason, longestDiscard); wrong != "" {
		f := fault.New(fault.Invalid, "reason %s", wrong)
		f.Fields = []fault.Field{{Path: "body.reason", Text: wrong}}
		return "", f
	}
	return mask.Text(strings.Join(strings.Fields(b.Reason), " ")), nil
}
