// Package notify tells people what happened: which event is for whom, in whose language, by which channel, and a ledger
// that proves what was sent and makes a repeat harmless.
package notify

import (
	"io/fs"
	"slices"
	"strconv"
	"time"

	"respons/internal/complaint"
	"respons/internal/table"
)

// Rule says who is told about an event and how. Everybody has it in the inbox besides.
type Rule struct {
	Audience   string // one of audiences
	Importance Importance
	Urgent     Importance // instead of Importance where the complaint is urgent; never less
	// Channels are used at once. Where Digest is among them and the message does not ring, it is gathered for the digest
	// and nothing else.
	Channels []Channel
	Fallback time.Duration // after this long without being opened an e-mail or SMS goes out; 0: none does
}

// gathered says whether the message waits for the digest.
func (r Rule) gathered() bool { return !r.Importance.Rings() && slices.Contains(r.Channels, Digest) }

// Rules are the rules by event name.
type Rules map[string][]Rule

var audiences = []string{"citizen", supporters, "assignee", "supervisor", "parent", "oversight", "desk", system}

// supporters are those who follow somebody else's complaint. They are told where it stands and never what was written.
const supporters = "supporters"

// system is the own computer system of the agency that an event is about.
const system = "system"

var supporterEvents = []string{"accepted", "resolved", "closed", "transferred", "reopened", "withdrawn", "rejected", "breach"}

// stepEvents are thresholds of a clock. Which staff are told of them is the ladder's to say, and how the rules'.
var stepEvents = []string{"reminder", "warning", "breach", "escalated", "oversight"}

// mostFallback is the longest wait for a push to be opened: a day, after which FCM has let go of an important one.
const mostFallback = 24 * time.Hour

// LoadRules reads notices.csv and notes every mistake.
func LoadRules(fsys fs.FS, ms *table.Mistakes) Rules {
	rules := Rules{}
	for _, r := range table.Read(fsys, "notices.csv", []string{"event", "audience", "importance", "urgent", "channels", "fallback_minutes"}, ms) {
		event, a := r.Need("event"), r.Need("audience")
		before := len(*ms)
		rule := Rule{Audience: a, Importance: level(r, "importance"), Channels: channels(r, a)}
		if rule.Urgent = rule.Importance; r.Get("urgent") != "" {
			if rule.Urgent = level(r, "urgent"); slices.Index(levels, rule.Urgent) < slices.Index(levels, rule.Importance) {
				r.Wrong("urgent", "is less than the importance %s", rule.Importance)
			}
		}
		rule.Fallback = fallback(r, rule)
		switch {
		case !slices.Contains(eventNames, event):
			r.Wrong("event", "there is no event %q", event)
		case !slices.Contains(audiences, a):
			r.Wrong("audience", "%q is none of %v", a, audiences)
		case a == supporters && !slices.Contains(supporterEvents, event):
			r.Wrong("event", "supporters are told only of %v", supporterEvents)
		case slices.ContainsFunc(rules[event], func(x Rule) bool { return x.Audience == a }):
			r.Wrong("audience", "%s is told about %s by an earlier row already", a, event)
		case len(*ms) == before:
			rules[event] = append(rules[event], rule)
		}
	}
	return rules
}

func level(r table.Row, column string) Importance {
	i := Importance(r.Need(column))
	if i != "" && !slices.Contains(levels, i) {
		r.Wrong(column, "%q is none of %v", i, levels)
	}
	return i
}

// channels reads those of a rule; empty: the inbox alone.
func channels(r table.Row, audience string) (out []Channel) {
	may := []Channel{Push, Email, Digest} // of staff, whose telephone numbers are not kept
	switch audience {
	case "citizen":
		may = []Channel{Push, Email, SMS}
	case supporters:
		may = []Channel{Push, Email}
	case system:
		may = []Channel{Webhook}
	}
	for _, s := range r.List("channels") {
		if !slices.Contains(may, Channel(s)) {
			r.Wrong("channels", "%q does not reach %s; there are %v", s, audience, may)
		}
		out = append(out, Channel(s))
	}
	if audience == system && len(out) == 0 {
		r.Wrong("channels", "an agency's system is reached by webhook")
	}
	return out
}

