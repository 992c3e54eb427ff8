package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/notify"
)

// Message is a line of the ledger as staff see it: for which audience, never to whom.
type Message struct {
	ID         string     `json:"id"`
	Number     string     `json:"number,omitempty"`
	Event      string     `json:"event"`
	Audience   string     `json:"audience"`
	Channel    string     `json:"channel"`
	State      string     `json:"state"`
	Why        string     `json:"why,omitempty" doc:"Of waiting, deferred, failed and dropped"`
	Importance string     `json:"importance,omitempty"`
	Fallback   bool       `json:"fallback,omitempty" doc:"It goes out only if the message was not opened"`
	Attempts   int        `json:"attempts"`
	Created    time.Time  `json:"created"`
	Sent       *time.Time `json:"sent,omitempty" doc:"Latest attempt"`
	Accepted   *time.Time `json:"accepted,omitempty"`
	Opened     *time.Time `json:"opened,omitempty"`
	Next       *time.Time `json:"next,omitempty" doc:"When it is looked at again"`
}

// MessagesOutput is lines of the ledger.
type MessagesOutput struct {
	Body struct {
		Messages []Message `json:"messages"`
		Next     string    `json:"next,omitempty"`
	}
}

type searchInput struct {
	Number  string `query:"number" doc:"Of a complaint" example:"RR-7K3M-Q2XA"`
	Person  string `query:"person" doc:"Id of a person, as in staff-me"`
	State   string `query:"state" enum:"queued,sending,waiting,deferred,accepted,opened,failed,dropped"`
	Channel string `query:"channel" enum:"inbox,push,email,sms,webhook"`
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"40"`
}

func (a *API) registerMessages(api huma.API) {
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-messages", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/messages",
		Summary: "Who was told what about a complaint, and what came of it", Errors: []int{http.StatusNotFound}}, a.Messages)
	register(a, api, "message.search", huma.Operation{OperationID: "search-messages", Method: http.MethodGet, Path: "/v1/staff/messages",
		Summary: "The ledger of messages, the newest first. A page may be short, with more to follow", Errors: []int{http.StatusNotFound}}, a.search)
}

// Messages tells who was told what about a complaint.
func (a *API) Messages(ctx context.Context, in *NumberInput) (*MessagesOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	rows, err := a.Teller.Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := new(MessagesOutput)
	out.Body.Messages = []Message{}
	for _, r := range rows {
		out.Body.Messages = append(out.Body.Messages, line(r))
	}
	return out, nil
}

// search shows what is about complaints that the asker may see; of all of them only to whoever oversees all.
func (a *API) search(ctx context.Context, in *searchInput) (*MessagesOutput, error) {
	p := guard.Who(ctx)
	s := notify.Search{Person: in.Person, State: notify.State(in.State), Channel: notify.Channel(in.Channel), After: in.Cursor, Limit: in.Limit}
	if in.Number != "" {
		c, _, err := a.complaintOf(ctx, in.Number)
		if err != nil {
			return nil, err
		}
		s.Complaint = c.ID
	} else if scope := a.Guard.Table.Scope("message.search", string(p.Role)); in.Person != p.ID && scope != access.All && scope != access.Open {
		return nil, fault.New(fault.Forbidden, "give the number of a complaint, or your own id as person; the whole ledger is for those who oversee all")
	}
	rows, next, err := a.Teller.Search(ctx, s)
	if err != nil {
		return nil, err
	}
	out := new(MessagesOutput)
	out.Body.Next, out.Body.Messages = next, []Message{}
	sees := map[string]bool{"": true} // a digest is about none
	for _, r := range rows {
		if _, asked := sees[r.Complaint]; !asked {
			if sees[r.Complaint], err = a.sees(ctx, p.Actor(), r.Complaint); err != nil {
				return nil, err
			}
		}
		if sees[r.Complaint] {
			out.Body.Messages = append(out.Body.Messages, line(r))
		}
	}
	return out, nil
}

func (a *API) sees(ctx context.Context, who complaint.Actor, id string) (bool, error) {
	c, err := a.Cases.Store.ByID(ctx, id)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return false, nil
		}
		return false, err
	}
	return a.Cases.Sees(who, c) == nil, nil
}

func line(r *notify.Row) Message {
	return Message{ID: r.ID, Number: r.Number, Event: r.Event, Audience: r.Audience, Channel: string(r.Channel), State: string(r.State), Why: r.Why,
		Importance: string(r.Importance), Fallback: r.Unopened, Attempts: r.Attempts, Created: r.Created, Sent: moment(r.Sent),
		Accepted: moment(r.Accepted), Opened: moment(r.Opened), Next: moment(r.Next)}
}
