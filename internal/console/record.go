package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/guard"
)

// RecordInput searches the audit record.
type RecordInput struct {
	Actor  string    `query:"actor" maxLength:"100" pattern:"^[A-Za-z0-9._:-]*$" doc:"Id of who did it, or system" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
	Object string    `query:"object" maxLength:"150" pattern:"^([a-z_]+:[A-Za-z0-9._:/-]+)?$" doc:"Kind and id of what it was done to" example:"complaint:RR-7K3M-Q2XA"`
	Action string    `query:"action" maxLength:"60" pattern:"^[a-z_.]*$" doc:"What was done; the word before the dot alone finds all of its kind" example:"move.accept"`
	From   time.Time `query:"from" doc:"Recorded at this instant or later" example:"2026-11-25T16:00:00Z"`
	To     time.Time `query:"to" doc:"Recorded before this instant" example:"2026-11-26T16:00:00Z"`
	Cursor string    `query:"cursor" maxLength:"50" doc:"next of the page before"`
	Limit  int       `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// Recorded is one entry of the audit record.
type Recorded struct {
	Seq     int64             `json:"seq" doc:"From 1, without gaps"`
	At      time.Time         `json:"at" doc:"When it was recorded"`
	Acted   *time.Time        `json:"acted,omitempty" doc:"When it was done, where that was earlier"`
	Role    string            `json:"role" example:"officer"`
	Actor   string            `json:"actor,omitempty" doc:"Id; absent for the program itself"`
	Agency  string            `json:"agency,omitempty" doc:"The actor's"`
	Action  string            `json:"action" example:"move.accept"`
	Object  string            `json:"object,omitempty" doc:"Kind and id" example:"complaint:RR-7K3M-Q2XA"`
	Outcome string            `json:"outcome" enum:"begun,done,refused,failed" doc:"begun stands before the act; the entry with the same act detail says what came of it"`
	Reason  string            `json:"reason,omitempty"`
	Address string            `json:"address,omitempty" doc:"Hash of the network address: equal ones are the same address"`
	Details map[string]string `json:"details,omitempty"`
	Prev    string            `json:"prev" doc:"Hash of the entry before"`
	Hash    string            `json:"hash"`
}

type recordOutput struct {
	Body struct {
		Entries []Recorded `json:"entries" doc:"The newest first"`
		Next    string     `json:"next,omitempty" doc:"There may be more, also where this page is short"`
	}
}

func (a *API) registerRecord(api huma.API) {
	register(a, api, "audit.read", huma.Operation{OperationID: "read-audit", Method: http.MethodGet, Path: "/v1/staff/audit",
		Summary: "Who did and saw what, for administrators and oversight; reading it is recorded too"}, a.Record)
}

// Record searches once it is recorded who searches for what.
func (a *API) Record(ctx context.Context, in *RecordInput) (*recordOutput, error) {
	p := guard.Who(ctx)
	entry := audit.Entry{Actor: audit.By(p.Actor()), Action: audit.Read, Outcome: audit.Done, Details: in.asked()}
	if err := a.Audit.Record(ctx, entry); err != nil {
		return nil, err
	}
	page, err := audit.Search(ctx, a.Audit.Engine, audit.Query{Actor: in.Actor, Object: in.Object, Action: in.Action, From: in.From, To: in.To,
		After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := new(recordOutput)
	out.Body.Next, out.Body.Entries = page.Next, []Recorded{}
	for _, e := range page.Entries {
		out.Body.Entries = append(out.Body.Entries, recorded(e))
	}
	return out, nil
}

func (in *RecordInput) asked() map[audit.Detail]string {
	out := map[audit.Detail]string{}
	for k, v := range map[audit.Detail]string{audit.ByActor: in.Actor, audit.ByObject: in.Object, audit.ByAction: in.Action} {
		if v != "" {
			out[k] = v
		}
	}
	for k, t := range map[audit.Detail]time.Time{audit.From: in.From, audit.To: in.To} {
		if !t.IsZero() {
			out[k] = t.UTC().Format(time.RFC3339)
		}
	}
	return out
}

func recorded(e audit.Entry) Recorded {
	out := Recorded{Seq: e.Seq, At: e.At, Acted: moment(e.Acted), Role: e.Actor.Role, Actor: e.Actor.ID, Agency: e.Actor.Agency, Action: string(e.Action),
		Outcome: string(e.Outcome), Reason: e.Reason, Address: e.Address, Prev: e.Prev, Hash: e.Hash}
	if e.Object != (audit.Object{}) {
		out.Object = e.Object.Key()
	}
	for k, v := range e.Details {
		if out.Details == nil {
			out.Details = map[string]string{}
		}
		out.Details[string(k)] = v
	}
	return out
}
