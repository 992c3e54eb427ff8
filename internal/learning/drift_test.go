package learning

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/store"
	"respons/internal/store/sqlite"
)

func TestAnAlarmNeedsARiseBeyondNoise(t *testing.T) {
	for _, c := range []struct {
		name            string
		recent, earlier counted
		alarm           bool
	}{
		{"five times as many wrong", counted{60, 15}, counted{480, 24}, true},
		{"as before", counted{60, 3}, counted{480, 24}, false},
		{"a little more, as happens", counted{60, 5}, counted{480, 24}, false},
		{"fewer than before", counted{60, 0}, counted{480, 24}, false},
		{"too few to say so", counted{19, 19}, counted{480, 24}, false},
		{"just enough", counted{20, 12}, counted{480, 24}, true},
		{"beyond noise, and nobody would notice", counted{20_000, 1400}, counted{160_000, 8_000}, false},
		{"new, beside all others", counted{40, 20}, counted{0, 0}, true},
	} {
		recent := map[string]counted{"agency/MBPJ": c.recent, "all/": {1000, 60}, "lang/ms": {900, 50}}
		earlier := map[string]counted{"agency/MBPJ": c.earlier, "all/": {8000, 400}, "lang/ms": {7200, 400}}
		for _, r := range rates(recent, earlier) {
			if want := c.alarm && r.Name == "MBPJ"; r.Alarm != want {
				t.Errorf("%s: %s alarm %v, p = %g", c.name, r.Name, r.Alarm, r.P)
			}
		}
	}
}

// engine is a store with this package's collections.
func engine(t *testing.T) store.Engine {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), []store.Collection{Examples, Models, Parts}, false); err != nil {
		t.Fatal(err)
	}
	return e
}

var malaysia = time.FixedZone("+08", 8*3600)

func TestWhatIsHeardTwiceIsKeptAndCountedOnce(t *testing.T) {
	n := Notebook{Engine: engine(t), Zone: malaysia}
	hear := func(c *complaint.Complaint) {
		t.Helper()
		for _, e := range c.Events {
			for range 2 {
				if err := n.Hear(t.Context(), c, e); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for i := range 30 {
		lines := [][]string{{"route", "MBPJ"}, {"accept", "ali"}}
		if i%3 == 0 {
			lines = append(lines, []string{"transfer", "ali", "JKR"}, []string{"accept", "siti"})
		}
		hear(history(fmt.Sprint("C", i), "lubang", lines...))
	}
	hear(history("D", "lubang", []string{"abstain", "MBPJ"}, []string{"assign", "desk", "MBPJ"}, []string{"return", "ali"})) // not the router's own
	list, err := n.read(t.Context())
	if err != nil || len(list) != 30+2*10+2 {
		t.Fatalf("%d examples, %v", len(list), err)
	}
	got, err := n.Rates(t.Context(), monday.Add(3*24*time.Hour))
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, r := range got {
		if r.Recent != 30 || r.RecentWrong != 10 || r.Earlier != 0 || r.Alarm {
			t.Errorf("%+v", r)
		}
	}
	if got, _ := n.Rates(t.Context(), monday.Add(8*24*time.Hour)); len(got) != 0 {
		t.Errorf("a week later: %+v", got)
	}
}

func TestOfManyThatAgreeAnEvenPartIsReadAndWeighsAsMuch(t *testing.T) {
	n := Notebook{Engine: engine(t), Zone: malaysia, Most: 60}
	for i := range 400 {
		c := history(fmt.Sprint("C", i), "lubang", []string{"route", "MBPJ"}, []string{"accept", "ali"})
		if i < 50 {
			c = history(fmt.Sprint("D", i), "lubang", []string{"route", "MBPJ"}, []string{"return", "ali"})
		}
		if err := n.Hear(t.Context(), c, c.Events[1]); err != nil {
			t.Fatal(err)
		}
	}
	list, err := n.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	decided, agreed, weight := 0, 0, 0
	for _, x := range list {
		if x.Kind == Returned {
			decided++
			continue
		}
		agreed++
		weight += x.weight
	}
	if decided != 50 || agreed > 100 || weight < 250 || weight > 450 {
		t.Errorf("%d of 50 decided; %d that agree, for %d of 350", decided, agreed, weight)
	}
}

func TestExamplesGoWhenTheirTimeIsOverOrTheCaseBecomesSecret(t *testing.T) {
	n := Notebook{Engine: engine(t), Zone: malaysia}
	c := history("C1", "lubang", []string{"route", "MBPJ"}, []string{"accept", "ali"}, []string{"transfer", "ali", "JKR"})
	other := history("C2", "lubang", []string{"route", "MBPJ"}, []string{"accept", "ali"})
	hear := func(c *complaint.Complaint) {
		for _, e := range c.Events {
			if err := n.Hear(t.Context(), c, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	left := func() int {
		list, err := n.read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	hear(c)
	hear(other)
	if left() != 3 {
		t.Fatalf("%d examples", left())
	}
	c.Secret = true
	hear(c)
	if left() != 1 {
		t.Errorf("%d examples after one became secret", left())
	}
	if err := n.Forget(t.Context(), monday.Add(keep)); err != nil || left() != 1 {
		t.Errorf("forgotten too early: %d left, %v", left(), err)
	}
	if err := n.Forget(t.Context(), monday.Add(keep+time.Hour)); err != nil || left() != 0 {
		t.Errorf("%d left after two years, %v", left(), err)
	}
}

func TestTheOperatorIsWarnedOnceWhileAnAlarmLasts(t *testing.T) {
	s := newSchool(t, engine(t))
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	var shown []Rate
	s.Alarmed = func(list []Rate) { shown = list }
	count := func(daysAgo int, sent, wrong int64) {
		t.Helper()
		by := map[string]int64{"agency/MBPJ/sent": sent, "agency/MBPJ/wrong": wrong, "all//sent": sent, "all//wrong": wrong}
		if err := s.Notebook.Engine.Increment(t.Context(), dayID(s.now.In(malaysia).AddDate(0, 0, -daysAgo)), by); err != nil {
			t.Fatal(err)
		}
	}
	watch := func(want int) {
		t.Helper()
		s.now = s.now.Add(watchEvery)
		if err := s.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(log.String(), "level=WARN"); got != want {
			t.Errorf("%d warnings, want %d:\n%s", got, want, log.String())
		}
	}
	for day := 7; day < 50; day++ {
		count(day, 10, 0)
	}
	count(1, 30, 1)
	watch(0)
	count(0, 30, 20)
	watch(1)
	watch(1)
	if len(shown) != 1 || !shown[0].Alarm || shown[0].Share() != 21.0/60 {
		t.Errorf("shown: %+v", shown)
	}
	s.now = s.now.AddDate(0, 0, 10) // the bad days are past
	watch(1)
	count(0, 60, 40)
	watch(2)
}
