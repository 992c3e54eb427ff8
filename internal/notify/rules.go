// Package notify tells people what happened: which event is for whom, in whose language, by which channel, and a ledger
// that proves what was sent and makes a repeat harmless.
package notify

import (
	"io/fs"
	"slices"

	"respons/internal/complaint"
	"respons/internal/table"
)

// Rule says who is told about an event.
type Rule struct {
	Audience  string // one of audiences
	Important bool   // rings the phone; else it waits for a convenient moment
}

// Rules are the rules by event name.
type Rules map[string][]Rule

var audiences = []string{"citizen", "supporters", "assignee", "supervisor", "parent", "oversight", "desk"}

// supporters are those who follow somebody else's complaint. They are told where it stands and never what was written.
const supporters = "supporters"

var supporterEvents = []string{"accepted", "resolved", "closed", "transferred", "reopened", "withdrawn", "rejected", "breach"}

// LoadRules reads notices.csv and notes every mistake.
func LoadRules(fsys fs.FS, ms *table.Mistakes) Rules {
	rules := Rules{}
	for _, r := range table.Read(fsys, "notices.csv", []string{"event", "audience", "important"}, ms) {
		event, a, imp := r.Need("event"), r.Need("audience"), r.Get("important")
		switch {
		case !slices.Contains(eventNames, event):
			r.Wrong("event", "there is no event %q", event)
		case !slices.Contains(audiences, a):
			r.Wrong("audience", "%q is none of %v", a, audiences)
		case imp != "true" && imp != "false":
			r.Wrong("important", "must be true or false")
		case a == supporters && !slices.Contains(supporterEvents, event):
			r.Wrong("event", "supporters are told only of %v", supporterEvents)
		case slices.ContainsFunc(rules[event], func(x Rule) bool { return x.Audience == a }):
			r.Wrong("audience", "%s is told about %s by an earlier row already", a, event)
		default:
			rules[event] = append(rules[event], Rule{Audience: a, Important: imp == "true"})
		}
	}
	return rules
}

// byAction names the events that are told; an action that is missing is told to nobody.
var byAction = map[complaint.Action]string{
	complaint.Receive: "received", complaint.Route: "routed", complaint.Assign: "routed", complaint.Abstain: "triage",
	complaint.Accept: "accepted", complaint.Start: "started", complaint.Ask: "asked", complaint.Answer: "answered",
	complaint.Resolve: "resolved", complaint.Close: "closed", complaint.Expire: "closed", complaint.Return: "returned",
	complaint.Bounce: "triage", complaint.Transfer: "transferred", complaint.Reopen: "reopened",
	complaint.Withdraw: "withdrawn", complaint.Reject: "rejected", complaint.MergeIn: "merged",
	complaint.Unmerge: "unmerged", complaint.MadeSafe: "made_safe", complaint.Reply: "replied", complaint.Write: "written", complaint.Extend: "extended",
	complaint.TakeOver: "taken_over",
}

// byPercent names the thresholds of a clock; one that lies between takes the name below it.
var byPercent = []struct {
	percent int
	name    string
}{{200, "oversight"}, {150, "escalated"}, {100, "breach"}, {80, "warning"}, {0, "reminder"}}

var eventNames = []string{"received", "routed", "triage", "accepted", "started", "asked", "answered", "resolved", "closed",
	"returned", "transferred", "reopened", "withdrawn", "rejected", "merged", "unmerged", "made_safe", "replied", "written", "extended",
	"reminder", "warning", "breach", "escalated", "oversight", "taken_over", "holiday_declared", "holiday_withdrawn", "classes_changed"}

// Name is the name under which an event is told; empty: it is not.
func Name(e complaint.Event) string {
	switch e.Action {
	case complaint.Step:
	case complaint.Recompute:
		return e.Reason // why deadlines moved
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

// For gives the rules of an event: those of the table, and for a threshold whom its ladder names.
func (rs Rules) For(e complaint.Event) []Rule {
	rules := slices.Clone(rs[Name(e)])
	for _, a := range e.Tell {
		if !slices.ContainsFunc(rules, func(x Rule) bool { return x.Audience == a }) {
			rules = append(rules, Rule{Audience: a, Important: e.Percent >= 100})
		}
	}
	return rules
}
