package complaint_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/sla"
	"respons/internal/table"
)

// rulesWith are the rules of the shipped data with one text of a file changed; agencies are in Selangor.
func rulesWith(t *testing.T, file, old, new string) complaint.Rules {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"weekends.csv", "office_hours.csv", "holidays.csv", "sla_classes.csv", "ladder.csv"} {
		content, err := configs.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file && !strings.Contains(string(content), old) {
			t.Fatalf("%s has no %q", file, old)
		}
		if name == file {
			content = []byte(strings.Replace(string(content), old, new, 1))
		}
		fsys[name] = &fstest.MapFile{Data: content}
	}
	var ms table.Mistakes
	book := sla.Load(fsys, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return complaint.Rules{Book: book, States: func(string) []string { return []string{"MY-10"} }}
}

func TestARehearsalCountsWhatWouldHaveBeenMissedAndChangesNothing(t *testing.T) {
	w := newWorld(t, open(t)) // Thursday; S3: accept Fri 9, first response Mon 12, resolve Tue 13, all 17:00
	id := func() string {
		c := w.file(t, "")
		if err := w.Cases.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	at := func(day, hour int) { w.now = time.Date(2026, 1, day, hour-8, 0, 0, 0, time.UTC) }
	do := func(_ *complaint.Complaint, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	quick, slow, moved, asked, merged := id(), id(), id(), id(), id()
	other := w.file(t, "").Number // not routed: no clock ran
	for _, c := range []string{quick, slow, asked} {
		do(w.Accept(t.Context(), c, "kami datang", officer("MBPJ")))
	}
	at(8, 12)
	do(w.Resolve(t.Context(), quick, "siap", officer("MBPJ")))
	do(w.Ask(t.Context(), asked, "tiang mana?", officer("MBPJ")))
	at(9, 16)
	do(w.Merge(t.Context(), merged, other, desk))
	at(12, 12) // a day after accept was due with MBPJ
	do(w.Accept(t.Context(), moved, "ya", officer("MBPJ")))
	do(w.Transfer(t.Context(), moved, "TNB", "tiang TNB", officer("MBPJ")))
	at(12, 16)
	do(w.Accept(t.Context(), moved, "", officer("TNB")))
	do(w.Resolve(t.Context(), moved, "siap", officer("TNB")))
	at(13, 16)
	do(w.Answer(t.Context(), asked, "14", citizen))
	do(w.Resolve(t.Context(), asked, "siap", officer("MBPJ")))
	at(13, 16)
	do(w.Resolve(t.Context(), slow, "siap", officer("MBPJ"))) // an hour before it was due
	w.now = w.now.AddDate(0, 0, 7)

	revisions := func() (out []int64) {
		for _, id := range []string{quick, slow, moved, asked, merged} {
			c, err := w.Store.ByID(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c.Rev)
		}
		return out
	}
	was := revisions()
	from, to := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 9, 0, 0, 0, 0, time.UTC)
	// Two days to mend instead of three: the slow one and none else is late; the asked one stood still.
	got, err := complaint.Rehearse(t.Context(), w.Store, w.Rules, rulesWith(t, "sla_classes.csv", "working_days,3,false,false,\"Single lamp", "working_days,2,false,false,\"Single lamp"), from, to, w.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	tally := func(name string, total, before, after int) complaint.Tally {
		return complaint.Tally{Name: name, Breached: complaint.Breached{Total: total, Before: before, After: after}}
	}
	want := complaint.Rehearsal{From: from, To: to, At: w.now, Breached: complaint.Breached{Total: 5, Before: 1, After: 2},
		Clocks:     []complaint.Tally{tally("resolve", 5, 0, 1), tally("accept", 6, 1, 1), tally("first_response", 5, 0, 0)},
		Agencies:   []complaint.Tally{tally("MBPJ", 5, 1, 2), tally("TNB", 1, 0, 0)},
		Categories: []complaint.Tally{tally("LPU01", 5, 1, 2)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// A holiday on Friday: accept was due on Monday at 17:00, so nobody was late.
	got, err = complaint.Rehearse(t.Context(), w.Store, w.Rules, rulesWith(t, "holidays.csv", "2026-01-14,MY-05", "2026-01-09,MY-10,Cuti,Holiday,adhoc,false\n2026-01-14,MY-05"), from, to, w.now, nil)
	if err != nil || got.Before != 1 || got.After != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if is := revisions(); !cmp.Equal(is, was) {
		t.Errorf("revisions %v after %v", is, was)
	}
	got, err = complaint.Rehearse(t.Context(), w.Store, w.Rules, w.Rules, to, to.AddDate(0, 1, 0), w.now, nil)
	if err != nil || got.Total != 0 || got.Agencies == nil {
		t.Errorf("another period: %+v, %v", got, err)
	}
}
