package open311

import (
	"context"
	"errors"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// How much one answer with updates spans at the most, and where no time is given.
const (
	longestUpdates = 7 * 24 * time.Hour
	usualUpdates   = 24 * time.Hour
)

// stages are what an agency's own system may report, in mySociety's words.
var stages = map[string]complaint.Stage{
	"OPEN":             complaint.Remark,
	"INVESTIGATING":    complaint.Taken,
	"ACTION_SCHEDULED": complaint.Taken, "INTERNAL_REFERRAL": complaint.Taken,
	"IN_PROGRESS": complaint.Working,
	"FIXED":       complaint.Mended, "CLOSED": complaint.Mended, "NO_FURTHER_ACTION": complaint.Mended,
	"NOT_COUNCILS_RESPONSIBILITY": complaint.NotOurs, "FOR_TRIAGE": complaint.NotOurs,
}

// refused are words of mySociety's for what another system cannot do here, and what to do instead.
var refused = map[string]string{
	"DUPLICATE": "does not say of which complaint; an officer merges the two",
	"REOPEN":    "is not the agency's to say; whoever reported it reopens a complaint",
}

// reported is the status in which other systems see a state.
var reported = map[complaint.State]string{
	complaint.Received: "open", complaint.Triage: "for_triage", complaint.Routed: "open", complaint.Accepted: "investigating",
	complaint.InProgress: "in_progress", complaint.Waiting: "investigating", complaint.Resolved: "fixed", complaint.Closed: "closed",
	complaint.Withdrawn: "no_further_action", complaint.Rejected: "not_councils_responsibility", complaint.Merged: "duplicate",
}

func (a *API) updates(ctx context.Context, q *question) (answer, error) {
	var w wrong
	from, to := q.period(longestUpdates, usualUpdates, a.Cases.Now(), &w)
	if err := w.err(); err != nil {
		return answer{}, err
	}
	news, err := a.Cases.News(ctx, from, to, mostRequests)
	if err != nil {
		return answer{}, err
	}
	out := List[Update]{}
	for _, n := range news {
		out = append(out, Update{ID: n.Event.ID, Request: n.Complaint.Number, Status: reported[n.Event.To], At: Moment(n.Event.At),
			Text: a.state(n.Event.To, n.Event.Concerns(), q.lang)})
	}
	return answer{root: "service_request_updates", body: out}, nil
}

// change is an update as an agency's system sends it.
type change struct {
	Request, ID string
	Progress    complaint.Progress
}

func readChange(q *question) (x change, w wrong) {
	x = change{Request: q.get("service_request_id"), ID: q.get("update_id")}
	if x.Request == "" {
		w.add("service_request_id", "is missing")
	}
	if wrong := complaint.Plain(x.ID, maxKey); wrong != "" {
		w.add("update_id", "%s", wrong)
	}
	status := strings.ToUpper(q.get("status"))
	stage, known := stages[status]
	switch {
	case refused[status] != "":
		w.add("status", "%s %s", status, refused[status])
	case !known:
		w.add("status", "must be OPEN, INVESTIGATING, ACTION_SCHEDULED, INTERNAL_REFERRAL, IN_PROGRESS, FIXED, CLOSED, NO_FURTHER_ACTION, NOT_COUNCILS_RESPONSIBILITY or FOR_TRIAGE")
	}
	x.Progress = complaint.Progress{Stage: stage, Note: q.get("description"), Happened: q.moment("updated_datetime", &w)}
	if x.Progress.Note != "" {
		if wrong := complaint.Plain(x.Progress.Note, maxText); wrong != "" {
			w.add("description", "%s", wrong)
		}
	}
	for _, link := range append(q.values["media_url"], q.values["media_url[]"]...) {
		switch link = strings.TrimSpace(link); {
		case link == "":
		case !isLink(link):
			w.add("media_url", "%s", notLink)
		default: // the citizen sees it below the words
			x.Progress.Note = strings.TrimSpace(x.Progress.Note + "\n" + link)
		}
	}
	return x, w
}

// update makes the moves that an agency's system reports. The same update_id again changes nothing and is answered alike.
func (a *API) update(ctx context.Context, q *question) (answer, error) {
	x, w := readChange(q)
	if err := w.err(); err != nil {
		return answer{}, err
	}
	c, err := a.Cases.Store.ByNumber(ctx, x.Request)
	if err == nil {
		by := complaint.By{Actor: q.client.Actor(), Request: complaint.NewRequest(x.ID, "open311/"+q.client.ID, nil)}
		_, err = a.Cases.Report(ctx, c.ID, x.Progress, by)
	}
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Invalid) && c == nil {
		return answer{}, fault.New(fault.NotFound, "there is no service_request_id %q that is %s's", x.Request, q.client.Agency)
	}
	if err != nil {
		return answer{}, err
	}
	return answer{root: "service_request_updates", body: List[Reported]{{ID: x.ID}}}, nil
}
