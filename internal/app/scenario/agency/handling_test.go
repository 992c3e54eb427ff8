package agency_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hibiken/asynq"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/identity"
	"respons/internal/inbox"
)

// What an officer's pages rest on: finding, giving to a colleague, moves on many at once, and nobody's work passed over.
func TestOfficersHandleComplaintsTogether(t *testing.T) {
	apptest.InTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *apptest.Town) {
		w.Arrives(t, "colleague", identity.Person{Role: complaint.Officer, Agency: "MBPJ"})
		var numbers []string
		for range 4 {
			numbers = append(numbers, w.Read(t, w.Report(t)).Number)
		}
		finding(t, w, numbers)
		handing(t, w, numbers[0])
		together(t, w, numbers)
		around(t, w, numbers[0])
		joining(t, w, numbers)
	})
}

func finding(t *testing.T, w *apptest.Town, numbers []string) {
	t.Helper()
	found := func(who, query string) (out []string) {
		t.Helper()
		var page struct{ Complaints []struct{ Number string } }
		w.Staff(t, who, "GET", "/complaints?"+query, nil).Into(t, &page)
		for _, c := range page.Complaints {
			out = append(out, c.Number)
		}
		return out
	}
	if got := found("officer", "q=tiang+2"); len(got) != 1 || got[0] != numbers[1] {
		t.Errorf("by words: %v", got)
	}
	if got := found("officer", "q="+numbers[2]); len(got) != 1 || got[0] != numbers[2] {
		t.Errorf("by number: %v", got)
	}
	if got := found("officer", "category=LPU&state=routed&assignee=none&limit=2"); len(got) < 2 {
		t.Errorf("by filters: %v", got)
	}
	if got := append(found("Kelantan's", "q=tiang+2"), found("Kelantan's", "q="+numbers[2])...); len(got) != 0 {
		t.Errorf("another agency's officer finds %v", got)
	}
	apptest.CheckProblem(t, w.Staff(t, "officer", "GET", "/complaints?q=yang+di", nil), 422, "invalid", "nearly every complaint")
	apptest.CheckProblem(t, w.Staff(t, "officer", "GET", "/complaints?agency=MPKB-BRI", nil), 422, "invalid", "look after")

	views := map[string]any{"views": []inbox.View{{Name: "Lewat, jalan", Query: "due=late&category=JLN"}}}
	var kept struct{ Views []inbox.View }
	w.Staff(t, "officer", "PUT", "/views", views).Into(t, &kept)
	w.Staff(t, "officer", "GET", "/views", nil).Into(t, &kept)
	if len(kept.Views) != 1 || kept.Views[0].Query != "due=late&category=JLN" {
		t.Errorf("saved views %+v", kept)
	}
}

// handing gives a complaint to a colleague, who is told; nobody else can have it.
func handing(t *testing.T, w *apptest.Town, number string) {
	t.Helper()
	var all struct{ Colleagues []console.Colleague }
	w.Staff(t, "officer", "GET", "/colleagues", nil).Into(t, &all)
	if len(all.Colleagues) != 3 || all.Colleagues[0].Name != "colleague" || all.Colleagues[2].Role != "supervisor" {
		t.Errorf("colleagues %+v", all.Colleagues)
	}
	hand := "/complaints/" + number + "/hand"
	before := w.Told(t)
	var ticket console.Ticket
	w.Staff(t, "officer", "POST", hand, map[string]any{"officer": w.Person["colleague"], "reason": "On leave"}).Into(t, &ticket)
	if ticket.Assignee != w.Person["colleague"] || ticket.State != "routed" {
		t.Errorf("handed to %q in state %s", ticket.Assignee, ticket.State)
	}
	w.Tick(t)
	w.Expect(t, before, map[string]int{"colleague: handed": 1})
	for _, who := range []string{w.Person["Kelantan's"], w.Person["citizen"], "nobody"} {
		if a := w.Staff(t, "supervisor", "POST", hand, map[string]any{"officer": who}); a.Status != 422 || !strings.Contains(string(a.Body), "officer") {
			t.Errorf("handed to %s: %d %s", who, a.Status, a.Body)
		}
	}
	p, err := w.App.People.ByID(t.Context(), w.Person["officer"])
	if err != nil {
		t.Fatal(err)
	}
	if a := w.Staff(t, "administrator", "PATCH", "/officers/"+p.ID, map[string]any{"active": false}); a.Status != http.StatusOK {
		t.Fatalf("switch off: %d %s", a.Status, a.Body)
	}
	if a := w.Staff(t, "colleague", "POST", hand, map[string]any{"officer": p.ID}); a.Status < 400 {
		t.Errorf("handed to somebody who works no more: %s", a.Body)
	}
	if a := w.Staff(t, "administrator", "PATCH", "/officers/"+p.ID, map[string]any{"active": true}); a.Status != http.StatusOK {
		t.Fatalf("switch on: %d %s", a.Status, a.Body)
	}
}

