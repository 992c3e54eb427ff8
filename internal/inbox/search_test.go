package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/inbox"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/eachstore"
	"respons/internal/table"
)

// world is a search over a real store, with a router that says what it is told.
type world struct {
	inbox.Search
	repo   complaint.Repository
	answer routing.Decision
	now    time.Time
}

func (w *world) Route(routing.Question) routing.Decision       { return w.answer }
func (w *world) Filing(string) (string, bool, error)           { return "S1", false, nil }
func (w *world) Known(string) bool                             { return true }
func (w *world) Chain(code string) []string                    { return chain(code) }
func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}

type silent struct{}

func chain(code string) []string {
	if code == "MBPJ" || code == "MBSA" {
		return []string{code, "SUK-SGR"}
	}
	return []string{code}
}

var schema = []store.Collection{complaint.Collection, complaint.SupportersCollection, complaint.ProgressCollection, inbox.ViewsCollection}

// engines runs a test on each engine.
func engines(t *testing.T, test func(t *testing.T, e store.Engine)) { eachstore.Run(t, schema, test) }

func newWorld(t testing.TB, e store.Engine) *world {
	t.Helper()
	var ms table.Mistakes
	book, may := sla.Load(configs.FS, &ms), access.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	w := &world{now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)} // Thursday 10:00 in Malaysia
	zone, err := time.LoadLocation("Asia/Kuala_Lumpur")
	if err != nil {
		t.Fatal(err)
	}
	w.repo = complaint.Repository{Engine: e, Chain: chain, Words: strings.Fields}
	cases := &complaint.Cases{Store: w.repo, Rules: complaint.Rules{Book: book, States: func(string) []string { return []string{"MY-10"} }},
		Router: w, Catalogue: w, Register: w, Access: may, Hints: silent{}, Now: func() time.Time { return w.now }}
	w.Search = inbox.Search{Cases: cases, Read: strings.Fields, Zone: zone, Now: func() time.Time { return w.now }}
	return w
}

