package console

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/notify"
	"respons/internal/sla"
)

// mostDays is how many days one request may sum up: a quarter.
const mostDays = 92

// usualDays are summed up where nobody says which.
const usualDays = 7

type deliveryInput struct {
	From    string `query:"from" format:"date" doc:"First day in Malaysia; absent: six days before the last" example:"2026-11-20"`
	To      string `query:"to" format:"date" doc:"Last day in Malaysia; absent: today" example:"2026-11-26"`
	Channel string `query:"channel" enum:"inbox,push,email,sms,webhook"`
	Event   string `query:"event" doc:"Which text, such as routed" example:"routed"`
}

// Delivery is what came of the messages of one channel, platform and event.
type Delivery struct {
	Channel  string   `json:"channel" enum:"inbox,push,email,sms,webhook"`
	Platform string   `json:"platform,omitempty" doc:"Of pushes: android, ios or web"`
	Event    string   `json:"event" doc:"Which text" example:"routed"`
	Accepted int64    `json:"accepted" doc:"By whoever carries the channel; of the inbox: laid there"`
	Opened   int64    `json:"opened" doc:"As apps and pages tell; nobody tells of e-mails, text messages and webhooks"`
	Failed   int64    `json:"failed"`
	Dropped  int64    `json:"dropped" doc:"Not sent"`
	Why      []Cause  `json:"why" doc:"Of failed and dropped, the most frequent first"`
	ToOpen   *Opening `json:"to_open,omitempty" doc:"How long after acceptance messages were opened; absent where none was"`
}

// Cause is why messages failed or were dropped.
type Cause struct {
	State string `json:"state" enum:"failed,dropped"`
	Why   string `json:"why" example:"the device is gone"`
	Count int64  `json:"count"`
}

// Opening is how long it took until messages were opened.
type Opening struct {
	MeanSeconds float64  `json:"mean_seconds"`
	Within      []Within `json:"within" doc:"How many within each span, those of shorter spans included"`
}

// Within is how many messages were opened within a span.
type Within struct {
	Seconds int64 `json:"seconds"`
	Count   int64 `json:"count"`
}

type deliveryOutput struct {
	Body struct {
		From  string     `json:"from" format:"date"`
		To    string     `json:"to" format:"date"`
		Lines []Delivery `json:"lines"`
	}
}

func (a *API) registerStatistics(api huma.API) {
	register(a, api, "message.statistics", huma.Operation{OperationID: "message-statistics", Method: http.MethodGet, Path: "/v1/staff/statistics/messages",
		Summary: "What came of the messages made on some days, by channel, platform and event. Counts may be a few seconds old"}, a.deliveries)
}

func (a *API) deliveries(ctx context.Context, in *deliveryInput) (*deliveryOutput, error) {
	first, last, err := in.days(sla.DateOf(a.Teller.Now()))
	if err != nil {
		return nil, err
	}
	lines, err := a.Teller.Tally.Of(ctx, first, last)
	if err != nil {
		return nil, err
	}
	out := new(deliveryOutput)
	out.Body.From, out.Body.To, out.Body.Lines = first.String(), last.String(), []Delivery{}
	for _, l := range lines {
		if (in.Channel == "" || in.Channel == string(l.Channel)) && (in.Event == "" || in.Event == l.Event) {
			out.Body.Lines = append(out.Body.Lines, delivery(l))
		}
	}
	return out, nil
}

// days are those that are asked for.
func (in *deliveryInput) days(today sla.Date) (first, last sla.Date, err error) {
	last = today
	if in.To != "" {
		if last, err = sla.ParseDate(in.To); err != nil {
			return 0, 0, fault.New(fault.Invalid, "to: %v", err)
		}
	}
	first = last - usualDays + 1
	if in.From != "" {
		if first, err = sla.ParseDate(in.From); err != nil {
			return 0, 0, fault.New(fault.Invalid, "from: %v", err)
		}
	}
	if n := last - first + 1; n < 1 || n > mostDays {
		return 0, 0, fault.New(fault.Invalid, "from %s to %s is %d days; ask for 1 to %d", first, last, n, mostDays)
	}
	return first, last, nil
}

func delivery(l *notify.Line) Delivery {
	d := Delivery{Channel: string(l.Channel), Platform: l.Platform, Event: l.Event, Accepted: l.Accepted, Opened: l.Opened, Why: []Cause{}}
	for _, of := range []struct {
		state  notify.State
		counts map[string]int64
		sum    *int64
	}{{notify.Failed, l.Failed, &d.Failed}, {notify.Dropped, l.Dropped, &d.Dropped}} {
		for _, why := range slices.Sorted(maps.Keys(of.counts)) {
			*of.sum += of.counts[why]
			d.Why = append(d.Why, Cause{State: string(of.state), Why: why, Count: of.counts[why]})
		}
	}
	slices.SortStableFunc(d.Why, func(a, b Cause) int { return cmp.Compare(b.Count, a.Count) })
	if l.Opened > 0 {
		d.ToOpen = &Opening{MeanSeconds: l.ToOpen.Seconds() / float64(l.Opened), Within: []Within{}}
		sum := int64(0)
		for i, span := range notify.OpenedWithin {
			sum += l.Within[i]
			d.ToOpen.Within = append(d.ToOpen.Within, Within{Seconds: int64(span / time.Second), Count: sum})
		}
	}
	return d
}
