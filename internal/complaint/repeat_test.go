package complaint_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/duplicate"
)

// plainly seals nothing; it shows only that there is an original.
type plainly struct{}

func (plainly) Seal(_ context.Context, _, _ string, plain []byte) ([]byte, error) { return plain, nil }

func repeating(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, open(t))
	w.Repeats = duplicate.RepeatRules{{By: duplicate.Person, Count: 1, Within: 24 * time.Hour, Words: 1, Metres: 150}}
	w.Pseudonym = func(kind, value string) string { return "<" + kind + "|" + value + ">" }
	w.Sealer = plainly{}
	return w
}

// files files and routes, and gives what became of it; a minute passes.
func (w *world) files(t *testing.T, d complaint.Draft) *complaint.Complaint {
	t.Helper()
	d.Kind, d.Lang = complaint.Complain, "ms"
	c, _, err := w.File(t.Context(), d)
	if err == nil {
		err = w.Cases.Route(t.Context(), c.ID)
	}
	if err == nil {
		c, err = w.Store.ByID(t.Context(), c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	return c
}

func TestWhereItCameFromIsKnownOnlyAmongTheSameWords(t *testing.T) {
	w := repeating(t)
	a := w.files(t, complaint.Draft{Text: "lampu padam", Phone: &complaint.Phone{Token: "token", Platform: "android"}, Network: "203.0.113.7"})
	b := w.files(t, complaint.Draft{Text: "longkang tersumbat", Phone: &complaint.Phone{Token: "token", Platform: "android"}, Network: "203.0.113.7"})
	if a.Sender.Network == b.Sender.Network || a.Sender.Phone == b.Sender.Phone || !strings.Contains(a.Sender.Network, a.Wording.Mark) {
		t.Errorf("the same sender is known again by other words: %v and %v", a.Sender, b.Sender)
	}
	if c := w.files(t, complaint.Draft{Text: "Lampu padam!", Phone: &complaint.Phone{Token: "token", Platform: "android"}}); c.Merged == nil || c.Merged.Into != a.Number || c.Sender.Phone != a.Sender.Phone {
		t.Errorf("the same words from the same phone: %+v %v", c.Merged, c.Sender)
	}
	hidden := w.files(t, complaint.Draft{Text: "lori JQA4521 langgar tiang", Phone: &complaint.Phone{Token: "token", Platform: "android"}})
	if hidden.Wording != nil || hidden.Sender != (complaint.Sender{}) {
		t.Errorf("something is masked, and it is compared: %+v %v", hidden.Wording, hidden.Sender)
	}
	if err := w.Erase(t.Context(), a.ID, a.Citizen, func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	if a, err := w.Store.ByID(t.Context(), a.ID); err != nil || a.Wording != nil || a.Sender != (complaint.Sender{}) {
		t.Errorf("after the erasure: %+v %v, %v", a.Wording, a.Sender, err)
	}
}

func TestOnlyWhatIsOpenIsJoined(t *testing.T) {
	w := repeating(t)
	draft := complaint.Draft{Text: "lampu padam", Citizen: "aminah"}
	first := w.files(t, draft)
	officer := complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "o", Agency: "MBPJ"}}
	if _, err := w.Accept(t.Context(), first.ID, "", officer); err != nil {
		t.Fatal(err)
	}
	second := w.files(t, draft)
	if second.Merged == nil || second.Merged.Into != first.Number {
		t.Fatalf("while the first is open: %s %+v", second.State, second.Merged)
	}
	if _, err := w.Resolve(t.Context(), first.ID, "siap", officer); err != nil {
		t.Fatal(err)
	}
	third := w.files(t, draft)
	if third.Merged != nil || third.State != complaint.Routed {
		t.Errorf("once the first is resolved: %s %+v", third.State, third.Merged)
	}
	w.answer.Emergency = "999"
	if fourth := w.files(t, draft); fourth.Merged != nil {
		t.Errorf("a danger is joined to %+v", fourth.Merged)
	}
	w.answer.Emergency = ""
	w.now = w.now.Add(48 * time.Hour)
	if later := w.files(t, draft); later.Merged != nil {
		t.Errorf("two days later it is joined to %+v", later.Merged)
	}
}