// file files a complaint that goes to an agency; an empty one: to the desk.
func (w *world) file(t testing.TB, agency, category, text string) *complaint.Complaint {
	t.Helper()
	w.answer.Agency, w.answer.Category, w.answer.Auto = agency, category, agency != ""
	c, _, err := w.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: text, Lang: "ms", Location: complaint.Location{Postcode: "47300"}})
	if err == nil {
		err = w.Cases.Route(t.Context(), c.ID)
	}
	if err == nil {
		c, err = w.repo.ByID(t.Context(), c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	officer = complaint.Actor{Role: complaint.Officer, ID: "aina", Agency: "MBPJ"}
	state   = complaint.Actor{Role: complaint.Supervisor, ID: "boss", Agency: "SUK-SGR"}
	desk    = complaint.Actor{Role: complaint.Desk, ID: "desk"}
	own     = complaint.OwnBranch("MBPJ")
)

func (w *world) find(t *testing.T, who complaint.Actor, f inbox.Filter) string {
	t.Helper()
	page, err := w.Find(t.Context(), who, f, "", 40)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	var out []string
	for _, c := range page.Complaints {
		out = append(out, strings.Fields(c.Text)[0])
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestEachFilterFindsWhatIsTheirs(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		w := newWorld(t, e)
		a := w.file(t, "MBPJ", "JLN01", "alpha lubang di SS2")
		w.now = w.now.Add(2 * time.Hour)
		b := w.file(t, "MBPJ", "LPU01", "bravo lampu di SS2")
		w.file(t, "MBSA", "JLN01", "charlie lubang di Shah")
		w.file(t, "", "JLN01", "delta lubang entah")
		w.answer.Restricted = true
		tip := w.file(t, "MBPJ", "INT01", "secret lubang rasuah")
		w.answer.Restricted = false
		if _, err := w.Cases.Accept(t.Context(), b.ID, "", complaint.By{Actor: officer}); err != nil {
			t.Fatal(err)
		}
		done := w.file(t, "MBPJ", "JLN02", "echo lubang lama")
		for _, err := range []error{second(w.Cases.Accept(t.Context(), done.ID, "", complaint.By{Actor: officer})),
			second(w.Cases.Resolve(t.Context(), done.ID, "siap", complaint.By{Actor: officer}))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			name string
			who  complaint.Actor
			f    inbox.Filter
			want string
		}{
			{"the own queue", officer, inbox.Filter{Branch: own}, "alpha bravo"},
			{"over", officer, inbox.Filter{Branch: own, Status: inbox.Closed}, "echo"},
			{"newest first", officer, inbox.Filter{Branch: own, Sort: inbox.Newest}, "alpha bravo"},
			{"a state", officer, inbox.Filter{Branch: own, State: complaint.Accepted}, "bravo"},
			{"a category", officer, inbox.Filter{Branch: own, Category: "JLN01"}, "alpha"},
			{"a group", officer, inbox.Filter{Branch: own, Category: "LPU"}, "bravo"},
			{"a class that none has", officer, inbox.Filter{Branch: own, Class: "S3"}, ""},
			{"mine", officer, inbox.Filter{Branch: own, Holder: "aina"}, "bravo"},
			{"nobody's", officer, inbox.Filter{Branch: own, Holder: inbox.Nobody}, "alpha"},
			{"nobody's below a state", state, inbox.Filter{Branch: "SUK-SGR", Holder: inbox.Nobody}, "alpha charlie"},
			{"an agency below", state, inbox.Filter{Branch: "SUK-SGR", Agency: "MBSA"}, "charlie"},
			{"words, also of what is over", officer, inbox.Filter{Branch: own, Words: "lubang"}, "alpha echo"},
			{"words that must all be there", officer, inbox.Filter{Branch: own, Words: "lubang SS2"}, "alpha"},
			{"words and a filter", officer, inbox.Filter{Branch: own, Words: "SS2", State: complaint.Accepted}, "bravo"},
			{"words of what is open", officer, inbox.Filter{Branch: own, Words: "lubang", Status: inbox.Open}, "alpha"},
			{"a postcode", officer, inbox.Filter{Branch: own, Words: "47300"}, "alpha bravo echo"},
			{"words of a whole state", state, inbox.Filter{Branch: "SUK-SGR", Words: "lubang"}, "alpha charlie echo"},
			{"words of the desk, everywhere", desk, inbox.Filter{Branch: complaint.TriageBranch, Words: "lubang"}, "alpha charlie delta echo"},
			{"a number", officer, inbox.Filter{Branch: own, Words: strings.ToLower(a.Number)}, "alpha"},
			{"half of a number", officer, inbox.Filter{Branch: own, Words: strings.Split(a.Number, "-")[1]}, "alpha"},
			{"the number of what is restricted", officer, inbox.Filter{Branch: own, Words: tip.Number}, ""},
			{"words of what is restricted", complaint.Actor{Role: complaint.Officer, ID: "x", Agency: "MBPJ", Cleared: true}, inbox.Filter{Branch: own, Words: "rasuah"}, ""},
			{"nothing is late", officer, inbox.Filter{Branch: own, Due: inbox.Late}, ""},
			{"due today", officer, inbox.Filter{Branch: own, Due: inbox.Today}, "alpha"}, // of bravo the mending is due tomorrow
		} {
			if got := w.find(t, c.who, c.f); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		w.now = w.now.Add(3 * time.Hour)
		if got := w.find(t, officer, inbox.Filter{Branch: own, Due: inbox.Late}); got != "alpha" {
			t.Errorf("late: %q", got)
		}
	})
}

func second(_ *complaint.Complaint, err error) error { return err }

func TestPagesGoOnAndASearchThatStopsSaysSo(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		w := newWorld(t, e)
		const all = 56
		w.Most = 50
		for i := range all {
			category := "JLN01"
			if i == 0 { // the newest list comes to it last
				category = "LPU01"
			}
			w.now = w.now.Add(time.Second)
			w.file(t, "MBPJ", category, fmt.Sprintf("lubang %04d", i))
		}
		f := inbox.Filter{Branch: own, Category: "LPU", Sort: inbox.Newest}
		page, err := w.Find(t.Context(), officer, f, "", 10)
		if err != nil || !page.Bounded || page.Next == "" || len(page.Complaints) != 0 {
			t.Fatalf("a filter that keeps one in %d: %d found, bounded %v, %v", all, len(page.Complaints), page.Bounded, err)
		}
		page, err = w.Find(t.Context(), officer, f, page.Next, 10)
		if err != nil || page.Bounded || page.Next != "" || len(page.Complaints) != 1 {
			t.Errorf("its next page: %d found, bounded %v, next %q, %v", len(page.Complaints), page.Bounded, page.Next, err)
		}
		for _, f := range []inbox.Filter{{Branch: own}, {Branch: own, Words: "lubang"}, {Branch: own, Sort: inbox.Newest}} {
			seen := map[string]bool{}
			for after := ""; ; {
				page, err := w.Find(t.Context(), officer, f, after, 10)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Complaints {
					if seen[c.ID] {
						t.Fatalf("%+v: %s comes twice", f, c.Text)
					}
					seen[c.ID] = true
				}
				if after = page.Next; after == "" {
					break
				}
			}
			if len(seen) != all {
				t.Errorf("%+v: %d of %d", f, len(seen), all)
			}
		}
	})
}

