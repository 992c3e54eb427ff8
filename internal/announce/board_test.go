package announce_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/announce"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/notify"
	"respons/internal/routing"
)

func TestATargetReachesWhoMadeAReportThere(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		ids := w.guests(t, 6, 1)
		report := func(person, state, district, agency string, change func(*complaint.Complaint)) {
			c := &complaint.Complaint{Citizen: person, Lang: "ms", Place: state, Agency: agency, Decision: &routing.Decision{Place: routing.Place{State: state, District: district}}}
			if change != nil {
				change(c)
			}
			for range 2 { // told at least once
				if err := w.Join(t.Context(), c, complaint.Event{Action: complaint.Route, Agency: agency}); err != nil {
					t.Fatal(err)
				}
			}
		}
		report(ids[0], "MY-10", "Hulu Langat", "MBPJ", nil)
		report(ids[1], "MY-10", "Petaling", "MBPJ", nil)
		report(ids[2], "MY-03", "Kota Bharu", "MPKB-BRI", nil)
		report(ids[3], "MY-10", "Hulu Langat", "MBPJ", func(c *complaint.Complaint) { c.Secret = true })
		report(ids[4], "MY-10", "Hulu Langat", "MBPJ", nil)
		for range 2 {
			if err := w.Forget(t.Context(), ids[4]); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			target announce.Target
			want   []string
		}{
			{announce.Target{Kind: announce.OfState, State: "MY-10"}, ids[:2]},
			{announce.Target{Kind: announce.OfDistrict, State: "MY-10", District: "HULU LANGAT"}, ids[:1]},
			{announce.Target{Kind: announce.OfAgency, Agency: "MBPJ"}, ids[:2]},
			{announce.Target{Kind: announce.OfAgency, Agency: "SUK-SGR"}, ids[:3]}, // of the bodies below it, as the test's chain says
			{announce.Target{Kind: announce.OfState, State: "MY-16"}, nil},
		} {
			d := draft()
			d.Target = c.target
			a := w.announce(t, d)
			w.once(t)
			pushes := map[notify.State]int64{}
			if n := int64(len(c.want)); n > 0 {
				pushes[notify.Accepted] = n
			}
			w.expect(t, a.ID, announce.Spread, int64(len(c.want)), pushes)
			for _, id := range c.want {
				list, _, err := w.Teller.Inbox(t.Context(), id, "", 100)
				if err != nil || !slices.ContainsFunc(list, func(r *notify.Row) bool { return r.Announcement == a.ID && r.Title == "Air terganggu" }) {
					t.Errorf("%v: not in the inbox of %s, %v", c.target, id, err)
				}
			}
		}
	})
}

func TestCirclesGoOverToTheAccountThatTakesAComplaintIn(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		ids := w.guests(t, 2, 1)
		for i, place := range []string{"MY-10", "MY-03"} {
			c := &complaint.Complaint{Citizen: ids[i], Lang: "ms", Place: place}
			if err := w.Join(t.Context(), c, complaint.Event{Action: complaint.Route, Agency: "MBPJ"}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // again is harmless
			if err := w.Hand(t.Context(), ids[0], ids[1]); err != nil {
				t.Fatal(err)
			}
		}
		for _, state := range []string{"MY-10", "MY-03"} {
			d := draft()
			d.Target = announce.Target{Kind: announce.OfState, State: state}
			a := w.announce(t, d)
			w.once(t)
			w.expect(t, a.ID, announce.Spread, 1, map[notify.State]int64{notify.Accepted: 1})
			list, _, err := w.Teller.Inbox(t.Context(), ids[1], "", 10)
			if err != nil || !slices.ContainsFunc(list, func(r *notify.Row) bool { return r.Announcement == a.ID }) {
				t.Errorf("%s: not in the account's inbox, %v", state, err)
			}
		}
	})
}

func TestEveryMistakeInADraftIsNamed(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		d := announce.Draft{Importance: "loud", Until: w.now, Target: announce.Target{Kind: announce.OfDistrict, State: "MY-10", District: "Petalling"},
			Texts: map[string]notify.Wording{"ms": {Title: strings.Repeat("x", 61), Body: "x"}, "en": {Title: "a\nb", Body: "x\u202e"},
				"zh": {Title: "水", Body: "water"}, "fr": {Title: "x", Body: "y"}}}
		_, err := w.Announce(t.Context(), d, desk)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Invalid {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, x := range f.Fields {
			got[strings.TrimPrefix(x.Path, "body.")] = true
		}
		want := []string{"importance", "target.district", "texts.en.body", "texts.en.title", "texts.fr", "texts.ms.title", "texts.ta.body", "texts.ta.title", "texts.zh.body", "until"}
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
			t.Errorf("named %v, want %v", names, want)
		}
		for _, target := range []announce.Target{{}, {Kind: "town"}, {Kind: announce.Everyone, State: "MY-10"}, {Kind: announce.OfState}, {Kind: announce.OfState, State: "MY-17"},
			{Kind: announce.OfAgency, Agency: "MBXX"}, {Kind: announce.OfDistrict, State: "MY-10"}} {
			d := draft()
			d.Target = target
			if _, err := w.Announce(t.Context(), d, desk); !errors.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", target, err)
			}
		}
		late := draft()
		late.Until = w.now.Add(91 * 24 * time.Hour)
		if _, err := w.Announce(t.Context(), late, desk); !errors.Is(err, fault.Invalid) {
			t.Errorf("valid for 91 days: %v", err)
		}
	})
}

func TestARepeatedRequestMakesOneAnnouncement(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		by := desk
		by.Request = complaint.NewRequest("key", "desk/announcement", "one")
		first, err := w.Announce(t.Context(), draft(), by)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Announce(t.Context(), draft(), by); err != nil || again.ID != first.ID {
			t.Errorf("again: %+v, %v", again, err)
		}
		by.Request = complaint.NewRequest("key", "desk/announcement", "two")
		if _, err := w.Announce(t.Context(), draft(), by); !errors.Is(err, fault.Mismatch) {
			t.Errorf("another under the same key: %v", err)
		}
		w.announce(t, draft()) // without a key
		w.announce(t, draft())
		if list, _, err := w.All(t.Context(), "", 10); err != nil || len(list) != 3 {
			t.Errorf("%d announcements, %v", len(list), err)
		}
		if _, err := w.Cancel(t.Context(), "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("cancel of nothing: %v", err)
		}
	})
}
