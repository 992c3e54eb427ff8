package complaint

import (
	"slices"
	"strings"

	"respons/internal/fault"
)

// State is where a complaint stands.
type State string

// The states. Received is being routed; Triage waits for the desk; Routed waits for the agency; Waiting waits for the
// citizen. Closed, Withdrawn, Rejected and Merged are final but for the moves that the table gives them.
const (
	Received   State = "received"
	Triage     State = "triage"
	Routed     State = "routed"
	Accepted   State = "accepted"
	InProgress State = "in_progress"
	Waiting    State = "waiting"
	Resolved   State = "resolved"
	Closed     State = "closed"
	Withdrawn  State = "withdrawn"
	Rejected   State = "rejected"
	Merged     State = "merged"
)

// States lists every state in the order of a usual life.
var States = []State{Received, Triage, Routed, Accepted, InProgress, Waiting, Resolved, Closed, Withdrawn, Rejected, Merged}

// restored stands in the table for the state a complaint had before it was merged.
const restored State = "(as before)"

// Action is what somebody does to a complaint.
type Action string

// The actions. Those of noMove are recorded as events and leave the state as it is.
const (
	Receive  Action = "receive"   // the citizen files; the first event of every complaint
	Route    Action = "route"     // the router is sure
	Abstain  Action = "abstain"   // the router is not sure: the desk decides
	Assign   Action = "assign"    // the desk decides
	Accept   Action = "accept"    // the agency takes it
	Return   Action = "return"    // not ours: routed anew, the citizen's clock goes on
	Bounce   Action = "bounce"    // returned once too often: to the desk, whose decision binds
	Start    Action = "start"     // work begins
	Ask      Action = "ask"       // a question to the citizen pauses the clocks
	Answer   Action = "answer"    // the citizen answers
	Transfer Action = "transfer"  // an agency that accepted it hands it to another
	Resolve  Action = "resolve"   // mended, says the agency
	Close    Action = "close"     // mended, says the citizen
	Expire   Action = "expire"    // 14 days without an answer or an objection
	Reopen   Action = "reopen"    // not mended, says the citizen within 14 days
	Withdraw Action = "withdraw"  // the citizen takes it back
	Reject   Action = "reject"    // out of scope, with whom to ask instead
	MergeIn  Action = "merge"     // the same matter as another complaint
	Unmerge  Action = "unmerge"   // not the same matter after all
	MadeSafe Action = "made_safe" // the danger is removed, the repair may follow
	Reply    Action = "reply"     // a person writes to the citizen
	Extend   Action = "extend"    // a supervisor grants time
	Write    Action = "write"     // the citizen writes to the officer, unasked
	Rate     Action = "rate"      // the citizen says how well it was handled
	Hand     Action = "hand"      // an officer of the agency becomes the assignee
	Step     Action = "step"      // a threshold of a clock was passed

	TakeOver  Action = "take_over" // a step of the ladder takes it from the agency: the desk decides anew
	Succeed   Action = "succeed"   // its agency acts no more: to the successor, as it stands
	Recompute Action = "recompute" // a calendar or a class changed and moved deadlines
)

// automatic are the actions that nobody can ask for.
var automatic = []Action{Route, Abstain, Bounce, Expire, Step, TakeOver, Succeed, Recompute}

// moves is the whole life of a complaint; a pair that is not here is refused.
var moves = map[State]map[Action]State{
	"":         {Receive: Received},
	Received:   {Route: Routed, Abstain: Triage, Withdraw: Withdrawn, MergeIn: Merged, Write: Received, Step: Received, Recompute: Received},
	Triage:     {Assign: Routed, Reject: Rejected, Withdraw: Withdrawn, MergeIn: Merged, Reply: Triage, Write: Triage, Step: Triage, Recompute: Triage},
	Routed:     {Accept: Accepted, Return: Received, Bounce: Triage, Reject: Rejected, Withdraw: Withdrawn, MergeIn: Merged, Reply: Routed, Hand: Routed, Write: Routed, Step: Routed, TakeOver: Triage, Succeed: Routed, Recompute: Routed},
	Accepted:   {Start: InProgress, Ask: Waiting, Resolve: Resolved, Transfer: Routed, Withdraw: Withdrawn, MergeIn: Merged, MadeSafe: Accepted, Reply: Accepted, Hand: Accepted, Write: Accepted, Extend: Accepted, Step: Accepted, TakeOver: Triage, Succeed: Accepted, Recompute: Accepted},
	InProgress: {Ask: Waiting, Resolve: Resolved, Transfer: Routed, Withdraw: Withdrawn, MergeIn: Merged, MadeSafe: InProgress, Reply: InProgress, Hand: InProgress, Write: InProgress, Extend: InProgress, Step: InProgress, TakeOver: Triage, Succeed: InProgress, Recompute: InProgress},
	Waiting:    {Answer: InProgress, Expire: Closed, Withdraw: Withdrawn, MergeIn: Merged, MadeSafe: Waiting, Reply: Waiting, Hand: Waiting, Step: Waiting, TakeOver: Triage, Succeed: Waiting, Recompute: Waiting},
	Resolved:   {Close: Closed, Expire: Closed, Reopen: InProgress, Rate: Resolved},
	Closed:     {Rate: Closed},
	Merged:     {Unmerge: restored},
}

// Next is the state after action a, or fault.Conflict saying what is possible instead.
func (s State) Next(a Action) (State, error) {
	if to, ok := moves[s][a]; ok {
		return to, nil
	}
	if len(moves[s]) == 0 {
		return s, fault.New(fault.Conflict, "cannot %s a complaint that is %s: nothing more can happen to it", a, s)
	}
	return s, fault.New(fault.Conflict, "cannot %s a complaint that is %s; possible now: %s", a, s, strings.Join(s.possible(), ", "))
}

func (s State) permits(a Action) bool {
	_, ok := moves[s][a]
	return ok
}

// possible lists the moves out of s that somebody can ask for, sorted.
func (s State) possible() []string {
	var out []string
	for a := range moves[s] {
		if !slices.Contains(automatic, a) {
			out = append(out, string(a))
		}
	}
	slices.Sort(out)
	return out
}

// Diagram draws the table in Mermaid, which the documentation shows; actions that stay in their state are left out.
func Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> received: receive\n")
	for _, from := range States {
		byTarget := map[State][]string{}
		for a, to := range moves[from] {
			if to != from {
				byTarget[to] = append(byTarget[to], string(a))
			}
		}
		for _, to := range append(slices.Clone(States), restored) {
			if len(byTarget[to]) == 0 {
				continue
			}
			slices.Sort(byTarget[to])
			name := string(to)
			if to == restored {
				name = "[*]"
				byTarget[to] = []string{"unmerge (as before)"}
			}
			b.WriteString("    " + string(from) + " --> " + name + ": " + strings.Join(byTarget[to], ", ") + "\n")
		}
	}
	return b.String()
}