func TestWordsThatTellNothingAreRefused(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		w := newWorld(t, e)
		w.Read = func(string) []string { return nil }
		if _, err := w.Find(t.Context(), officer, inbox.Filter{Branch: own, Words: "di yang"}, "", 40); fault.KindOf(err) != fault.Invalid {
			t.Error(err)
		}
	})
}

// Complaints from before there were words are found once they were stored anew; of two processes one gets on.
func TestOlderComplaintsAreStoredAnew(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		w := newWorld(t, e)
		w.Cases.Store.Words = nil // as the program before did
		for i := range 45 {
			w.file(t, "MBPJ", "JLN01", fmt.Sprintf("lubang %04d", i))
		}
		w.Cases.Store.Words = strings.Fields
		if got := w.find(t, officer, inbox.Filter{Branch: own, Words: "lubang"}); got != "" {
			t.Fatalf("found before: %q", got)
		}
		steps := 0
		for done := false; !done; steps++ {
			var err error
			if done, err = w.Cases.Store.Reindex(t.Context(), 20); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.find(t, officer, inbox.Filter{Branch: own, Words: "0000"}); got != "lubang" || steps != 3 {
			t.Errorf("after %d steps: %q", steps, got)
		}
		if done, err := w.Cases.Store.Reindex(t.Context(), 20); !done || err != nil {
			t.Errorf("again: %v, %v", done, err)
		}
	})
}

func TestViewsAreKeptForEachPerson(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		v := &inbox.Views{Engine: e}
		list := []inbox.View{{Name: "Lewat", Query: "due=late"}, {Name: "Saya", Query: "assignee=me"}}
		for range 2 {
			if err := v.Put(t.Context(), "aina", list); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := v.Of(t.Context(), "aina"); err != nil || !slices.Equal(got, list) {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := v.Of(t.Context(), "bala"); err != nil || len(got) != 0 {
			t.Errorf("somebody else's: %v, %v", got, err)
		}
		for name, bad := range map[string][]inbox.View{"no name": {{Query: "x"}}, "twice": {{Name: "a"}, {Name: "a"}}, "long": {{Name: "a", Query: strings.Repeat("x", 301)}},
			"many": make([]inbox.View, 21)} {
			if err := v.Put(t.Context(), "aina", bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestASearchThatTakesTooLongIsGivenUp(t *testing.T) {
	engines(t, func(t *testing.T, e store.Engine) {
		w := newWorld(t, e)
		w.file(t, "MBPJ", "JLN01", "lubang besar di simpang")
		w.Long = time.Nanosecond
		f := inbox.Filter{Branch: own, Words: "lubang simpang"}
		if _, err := w.Find(t.Context(), officer, f, "", 10); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%v", err)
		}
		w.Long = 0
		if page, err := w.Find(t.Context(), officer, f, "", 10); err != nil || len(page.Complaints) != 1 {
			t.Errorf("with time enough: %d found, %v", len(page.Complaints), err)
		}
		ctx, leave := context.WithCancel(t.Context())
		leave()
		if _, err := w.Find(ctx, officer, f, "", 10); err == nil || fault.KindOf(err) == fault.Unavailable {
			t.Errorf("whoever left is told %v", err)
		}
	})
}