// together lets two have the same complaint open: they are told, and an older look loses.
func together(t *testing.T, w *apptest.Town, numbers []string) {
	t.Helper()
	at := "/complaints/" + numbers[1]
	var seen console.Ticket
	w.Staff(t, "colleague", "GET", at, nil).Into(t, &seen)
	var others struct{ Others []console.Other }
	w.Staff(t, "supervisor", "POST", at+"/open", nil).Into(t, &others)
	w.Staff(t, "colleague", "POST", at+"/open", nil).Into(t, &others)
	if len(others.Others) != 1 || others.Others[0].Name != "supervisor" {
		t.Errorf("also open at %+v", others)
	}
	if a := w.Staff(t, "supervisor", "DELETE", at+"/open", nil); a.Status != http.StatusNoContent {
		t.Errorf("leave: %d %s", a.Status, a.Body)
	}
	w.Staff(t, "colleague", "POST", at+"/open", nil).Into(t, &others)
	if len(others.Others) != 0 {
		t.Errorf("still open at %+v", others)
	}
	bulk := map[string]any{"move": "accept", "with": map[string]any{"note": "We are coming."},
		"complaints": []map[string]any{{"number": numbers[1], "seen": seen.Moves}, {"number": numbers[2]}, {"number": "RR-0000-0000"}}}
	for range 2 { // cut off and sent again
		var out struct {
			Done    int
			Results []struct {
				Number, State string
				Done          bool
				Problem       *apptest.ProblemDoc
			}
		}
		w.Staff(t, "colleague", "POST", "/bulk", bulk, "Idempotency-Key", "bulk-1").Into(t, &out)
		if out.Done != 2 || len(out.Results) != 3 || out.Results[0].State != "accepted" || out.Results[2].Problem == nil || out.Results[2].Problem.Status != http.StatusNotFound {
			t.Errorf("many at once: %+v", out)
		}
	}
	for who, want := range map[string]string{"colleague": "text", "officer": "", "supervisor": "name phone text"} { // the officer has it not
		var sees console.Ticket
		if w.Staff(t, who, "GET", at, nil).Into(t, &sees); strings.Join(sees.Reveal, " ") != want {
			t.Errorf("%s may ask for %v", who, sees.Reveal)
		}
	}
	apptest.CheckProblem(t, w.Staff(t, "supervisor", "POST", at+"/reply", map[string]any{"note": "Hello", "seen": seen.Moves}), 409, "stale", "changed since you looked")
	if a := w.Staff(t, "colleague", "POST", at+"/resolve", map[string]any{"note": "A new lamp.", "cause": "JLN-WATER"}); a.Status != 422 || !strings.Contains(string(a.Body), "no cause") {
		t.Errorf("a cause of another matter: %d %s", a.Status, a.Body)
	}
	w.Staff(t, "colleague", "POST", at+"/resolve", map[string]any{"note": "A new lamp.", "cause": "LPU-BULB"}).Into(t, &seen)
	if last := seen.Events[len(seen.Events)-1]; seen.State != "resolved" || last.Cause != "LPU-BULB" {
		t.Errorf("resolved: %s %+v", seen.State, last)
	}
}

// around asks for what the pages show beside a complaint.
func around(t *testing.T, w *apptest.Town, number string) {
	t.Helper()
	at := "/complaints/" + number
	var targets struct {
		Suggested, Found []console.Target
		More             bool
	}
	w.Staff(t, "colleague", "GET", at+"/targets?q=air+selangor", nil).Into(t, &targets)
	if len(targets.Found) == 0 || !strings.Contains(targets.Found[0].NameMS, "Air") {
		t.Errorf("targets %+v", targets)
	}
	var choices console.Choices
	w.Staff(t, "colleague", "GET", at+"/choices", nil).Into(t, &choices)
	if len(choices.Replies) == 0 || len(choices.Causes) == 0 || !strings.Contains(choices.Replies[0].Text, number) || choices.Replies[0].Malay == "" {
		t.Errorf("choices %+v", choices)
	}
	var drawn struct{ Known bool }
	w.Staff(t, "colleague", "GET", at+"/surroundings", nil).Into(t, &drawn)
	if drawn.Known {
		t.Error("nobody said where this lamp is, and a map is drawn")
	}
	for _, path := range []string{"/targets", "/choices", "/surroundings"} {
		apptest.CheckProblem(t, w.Staff(t, "Kelantan's", "GET", at+path, nil), 404, "not-found", "")
	}
}

