package audit

import (
	"errors"
	"fmt"
	"respons/internal/complaint"
	"respons/internal/fault"
	"slices"
	"testing"
	"time"
)

func TestTheRecordIsSearchedByWhoWhatAndWhen(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r := recorder(t, e)
		for i := range 30 { // one a minute
			r.Now = func() time.Time { return noon.Add(time.Duration(i) * time.Minute) }
			x := move(fmt.Sprintf("move:%d", i))
			x.Actor.ID, x.Object.ID = fmt.Sprintf("officer-%d", i%3), fmt.Sprintf("RR-%d", i%5)
			if i%2 == 1 {
				x.Action = Move(complaint.Resolve)
			}
			must(t, r.Record(t.Context(), x, read("siti")))
		}
		for _, c := range []struct {
			name  string
			q     Query
			count int
			first int64 // the newest
		}{
			{"all", Query{}, 60, 60},
			{"an actor", Query{Actor: "officer-1"}, 10, 57},
			{"an object", Query{Object: "complaint:RR-4"}, 6, 59},
			{"an action", Query{Action: "move.resolve"}, 15, 59},
			{"a subject", Query{Action: "move"}, 30, 59},
			{"no part of a word", Query{Action: "mov"}, 0, 0},
			{"actor and action", Query{Actor: "officer-1", Action: "move.accept"}, 5, 57},
			{"from, inclusive", Query{From: noon.Add(28 * time.Minute)}, 4, 60},
			{"to, exclusive", Query{To: noon.Add(2 * time.Minute)}, 4, 4},
			{"a span", Query{Actor: "siti", From: noon.Add(3 * time.Minute), To: noon.Add(5 * time.Minute)}, 2, 10},
			{"a span without an end in the record", Query{From: noon.Add(time.Hour)}, 0, 0},
			{"nobody", Query{Actor: "nobody"}, 0, 0},
		} {
			var got []Entry
			for c.q.Limit = 4; ; {
				p, err := Search(t.Context(), e, c.q)
				must(t, err)
				if len(p.Entries) > 4 {
					t.Errorf("%s: a page of %d", c.name, len(p.Entries))
				}
				got = append(got, p.Entries...)
				if c.q.After = p.Next; p.Next == "" {
					break
				}
			}
			if len(got) != c.count || c.count > 0 && got[0].Seq != c.first {
				t.Errorf("%s: %d entries, want %d: %+v", c.name, len(got), c.count, got)
			}
			if !slices.IsSortedFunc(got, func(a, b Entry) int { return int(b.Seq - a.Seq) }) {
				t.Errorf("%s: not the newest first", c.name)
			}
		}
		for _, cursor := range []string{"x", "1", "1-", "-1-2", "1-2-3", "01-2", "1-9999999999999999999", "9223372036854775807-1"} {
			if _, err := Search(t.Context(), e, Query{After: cursor}); !errors.Is(err, fault.Invalid) {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}
