package complaint_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/sla"
	"respons/internal/table"
)

// count is how often something happened to a complaint.
func count(c *complaint.Complaint, a complaint.Action) (n int) {
	for _, e := range c.Events {
		if e.Action == a {
			n++
		}
	}
	return n
}

// The ladder of an agency that acts no more goes on: what it takes to the desk goes there, and not to the successor.
func TestWhatTheLadderTakesAwayGoesToNoSuccessor(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, configs.FS); err != nil {
		t.Fatal(err)
	}
	ladder, err := os.OpenFile(filepath.Join(dir, "ladder.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = ladder.WriteString("*,MBPJ,accept,100,supervisor,breach,\n*,MBPJ,accept,150,supervisor,take_over,\n")
	}
	if err == nil {
		err = ladder.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, open(t))
	var ms table.Mistakes
	w.Cases.Rules.Book = sla.Load(os.DirFS(dir), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	c := w.file(t, "succeed")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(14 * 24 * time.Hour) // nothing rang: the system stood still
	for range 2 {
		if err := w.Succeed(t.Context(), c.ID, "MBPJ", []string{"MBSA"}); err != nil {
			t.Fatal(err)
		}
	}
	c, err = w.Store.ByID(t.Context(), c.ID)
	if err != nil || c.State != complaint.Triage || c.Agency != "" || count(c, complaint.TakeOver) != 1 || count(c, complaint.Succeed) != 0 {
		t.Fatalf("%s with %q: %+v, %v", c.State, c.Agency, c.Events, err)
	}
	if _, _, err := w.Ring(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if again, err := w.Store.ByID(t.Context(), c.ID); err != nil || again.State != complaint.Triage || count(again, complaint.TakeOver) != 1 {
		t.Errorf("rung later: %s, %+v, %v", again.State, again.Events, err)
	}
}

// A breach that nobody noted before stays the former agency's, and whoever is waited for is waited for as long as before.
func TestWhatWasDueBeforeASuccessionIsNoted(t *testing.T) {
	w := newWorld(t, open(t))
	c := w.file(t, "succeed")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Cases.Route(t.Context(), c.ID))
	w.now = w.now.Add(20 * 24 * time.Hour)
	must(w.Succeed(t.Context(), c.ID, "MBPJ", []string{"MBSA"}))
	c, err := w.Store.ByID(t.Context(), c.ID)
	must(err)
	breaches := 0
	for _, e := range c.Events {
		if e.Breach() {
			breaches++
			if e.Agency != "MBPJ" {
				t.Errorf("the breach is one of %s", e.Agency)
			}
		}
	}
	if last := c.Events[len(c.Events)-1]; breaches == 0 || c.Agency != "MBSA" || last.Action != complaint.Succeed || last.Ref != "MBPJ" || last.Agency != "MBSA" {
		t.Fatalf("%d breaches, with %s, last %+v", breaches, c.Agency, last)
	}

	waits := w.file(t, "waits")
	must(w.Cases.Route(t.Context(), waits.ID))
	_, err = w.Accept(t.Context(), waits.ID, "", officer("MBPJ"))
	must(err)
	_, err = w.Ask(t.Context(), waits.ID, "tiang nombor berapa?", officer("MBPJ"))
	must(err)
	w.now = w.now.Add(13 * 24 * time.Hour)
	must(w.Succeed(t.Context(), waits.ID, "MBPJ", []string{"MBSA"}))
	w.now = w.now.Add(25 * time.Hour)
	if _, applied, err := w.Ring(t.Context(), waits.ID); err != nil || !applied {
		t.Errorf("14 days are over: %v, %v", applied, err)
	}
	if c, err := w.Store.ByID(t.Context(), waits.ID); err != nil || c.State != complaint.Closed || c.Agency != "MBSA" {
		t.Errorf("%s with %s, %v", c.State, c.Agency, err)
	}
}
