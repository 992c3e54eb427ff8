package learning

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/classify"
	"respons/internal/fault"
	"respons/internal/routing"
	"respons/internal/store"
	"respons/internal/table"
)

// parts are loaded once: they do not change.
var parts = sync.OnceValue(func() routing.Parts {
	var ms table.Mistakes
	p := routing.LoadParts(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		panic(err)
	}
	return p
})

// school is a teacher on a store, with a clock that the test moves and few written examples, so that it trains quickly.
type school struct {
	*Teacher
	now time.Time
}

func newSchool(t *testing.T, e store.Engine) *school {
	t.Helper()
	return newSchoolWith(t, e, parts().Classifier.(*classify.Classifier))
}

// newSchoolWith has another shipped classifier.
func newSchoolWith(t *testing.T, e store.Engine, c *classify.Classifier) *school {
	t.Helper()
	p := parts()
	s := &school{now: monday.Add(48 * time.Hour)}
	ids := 0
	s.Teacher = &Teacher{Notebook: Notebook{Engine: e, Zone: malaysia}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now },
		Follower: NewFollower(Shelf{e}, c, routing.New(p).With(c, nil)),
		NewID:    func(at time.Time) string { ids++; return fmt.Sprintf("M%d-%03d", at.Unix(), ids) },
		Material: func() (f Frozen, rest []classify.Example, err error) {
			for i, x := range []struct{ text, category string }{{"lubang besar tengah jalan", "JLN01"}, {"sampah tak dikutip", "SSP01"},
				{"lampu jalan padam", "LPU01"}, {"tiada air sejak pagi", "AIR01"}, {"longkang tersumbat", "SAL01"}} {
				for j := range 12 {
					example := classify.Example{Text: fmt.Sprintf("%s nombor %d%d", x.text, i, j), Category: x.category, Weight: 1}
					if j%4 == 0 {
						f.Examples = append(f.Examples, example)
					} else {
						rest = append(rest, example)
					}
				}
			}
			return f, rest, nil
		}}
	return s
}

// corrected takes down n complaints with a text that a council's officer sent on and another accepted.
func (s *school) corrected(t *testing.T, prefix string, n int, text, category string) {
	t.Helper()
	for i := range n {
		c := history(fmt.Sprintf("%s%02d", prefix, i), text, []string{"route", "MBPJ"}, []string{"accept", "ali"},
			[]string{"transfer", "ali", "JKR", category}, []string{"accept", "siti"})
		for j := range c.Events {
			c.Events[j].At = s.now.Add(-time.Hour + time.Duration(j)*time.Minute)
			if err := s.Notebook.Hear(t.Context(), c, c.Events[j]); err != nil {
				t.Fatal(err)
			}
		}
	}
}

const newRoad = "lubang besar di Jalan Wawasan Perdana"

func (s *school) to(text string) string {
	q := Example{Text: text, At: s.now}.question()
	q.Where.HasPoint, q.Where.Lat, q.Where.Lon = true, 3.119, 101.622
	return s.Follower.Route(q).Agency
}

func TestEveryProcessTakesUpWhatOneMadeLive(t *testing.T) {
	e := engine(t)
	one, two := newSchool(t, e), newSchool(t, e)
	one.corrected(t, "C", 30, newRoad, "")
	m, err := one.Retrain(t.Context(), "admin", nil)
	if err != nil || m == nil || m.Outcome != Promoted {
		t.Fatalf("%+v, %v", m, err)
	}
	if a := one.to(newRoad + " lagi"); a != "JKR" {
		t.Errorf("here the road is %s's", a)
	}
	if a := two.to(newRoad + " lagi"); a != "MBPJ" {
		t.Errorf("before it looked, the other process sends it to %s", a)
	}
	if err := two.Follower.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := two.to(newRoad + " lagi"); a != "JKR" {
		t.Errorf("the other process sends it to %s", a)
	}
	if m, err := two.Retrain(t.Context(), "admin", nil); m != nil || err != nil {
		t.Errorf("without a new correction: %+v, %v", m, err)
	}
}

