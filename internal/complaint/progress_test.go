package complaint_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// system is an agency's own system with an update of its own.
func system(agency, update string) complaint.By {
	return complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "client-" + agency, Agency: agency, Machine: true},
		Request: complaint.NewRequest(update, "client-"+agency, nil)}
}

// did lists what happened since the filing.
func did(c *complaint.Complaint) string {
	var out []string
	for _, e := range c.Events[1:] {
		s := string(e.Action)
		if e.Note != "" {
			s += " (" + e.Note + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestAnAgencysSystemMakesTheMovesThatItsOfficersMake(t *testing.T) {
	w := newWorld(t, open(t))
	report := func(stages ...complaint.Stage) func(t *testing.T, id string) {
		return func(t *testing.T, id string) {
			for i, s := range stages {
				if _, err := w.Report(t.Context(), id, complaint.Progress{Stage: s, Note: "a"}, system("MBPJ", fmt.Sprint("before", i))); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		before func(t *testing.T, id string)
		stage  complaint.Stage
		note   string
		want   string // what happened in all; empty: refused
		says   string // of a refusal
	}{
		{"taken", report(), complaint.Taken, "esok", "route, accept (esok)", ""},
		{"taken again, with words", report(complaint.Taken), complaint.Taken, "esok", "route, accept (a), reply (esok)", ""},
		{"taken again, without", report(complaint.Taken), complaint.Taken, "", "route, accept (a)", ""},
		{"work begins before it was taken", report(), complaint.Working, "", "route, accept, start", ""},
		{"work begins", report(complaint.Taken), complaint.Working, "mula", "route, accept (a), start (mula)", ""},
		{"work goes on", report(complaint.Working), complaint.Working, "lagi", "route, accept, start (a), reply (lagi)", ""},
		{"mended before it was taken", report(), complaint.Mended, "siap", "route, accept, resolve (siap)", ""},
		{"mended", report(complaint.Working), complaint.Mended, "siap", "route, accept, start (a), resolve (siap)", ""},
		{"mended again", report(complaint.Mended), complaint.Mended, "siap", "route, accept, resolve (a)", ""},
		{"mended without a word", report(), complaint.Mended, "", "", "tell the citizen what was done"},
		{"a remark", report(), complaint.Remark, "esok", "route, reply (esok)", ""},
		{"nothing at all", report(), complaint.Remark, "", "route", ""},
		{"not ours", report(), complaint.NotOurs, "jalan JKR", "route, return", ""},
		{"not ours, without a reason", report(), complaint.NotOurs, "", "", "say why it is not yours"},
		{"not ours after it was taken", report(complaint.Taken), complaint.NotOurs, "jalan JKR", "", "cannot return a complaint that is accepted"},
		{"work on what is mended", report(complaint.Mended), complaint.Working, "", "", "cannot start a complaint that is resolved"},
		{"mended while the citizen is asked", func(t *testing.T, id string) {
			report(complaint.Taken)(t, id)
			if _, err := w.Ask(t.Context(), id, "di mana?", officer("MBPJ")); err != nil {
				t.Fatal(err)
			}
		}, complaint.Mended, "siap", "", "cannot resolve a complaint that is waiting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			filed := w.routed(t, nil)
			c.before(t, filed.ID)
			before := w.read(t, filed.ID)
			done, err := w.Report(t.Context(), filed.ID, complaint.Progress{Stage: c.stage, Note: c.note}, system("MBPJ", "now"))
			after := w.read(t, filed.ID)
			if c.want == "" {
				if err == nil || !strings.Contains(err.Error(), c.says) || after.Rev != before.Rev {
					t.Fatalf("%v; revision %d, then %d", err, before.Rev, after.Rev)
				}
				return
			}
			if err != nil || did(done) != c.want || after.Rev != before.Rev+1 {
				t.Fatalf("%v: %s in %d writes, want %s", err, did(done), after.Rev-before.Rev, c.want)
			}
			if after.Assignee != "" {
				t.Errorf("the system is the assignee: %s", after.Assignee)
			}
		})
	}
}

// The same update again changes nothing, whatever happened meanwhile.
func TestARepeatedUpdateIsHarmless(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		c := w.routed(t, nil)
		report := func(update string, s complaint.Stage, note string) string {
			t.Helper()
			done, err := w.Report(t.Context(), c.ID, complaint.Progress{Stage: s, Note: note}, system("MBPJ", update))
			if err != nil {
				t.Fatal(err)
			}
			return did(done)
		}
		report("u0", complaint.Remark, "") // which says nothing
		first := report("u1", complaint.Mended, "siap")
		for range 3 {
			if again := report("u1", complaint.Mended, "siap!"); again != first {
				t.Errorf("%s, then %s", first, again)
			}
		}
		if _, err := w.Reopen(t.Context(), c.ID, "masih gelap", citizen); err != nil {
			t.Fatal(err)
		}
		reopened := did(w.read(t, c.ID))
		report("u1", complaint.Mended, "siap")
		if again := report("u0", complaint.Mended, "siap"); again != reopened {
			t.Errorf("a repeat moved a reopened complaint: %s", again)
		}
		if more := report("u2", complaint.Mended, "kali ini betul"); more == reopened {
			t.Error("a new update moved nothing")
		}
	})
}

func TestAnUpdateThatWasOvertakenMovesNothing(t *testing.T) {
	w := newWorld(t, open(t))
	c := w.routed(t, nil)
	at := func(update string, s complaint.Stage, minutes int) string {
		t.Helper()
		done, err := w.Report(t.Context(), c.ID, complaint.Progress{Stage: s, Note: update, Happened: w.now.Add(time.Duration(minutes) * time.Minute)}, system("MBPJ", update))
		if err != nil {
			t.Fatal(err)
		}
		return did(done)
	}
	mended := at("later", complaint.Mended, 10)
	if got := at("earlier", complaint.Working, 5); got != mended {
		t.Errorf("%s, then %s", mended, got)
	}
}

func TestASystemReachesOnlyItsAgencysComplaints(t *testing.T) {
	w := newWorld(t, open(t))
	c := w.routed(t, nil)
	w.answer.Restricted = true
	tip := w.routed(t, nil)
	for name, x := range map[string]struct {
		id string
		by complaint.By
	}{"another agency's": {c.ID, system("TNB", "u1")}, "a restricted one": {tip.ID, system("MBPJ", "u1")}, "the body's above": {c.ID, system("SUK-SGR", "u1")}} {
		if _, err := w.Report(t.Context(), x.id, complaint.Progress{Stage: complaint.Taken}, x.by); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What it returned is gone, and the repeat of the return is answered alike.
	for range 2 {
		if _, err := w.Report(t.Context(), c.ID, complaint.Progress{Stage: complaint.NotOurs, Note: "jalan JKR"}, system("MBPJ", "u2")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Report(t.Context(), c.ID, complaint.Progress{Stage: complaint.Taken}, system("MBPJ", "u3")); !errors.Is(err, fault.NotFound) {
		t.Errorf("after the return: %v", err)
	}
}
