package schedule_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/schedule"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

var kl = time.FixedZone("MYT", 8*3600)

func malaysia(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, kl)
}

type world struct {
	schedule.Book
	now  time.Time
	sent []string
	fail error
}

func onEachStore(t *testing.T, test func(t *testing.T, w *world)) {
	eachstore.Run(t, []store.Collection{schedule.Collection}, func(t *testing.T, e store.Engine) {
		w := &world{now: malaysia(time.November, 26, 8, 30)} // a Thursday
		w.Book = schedule.Book{Engine: e, Zone: kl, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return w.now },
			Send: func(_ context.Context, p schedule.Plan) error {
				if w.fail == nil {
					w.sent = append(w.sent, p.Person)
				}
				return w.fail
			}}
		test(t, w)
	})
}

func (w *world) at(t *testing.T, when time.Time) {
	t.Helper()
	w.now = when
	if err := w.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestReportsComeInTheirRhythm(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		for person, c := range map[string]struct {
			every string
			hour  int
			next  time.Time
		}{
			"daily":   {"daily", 8, malaysia(time.November, 27, 8, 0)},
			"today":   {"daily", 9, malaysia(time.November, 26, 9, 0)},
			"weekly":  {"weekly", 7, malaysia(time.November, 30, 7, 0)},
			"monthly": {"monthly", 0, malaysia(time.December, 1, 0, 0)},
		} {
			p, err := w.Put(t.Context(), schedule.Plan{Person: person, Every: c.every, Hour: c.hour})
			if err != nil || !p.Next.Equal(c.next) {
				t.Errorf("%s comes %s, want %s, %v", person, p.Next.In(kl), c.next, err)
			}
		}
		w.at(t, malaysia(time.November, 26, 9, 0))
		w.at(t, malaysia(time.November, 26, 9, 1)) // once
		if !slices.Equal(w.sent, []string{"today"}) {
			t.Errorf("at nine: %v", w.sent)
		}
		w.sent = nil
		w.at(t, malaysia(time.December, 1, 10, 0)) // the system was off: one of each, not one for each day
		slices.Sort(w.sent)
		if !slices.Equal(w.sent, []string{"daily", "monthly", "today", "weekly"}) {
			t.Errorf("after days off: %v", w.sent)
		}
		if p, err := w.Of(t.Context(), "today"); err != nil || !p.Next.Equal(malaysia(time.December, 2, 9, 0)) || !p.Last.Equal(malaysia(time.December, 1, 10, 0)) {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestWhatFailsIsTriedAgainAndWhoMayNotGetsNone(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		if _, err := w.Put(t.Context(), schedule.Plan{Person: "aina", Every: "daily", Hour: 9}); err != nil {
			t.Fatal(err)
		}
		w.fail = errors.New("the relay is out")
		w.at(t, malaysia(time.November, 26, 9, 0))
		w.fail = nil
		w.at(t, malaysia(time.November, 26, 9, 5))
		if len(w.sent) != 0 {
			t.Error("tried again at once")
		}
		w.at(t, malaysia(time.November, 26, 9, 11))
		if !slices.Equal(w.sent, []string{"aina"}) {
			t.Errorf("tried again: %v", w.sent)
		}
		w.fail = fault.New(fault.Forbidden, "no supervisor any more")
		w.at(t, malaysia(time.November, 27, 9, 0))
		if _, err := w.Of(t.Context(), "aina"); !errors.Is(err, fault.NotFound) {
			t.Errorf("of whoever may not see figures: %v", err)
		}
		for _, p := range []schedule.Plan{{Person: "b", Every: "hourly"}, {Person: "b", Every: "daily", Hour: 24}} {
			if _, err := w.Put(t.Context(), p); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", p, err)
			}
		}
	})
}
