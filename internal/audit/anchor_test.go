package audit

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"respons/internal/store"
)

func TestEachDayHasOneAnchorFromFivePastMidnightInMalaysia(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r, other := recorder(t, e), recorder(t, open(t))
		var log bytes.Buffer
		r.Log = slog.New(slog.NewTextHandler(&log, nil))
		midnight := time.Date(2026, 11, 25, 16, 0, 0, 0, time.UTC) // of 26 November
		at := func(r *Recorder, now time.Time) {
			t.Helper()
			r.Now = func() time.Time { return now }
			must(t, r.AnchorDay(t.Context()))
		}
		at(r, midnight.Add(-time.Hour)) // nothing is recorded yet
		if list, err := ListAnchors(t.Context(), e); err != nil || len(list) != 0 {
			t.Fatalf("an empty chain has anchors %+v, %v", list, err)
		}
		for i, c := range []struct {
			now  time.Time
			want string
		}{
			{midnight.Add(past - time.Millisecond), "day:2026-11-25 1"},
			{midnight.Add(past), "day:2026-11-26 2"},
			{midnight.Add(20 * time.Hour), "day:2026-11-26 2"}, // stays as it is
			{midnight.Add(30 * time.Hour), "day:2026-11-27 4"}, // nothing ran at midnight
		} {
			fresh := recorder(t, e) // a process that does not remember
			must(t, r.Record(t.Context(), read("siti")))
			at(r, c.now)
			at(other, c.now)
			at(fresh, c.now)
			list, err := ListAnchors(t.Context(), e)
			must(t, err)
			last := list[len(list)-1]
			if got := last.ID + " " + string(rune('0'+last.Seq)); got != c.want {
				t.Errorf("step %d: latest anchor %s, want %s", i, got, c.want)
			}
			if !strings.Contains(log.String(), last.Hash) {
				t.Errorf("step %d: the anchor is not in the log: %s", i, log.String())
			}
		}
		if rep := sound(t, e, r.Key); rep.Anchors != 3 {
			t.Errorf("%d anchors", rep.Anchors)
		}
	})
}

func TestWhatWasRecordedSinceIsAnchoredWhenTheProcessEnds(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r := recorder(t, e)
		must(t, r.Close(t.Context())) // nothing recorded: nothing to anchor
		must(t, r.Record(t.Context(), read("siti")))
		must(t, r.Record(t.Context(), read("siti")))
		must(t, r.Close(t.Context()))
		must(t, r.Close(t.Context()))
		list, err := ListAnchors(t.Context(), e)
		if err != nil || len(list) != 1 || list[0].Seq != 2 || !strings.HasPrefix(list[0].ID, "stop:") {
			t.Fatalf("anchors %+v, %v", list, err)
		}
		must(t, e.Delete(t.Context(), Collection.Name, blockID(2), 0))
		if _, found := verify(t, e, Proof{}); len(found) != 1 || !strings.Contains(found[0].What, "cut off") {
			t.Errorf("with the end cut off: %+v", found)
		}
		must(t, e.Delete(t.Context(), Anchors.Name, list[0].ID, 0))
		if _, found := verify(t, e, Proof{Stored: []Anchor{}, Hashes: []string{list[0].Hash}}); len(found) != 1 {
			t.Errorf("with the stored anchor gone, too, the one in the log: %+v", found)
		}
		// Whatever is recorded after that leaves a gap where a process remembers the end.
		must(t, r.Record(t.Context(), read("siti")))
		if _, found := verify(t, e, Proof{}); len(found) == 0 {
			t.Error("a process recorded past what was cut off, and nothing is found")
		}
	})
}

func TestADocumentReplacedThroughTheStoreIsFound(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r := recorder(t, e)
		must(t, r.Record(t.Context(), move("move:1"), read("siti")))
		rec, err := e.Get(t.Context(), Collection.Name, blockID(1))
		must(t, err)
		b, err := decodeBlock(rec.Body)
		must(t, err)
		again, err := b.record()
		must(t, err)
		again.Rev = rec.Rev
		again.Body = bytes.Replace(again.Body, []byte("aina"), []byte("anna"), 1)
		if _, err := e.Replace(t.Context(), Collection.Name, store.Record{ID: again.ID, Rev: again.Rev, Keys: again.Keys, Body: again.Body}); err != nil {
			t.Fatal(err)
		}
		if _, found := verify(t, e, Proof{}); len(found) != 2 { // its content and its revision
			t.Errorf("found %+v", found)
		}
	})
}
