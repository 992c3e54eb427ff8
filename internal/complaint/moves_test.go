package complaint

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"respons/internal/fault"
)

func TestThePlannedLifeIsInTheTable(t *testing.T) {
	for _, m := range []struct {
		from State
		act  Action
		to   State
	}{
		{"", Receive, Received},
		{Received, Route, Routed}, {Received, Abstain, Triage},
		{Triage, Assign, Routed}, {Triage, Reject, Rejected},
		{Routed, Accept, Accepted}, {Routed, Return, Received}, {Routed, Bounce, Triage}, {Routed, Reject, Rejected},
		{Accepted, Start, InProgress}, {Accepted, Transfer, Routed},
		{InProgress, Ask, Waiting}, {InProgress, Resolve, Resolved}, {InProgress, Transfer, Routed},
		{Waiting, Answer, InProgress}, {Waiting, Expire, Closed},
		{Resolved, Close, Closed}, {Resolved, Expire, Closed}, {Resolved, Reopen, InProgress},
		{Merged, Unmerge, restored},
		{Routed, TakeOver, Triage}, {Accepted, TakeOver, Triage}, {InProgress, TakeOver, Triage}, {Waiting, TakeOver, Triage},
	} {
		if to, err := m.from.Next(m.act); err != nil || to != m.to {
			t.Errorf("%s after %s is %s, %v; want %s", m.from, m.act, to, err, m.to)
		}
	}
	for _, s := range States {
		if to, err := s.Next(Recompute); s.Open() && (err != nil || to != s) {
			t.Errorf("%s when its calendar changes is %s, %v", s, to, err)
		}
		for _, act := range []Action{Withdraw, MergeIn} {
			if _, err := s.Next(act); (err == nil) != s.Open() {
				t.Errorf("%s of a complaint that is %s: %v; allowed exactly while it is open", act, s, err)
			}
		}
	}
}

func TestARefusedMoveIsAConflictThatSaysWhatIsPossible(t *testing.T) {
	_, err := Routed.Next(Resolve)
	if !errors.Is(err, fault.Conflict) {
		t.Fatalf("not a conflict: %v", err)
	}
	for _, part := range []string{"cannot resolve a complaint that is routed", "accept", "return"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	for _, act := range automatic {
		if slices.Contains(Routed.possible(), string(act)) {
			t.Errorf("%q offers %s, which nobody can ask for", err, act)
		}
	}
	if _, err := Withdrawn.Next(Reopen); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "nothing more") {
		t.Errorf("a withdrawn complaint: %v", err)
	}
}

func TestTheDiagramInTheDocumentationIsTheTable(t *testing.T) {
	doc, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "```mermaid\n"+Diagram()+"```\n") {
		t.Errorf("internal/README.md does not hold this diagram; put it there:\n```mermaid\n%s```", Diagram())
	}
}
