package audit

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/store/sqlite"
)

func TestASignInIsRecordedOnceADayAndARefusalOnceAnHourForEachAddress(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	prepare(t, e)
	r := recorder(t, e)
	now := noon
	r.Now = func() time.Time { return now }
	one, other := &SignIns{Recorder: r}, &SignIns{Recorder: r} // two processes
	aina, siti := Actor{Role: "officer", ID: "aina", Agency: "MBPJ"}, Actor{Role: "desk", ID: "siti"}
	count := func(want int, what string) {
		t.Helper()
		if n := len(all(t, e)); n != want {
			t.Errorf("%s: %d entries, want %d", what, n, want)
		}
	}
	for range 3 {
		for _, s := range []*SignIns{one, other} {
			must(t, s.Known(t.Context(), aina))
			must(t, s.Known(t.Context(), siti))
		}
	}
	count(2, "the same day")
	now = time.Date(2026, 11, 26, 15, 59, 59, 0, time.UTC)
	must(t, one.Known(t.Context(), aina))
	count(2, "a second before midnight in Malaysia")
	now = now.Add(time.Second)
	must(t, one.Known(t.Context(), aina))
	count(3, "the next day")

	here, there := WithAddress(t.Context(), "10.1.2.3"), WithAddress(t.Context(), "10.1.2.4")
	for range 3 {
		must(t, one.Unknown(here))
		must(t, other.Unknown(here))
		must(t, other.Unknown(there))
	}
	count(5, "refusals from two addresses")
	now = now.Add(time.Hour)
	must(t, one.Unknown(here))
	count(6, "a refusal an hour later")
	last := all(t, e)[5]
	if last.Action != SignIn || last.Outcome != Refused || last.Address == "" || last.Address != r.Address(here) || last.Address == r.Address(there) {
		t.Errorf("the refusal: %+v", last)
	}

	must(t, e.Close())
	must(t, one.Unknown(here)) // recorded before the store went away
	if err := other.Known(t.Context(), siti); !errors.Is(err, fault.Unavailable) {
		t.Errorf("a sign-in that cannot be recorded: %v", err)
	}
}

func TestAFloodOfRefusalsDoesNotFillTheRecordNorHideASignIn(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	s := &SignIns{Recorder: recorder(t, e), hour: noon.Truncate(time.Hour), seen: map[string]bool{}, refused: most - 2}
	for i := range 10 {
		must(t, s.Unknown(WithAddress(t.Context(), fmt.Sprintf("10.1.2.%d", i))))
	}
	must(t, s.Known(t.Context(), Actor{Role: "officer", ID: "aina"}))
	if list := all(t, e); len(list) != 3 || list[2].Outcome != Done {
		t.Errorf("recorded %+v", list)
	}
}

// BenchmarkRecord is recording moves as workers do, sixteen at once: each is looked for first, and durable when told.
func BenchmarkRecord(b *testing.B) {
	e, err := sqlite.Open(filepath.Join(b.TempDir(), "respons.db"))
	must(b, err)
	defer e.Close()
	prepare(b, e)
	r := recorder(b, e)
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			if err := r.Record(b.Context(), move(fmt.Sprintf("move:%p-%d", pb, n))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