func fallback(r table.Row, rule Rule) time.Duration {
	v := r.Get("fallback_minutes")
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	d := time.Duration(n) * time.Minute
	switch {
	case err != nil || n < 1 || d > mostFallback:
		r.Wrong("fallback_minutes", "%q is no number of minutes from 1 to %d", v, int(mostFallback.Minutes()))
	case rule.Audience == supporters || rule.Audience == system:
		r.Wrong("fallback_minutes", "%s has nothing to fall back to", rule.Audience)
	case !rule.Urgent.Rings():
		r.Wrong("fallback_minutes", "only what is important or danger falls back")
	case !slices.Contains(rule.Channels, Push):
		r.Wrong("fallback_minutes", "only a push is watched for being opened; add push to channels")
	}
	return d
}

// byAction names the events that are told; an action that is missing is told to nobody.
var byAction = map[complaint.Action]string{
	complaint.Receive: "received", complaint.Route: "routed", complaint.Assign: "routed", complaint.Abstain: "triage",
	complaint.Accept: "accepted", complaint.Start: "started", complaint.Ask: "asked", complaint.Answer: "answered",
	complaint.Resolve: "resolved", complaint.Close: "closed", complaint.Expire: "closed", complaint.Return: "returned",
	complaint.Bounce: "triage", complaint.Transfer: "transferred", complaint.Reopen: "reopened",
	complaint.Withdraw: "withdrawn", complaint.Reject: "rejected", complaint.MergeIn: "merged",
	complaint.Unmerge: "unmerged", complaint.MadeSafe: "made_safe", complaint.Reply: "replied", complaint.Write: "written", complaint.Extend: "extended",
	complaint.TakeOver: "taken_over", complaint.Succeed: "succeeded",
}

// byPercent names the thresholds of a clock; one that lies between takes the name below it.
var byPercent = []struct {
	percent int
	name    string
}{{200, "oversight"}, {150, "escalated"}, {100, "breach"}, {80, "warning"}, {0, "reminder"}}

var eventNames = []string{"received", "routed", "triage", "accepted", "started", "asked", "answered", "resolved", "closed",
	"returned", "transferred", "reopened", "withdrawn", "rejected", "merged", "joined", "unmerged", "made_safe", "replied", "written", "extended",
	"reminder", "warning", "breach", "escalated", "oversight", "taken_over", "succeeded", "handed", "holiday_declared", "holiday_withdrawn", "classes_changed"}

// Name is the name under which an event is told; empty: it is not.
func Name(e complaint.Event) string {
	switch e.Action {
	case complaint.Step:
	case complaint.Hand:
		if e.Officer != e.Actor.ID { // who takes it knows
			return "handed"
		}
		return ""
	case complaint.Recompute:
		return e.Reason // why deadlines moved
	case complaint.MergeIn:
		if e.Reason == complaint.Repeat {
			return "joined"
		}
		return byAction[e.Action]
	default:
		return byAction[e.Action]
	}
	for _, b := range byPercent {
		if e.Percent >= b.percent {
			return b.name
		}
	}
	return ""
}

// For gives the rules of an event of a complaint: those of the table, and for a threshold whom its ladder names, by the
// table's channels where it has a row for them, else by push. Importance is what counts for this complaint.
func (rs Rules) For(c *complaint.Complaint, e complaint.Event) (out []Rule) {
	for _, r := range rs[Name(e)] {
		byLadder := e.Action == complaint.Step && !slices.Contains([]string{"citizen", supporters, system}, r.Audience)
		if !byLadder || slices.Contains(e.Tell, r.Audience) {
			out = append(out, r)
		}
	}
	for _, a := range e.Tell {
		if !slices.ContainsFunc(out, func(x Rule) bool { return x.Audience == a }) {
			r := Rule{Audience: a, Importance: Ordinary, Channels: []Channel{Push}}
			if e.Percent >= 100 {
				r.Importance = Important
			}
			r.Urgent = r.Importance
			out = append(out, r)
		}
	}
	if urgent(c) {
		for i := range out {
			out[i].Importance = out[i].Urgent
		}
	}
	return out
}

// urgent says whether a complaint is about danger to life or property: its class has a time by which to make it safe.
func urgent(c *complaint.Complaint) bool {
	return slices.ContainsFunc(c.Clocks, func(k complaint.Clock) bool { return k.Name == "make_safe" && k.Stopped.IsZero() })
}