// smallClassifier knows a few categories of the shipped catalogue, so that it is trained in a moment.
func smallClassifier(t *testing.T) *classify.Classifier {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"categories.csv", "shortforms.csv", "emergencies.csv"} {
		content, err := configs.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: content}
	}
	few := regexp.MustCompile(`(?m)^(code|(JLN|SSP|LPU|AIR|SAL|KOM)\d\d),.*\n`)
	alarms, _, _ := bytes.Cut(files["emergencies.csv"].Data, []byte("\n")) // none: they name other categories
	files["emergencies.csv"].Data = alarms
	files["categories.csv"].Data = bytes.Join(few.FindAll(files["categories.csv"].Data, -1), nil)
	var ms table.Mistakes
	c := classify.Load(files, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	m := c.Train([]classify.Example{{Text: "lubang", Category: "JLN01", Weight: 1}})
	c, err := c.With(m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCategoriesThatOfficersChoseTrainTheClassifier(t *testing.T) {
	s := newSchoolWith(t, engine(t), smallClassifier(t))
	const text = "gerobok zzkuning meletop tepi padang" // words that no example has
	if got := s.Follower.Route(routing.Question{Text: text}).Category; got == "KOM04" {
		t.Fatalf("it is %s before anything was learnt", got)
	}
	s.corrected(t, "C", 30, text, "KOM04")
	m, err := s.Retrain(t.Context(), "admin", nil)
	if err != nil || m.Outcome != Promoted || m.Chosen != 30 {
		t.Fatalf("%+v, %v", m, err)
	}
	if got := s.Follower.Route(routing.Question{Text: text}); got.Category != "KOM04" || got.Model == s.Follower.Base() {
		t.Errorf("learnt: %s by model %s", got.Category, got.Model)
	}
	if err := s.Rollback(t.Context(), "admin"); err != nil {
		t.Fatal(err)
	}
	if got := s.Follower.Route(routing.Question{Text: text}); got.Category == "KOM04" || got.Model != s.Follower.Base() {
		t.Errorf("after the rollback: %s by model %s", got.Category, got.Model)
	}
}

func TestOneProcessTrainsAtATime(t *testing.T) {
	e := engine(t)
	s := newSchool(t, e)
	s.corrected(t, "C", 30, newRoad, "")
	if err := s.work(t.Context(), func(w *Work) error { w.Until = s.now.Add(time.Minute); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Retrain(t.Context(), "admin", nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("beside another process: %v", err)
	}
	if err := s.Ask(t.Context(), "admin", nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("asked beside another process: %v", err)
	}
	s.now = s.now.Add(time.Minute) // the other one died
	if m, err := s.Retrain(t.Context(), "admin", nil); err != nil || m.Outcome != Promoted {
		t.Errorf("after its lease: %+v, %v", m, err)
	}
}

func TestItTrainsOnceEachNightAndWhenAsked(t *testing.T) {
	e := engine(t)
	s, other := newSchool(t, e), newSchool(t, e)
	made := func() int {
		t.Helper()
		for _, x := range []*school{s, other} {
			x.now = s.now
			if err := x.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.shelf().List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	s.now = time.Date(2026, 2, 1, 12, 0, 0, 0, malaysia)
	if n := made(); n != 0 { // the night before is over, and nothing was corrected
		t.Fatalf("%d models", n)
	}
	s.corrected(t, "C", 2, newRoad, "")
	for _, c := range []struct {
		name string
		at   time.Time
		want int
	}{
		{"the same day", time.Date(2026, 2, 1, 23, 59, 0, 0, malaysia), 0},
		{"before three", time.Date(2026, 2, 2, 2, 59, 59, 0, malaysia), 0},
		{"at three, in one of two processes", time.Date(2026, 2, 2, 3, 0, 0, 0, malaysia), 1},
		{"later that night", time.Date(2026, 2, 2, 4, 0, 0, 0, malaysia), 1},
		{"the next night", time.Date(2026, 2, 3, 3, 0, 0, 0, malaysia), 2},
	} {
		s.now = c.at
		if n := made(); n != c.want {
			t.Errorf("%s: %d models, want %d", c.name, n, c.want)
		}
	}
	if err := s.Ask(t.Context(), "admin", nil); err != nil {
		t.Fatal(err)
	}
	if n := made(); n != 3 {
		t.Errorf("asked: %d models", n)
	}
	list, _ := s.shelf().List(t.Context())
	if list[0].By != "admin" || list[1].By != "nightly" || list[0].Outcome != Refused || len(list[0].Reasons) == 0 {
		t.Errorf("the latest: %+v", list[0])
	}
}

func TestWhoWasSetAsideStaysSoUntilTrusted(t *testing.T) {
	s := newSchoolWith(t, engine(t), smallClassifier(t))
	for i, text := range []string{"lubang", "sampah", "lampu"} {
		list := []string{"JLN01", "SSP01", "LPU01"}
		s.corrected(t, text, 5, text+" biasa", list[i])
	}
	aside := func(trust ...string) int {
		t.Helper()
		b, err := s.gather(t.Context(), trust)
		if err != nil {
			t.Fatal(err)
		}
		return 15 - len(b.fresh)
	}
	m, err := s.Retrain(t.Context(), "admin", nil)
	if err != nil || m.Outcome != Refused || !strings.Contains(strings.Join(m.Reasons, ";"), "set aside 15 corrections by officer ali") {
		t.Fatalf("%+v, %v", m, err)
	}
	if n := aside(); n != 15 {
		t.Errorf("afterwards %d are set aside", n)
	}
	if n := aside("ali", "MBPJ"); n != 0 {
		t.Errorf("of those who are trusted %d are set aside", n)
	}
	if _, err := s.Retrain(t.Context(), "admin", []string{"ali", "MBPJ"}); err != nil {
		t.Fatal(err)
	}
	if n := aside(); n != 0 {
		t.Errorf("once trusted, %d are set aside", n)
	}
}

func TestTheLastTenModelsAreKeptWhole(t *testing.T) {
	e := engine(t)
	shelf := Shelf{e}
	content := &Content{Names: []byte("[]"), Classifier: bytes.Repeat([]byte("0123456789"), 200_000), Probe: bytes.Repeat([]byte{7}, piece)}
	for i := range 13 {
		m := &Model{ID: fmt.Sprintf("M%02d", i), Made: monday.Add(time.Duration(i) * time.Hour), Outcome: Promoted}
		if err := shelf.put(t.Context(), m, content); err != nil {
			t.Fatal(err)
		}
		if err := shelf.prune(t.Context(), "M00"); err != nil {
			t.Fatal(err)
		}
	}
	list, err := shelf.List(t.Context())
	if err != nil || len(list) != keptModels+1 || list[0].ID != "M12" || list[10].ID != "M00" {
		t.Fatalf("%d models, %v", len(list), err)
	}
	back, err := shelf.content(t.Context(), list[0])
	if err != nil || !bytes.Equal(back.Classifier, content.Classifier) || !bytes.Equal(back.Probe, content.Probe) || string(back.Names) != "[]" {
		t.Errorf("the content came back as %d, %d, %d bytes, %v", len(back.Names), len(back.Classifier), len(back.Probe), err)
	}
	if _, err := e.Get(t.Context(), Parts.Name, partID("M01", 1, 0)); !errors.Is(err, fault.NotFound) {
		t.Errorf("content of a model that was dropped: %v", err)
	}
	if _, err := shelf.get(t.Context(), "M01"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a model that was dropped: %v", err)
	}
}

func TestWhatCannotBeMadeLiveIsRefused(t *testing.T) {
	s := newSchool(t, engine(t))
	put := func(m Model, c *Content) {
		t.Helper()
		if err := s.shelf().put(t.Context(), &m, c); err != nil {
			t.Fatal(err)
		}
	}
	put(Model{ID: "refused", Base: s.Follower.Base()}, nil)
	put(Model{ID: "older", Base: "another"}, &Content{Names: []byte("[]")})
	put(Model{ID: "broken", Base: s.Follower.Base()}, &Content{Names: []byte("[]"), Classifier: []byte("nonsense")})
	put(Model{ID: "good", Base: s.Follower.Base()}, &Content{Names: []byte("[]")})
	ctx := context.WithoutCancel(t.Context())
	for id, want := range map[string]error{"refused": fault.Conflict, "older": fault.Conflict, "nobody": fault.NotFound, Shipped: fault.Conflict} {
		if err := s.Promote(ctx, id, "admin"); !errors.Is(err, want) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := s.Promote(ctx, "broken", "admin"); err == nil {
		t.Error("a damaged model was made live")
	}
	if err := s.Rollback(ctx, "admin"); !errors.Is(err, fault.Conflict) {
		t.Errorf("rollback of the shipped model: %v", err)
	}
	if err := s.Promote(ctx, "good", "admin"); err != nil {
		t.Fatal(err)
	}
	if err := s.Promote(ctx, Shipped, "admin"); err != nil {
		t.Fatal(err)
	}
	if err := s.Rollback(ctx, "admin"); err != nil {
		t.Fatal(err)
	}
	if l, err := s.shelf().Live(ctx, s.Follower.Base()); err != nil || l.Model != "good" {
		t.Errorf("live is %s, %v", l.Model, err)
	}
}