// joining joins two reports and takes them apart, and sends one elsewhere.
func joining(t *testing.T, w *apptest.Town, numbers []string) {
	t.Helper()
	third, fourth := "/complaints/"+numbers[2], "/complaints/"+numbers[3]
	var ticket console.Ticket
	for _, x := range []struct {
		who, method, path string
		with              any
		state             string
	}{
		{"colleague", "POST", third + "/start", map[string]any{"note": "The lamp is ordered."}, "in_progress"},
		{"supervisor", "POST", fourth + "/merge", map[string]any{"into": numbers[2]}, "merged"},
		{"supervisor", "POST", fourth + "/unmerge", map[string]any{"reason": "Another pole."}, "routed"},
		{"colleague", "POST", fourth + "/accept", map[string]any{}, "accepted"},
		{"colleague", "POST", fourth + "/transfer", map[string]any{"agency": "TNB", "reason": "The pole is theirs."}, "routed"},
	} {
		a := w.Staff(t, x.who, x.method, x.path, x.with)
		if a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", x.path, a.Status, a.Body)
		}
		if a.Into(t, &ticket); ticket.State != x.state {
			t.Errorf("%s: the state is %s, not %s", x.path, ticket.State, x.state)
		}
	}
	var like struct{ Complaints []any }
	for _, path := range []string{third + "/similar", third + "/as-written"} {
		a := w.Staff(t, "supervisor", "GET", path, nil)
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
		a.Into(t, &like)
	}
}

// Queues of hints are looked at by administrators; what was given up is carried out once more or forgotten, on record.
func TestQueuesAreLookedAt(t *testing.T) {
	s := apptest.Start(t, nil)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS)
	boss := s.Officer(t, "supervisor", "MBPJ")
	admin := []string{"Authorization", s.Admin}
	apptest.Eventually(t, func() error {
		var all struct{ Queues []console.QueueState }
		a := apptest.Do(t, "GET", s.URL+"/v1/staff/queues", nil, admin...)
		a.Into(t, &all)
		if !slices.ContainsFunc(all.Queues, func(q console.QueueState) bool { return q.Name == "route" && q.Processed > 0 }) {
			return fmt.Errorf("%d %s", a.Status, a.Body)
		}
		return nil
	})
	bad := asynq.NewTask("complaint:route", []byte("rubbish"), asynq.TaskID("rubbish"), asynq.Queue("route"), asynq.MaxRetry(0))
	client := asynq.NewClientFromRedisClient(s.App.Redis)
	var given struct{ Tasks []console.GivenUp }
	for _, act := range []struct{ method, path string }{{"POST", "/run"}, {"DELETE", ""}} {
		if _, err := client.Enqueue(bad); err != nil {
			t.Fatal(err)
		}
		apptest.Eventually(t, func() error {
			apptest.Do(t, "GET", s.URL+"/v1/staff/queues/route/given-up", nil, admin...).Into(t, &given)
			if len(given.Tasks) != 1 {
				return fmt.Errorf("given up %+v", given.Tasks)
			}
			return nil
		})
		if a := apptest.Do(t, act.method, s.URL+"/v1/staff/queues/route/given-up/rubbish"+act.path, nil, admin...); a.Status != http.StatusNoContent {
			t.Errorf("%s: %d %s", act.method, a.Status, a.Body)
		}
		if act.method == "POST" { // it fails again, and is dropped then
			apptest.Eventually(t, func() error {
				apptest.Do(t, "GET", s.URL+"/v1/staff/queues/route/given-up", nil, admin...).Into(t, &given)
				if len(given.Tasks) != 1 {
					return fmt.Errorf("given up %+v", given.Tasks)
				}
				return nil
			})
			apptest.Do(t, "DELETE", s.URL+"/v1/staff/queues/route/given-up/rubbish", nil, admin...)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/staff/queues/route/given-up/nothing", nil, admin...), 404, "not-found", "not in the queue")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/queues/nowhere/given-up", nil, admin...), 404, "not-found", "no queue")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/queues", nil, "Authorization", boss), 403, "forbidden", "")
	var one console.Officer
	apptest.Do(t, "GET", s.URL+"/v1/staff/officers/"+everybody(t, s)[0].ID, nil, admin...).Into(t, &one)
	if one.Role == "" {
		t.Errorf("one of the staff: %+v", one)
	}
}

// everybody lists the staff.
func everybody(t *testing.T, s *apptest.System) []console.Officer {
	t.Helper()
	var all struct{ Officers []console.Officer }
	apptest.Do(t, "GET", s.URL+"/v1/staff/officers", nil, "Authorization", s.Admin).Into(t, &all)
	return all.Officers
}
