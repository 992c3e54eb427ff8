package complaint_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/duplicate"
	"respons/internal/routing"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
)

// onBothStores runs a test on SQLite and on the MongoDB engine.
func onBothStores(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("SQLite", func(t *testing.T) { test(t, newWorld(t, open(t))) })
	t.Run("MongoDB", func(t *testing.T) {
		e, err := mongo.Open(t.Context(), mongotest.Start(t), "respons")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		if _, err := e.Prepare(t.Context(), []store.Collection{complaint.Collection, complaint.SupportersCollection}, false); err != nil {
			t.Fatal(err)
		}
		test(t, newWorld(t, e))
	})
}

// routed files a complaint and lets it be routed; change may alter the draft.
func (w *world) routed(t *testing.T, change func(*complaint.Draft)) *complaint.Complaint {
	t.Helper()
	d := complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms", Citizen: "aminah"}
	if change != nil {
		change(&d)
	}
	c, _, err := w.File(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return w.read(t, c.ID)
}

func (w *world) read(t *testing.T, id string) *complaint.Complaint {
	t.Helper()
	c, err := w.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHowMuchOfAComplaintAnybodyMaySee(t *testing.T) {
	w := newWorld(t, open(t))
	w.Spans = duplicate.Spans{"*": {Reach: 100, Days: 30}, "PND01": {Reach: 0, Days: 30}}
	must := func(_ *complaint.Complaint, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	usual := w.answer
	for _, c := range []struct {
		name string
		make func() *complaint.Complaint
		want complaint.Shows
	}{
		{"at its agency", func() *complaint.Complaint { return w.routed(t, nil) }, complaint.Everything},
		{"received, of a phone", func() *complaint.Complaint { return w.file(t, "") }, complaint.Nothing},
		{"received, of another system", func() *complaint.Complaint {
			c, _, err := w.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu padam", Lang: "ms", Via: "client"})
			must(c, err)
			return c
		}, complaint.Standing},
		{"restricted", func() *complaint.Complaint {
			w.answer.Restricted = true
			return w.routed(t, func(d *complaint.Draft) { d.Via = "client" })
		}, complaint.Nothing},
		{"at the desk", func() *complaint.Complaint { w.answer.Auto = false; return w.routed(t, nil) }, complaint.Standing},
		{"one person's own affair", func() *complaint.Complaint { w.answer.Category = "PND01"; return w.routed(t, nil) }, complaint.Standing},
		{"an enquiry", func() *complaint.Complaint {
			return w.routed(t, func(d *complaint.Draft) { d.Kind = complaint.Enquiry })
		}, complaint.Standing},
		{"withdrawn", func() *complaint.Complaint {
			c := w.routed(t, nil)
			must(w.Withdraw(t.Context(), c.ID, "", citizen))
			return c
		}, complaint.Standing},
		{"rejected", func() *complaint.Complaint {
			c := w.routed(t, nil)
			must(w.Reject(t.Context(), c.ID, "private", "tanya JMB", desk))
			return c
		}, complaint.Standing},
		{"resolved", func() *complaint.Complaint {
			c := w.routed(t, nil)
			must(w.Accept(t.Context(), c.ID, "", officer("MBPJ")))
			must(w.Resolve(t.Context(), c.ID, "siap", officer("MBPJ")))
			return c
		}, complaint.Everything},
		{"of a citizen who was erased", func() *complaint.Complaint {
			c := w.routed(t, func(d *complaint.Draft) { d.Link = "https://example.com/1.jpg" })
			if err := w.Erase(t.Context(), c.ID, "aminah", func(s string) string { return s }); err != nil {
				t.Fatal(err)
			}
			if link := w.read(t, c.ID).Link; link != "" {
				t.Errorf("the photo's address stays: %s", link)
			}
			return c
		}, complaint.Standing},
	} {
		w.answer = usual
		made := w.read(t, c.make().ID)
		if got := w.Shows(made); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		listed, err := w.Public(t.Context(), complaint.PublicQuery{From: w.now.Add(-time.Hour), To: w.now, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if has := slices.ContainsFunc(listed, func(x *complaint.Complaint) bool { return x.ID == made.ID }); has != (c.want != complaint.Nothing && made.Decision != nil) {
			t.Errorf("%s: in the list %v", c.name, has)
		}
	}
}

func TestThePlaceIsRoundedAndTheHouseLeftOut(t *testing.T) {
	c := &complaint.Complaint{}
	if _, _, ok := c.PublicSpot(); ok {
		t.Error("a place that nobody knows is shown")
	}
	for _, spot := range []routing.Spot{{Lat: 3.1186, Lon: 101.6221, Radius: 60}, {Lat: 1.4927, Lon: 103.7414, Radius: 500}, {Lat: 6.0, Lon: 116.1, Radius: 1}} {
		c.Decision = &routing.Decision{Spot: spot}
		lat, lon, ok := c.PublicSpot()
		north, east := (lat-spot.Lat)*111_195, (lon-spot.Lon)*111_195
		if !ok || max(north, -north) > 26 || max(east, -east) > 26 {
			t.Errorf("%+v became %v, %v: %.0f m north, %.0f m east", spot, lat, lon, north, east)
		}
		c.Decision.Spot.Lat += 0.0001 // eleven metres; two neighbours mostly have the same place
		if near, _, _ := c.PublicSpot(); near != lat && near-lat < 0.00044 {
			t.Errorf("the grid is finer than 50 m: %v, %v", lat, near)
		}
	}
	c.Decision.Spot.Radius = 501
	if _, _, ok := c.PublicSpot(); ok {
		t.Error("a town's middle is shown as the place")
	}
	for address, want := range map[string]string{
		"":                                     "",
		"Jalan SS2/24, Petaling Jaya":          "Jalan SS2/24, Petaling Jaya",
		"No. 12, Jalan SS2/24, Petaling Jaya":  "Jalan SS2/24, Petaling Jaya",
		"No 12-A Jalan Mawar 3":                "Jalan Mawar 3",
		"12 Jalan Mawar 3":                     "Jalan Mawar 3",
		"Lot 5, Blok B-3-7, Jalan Kuching":     "Jalan Kuching",
		"B-12-3A, Pangsapuri Seri, Jalan Ipoh": "Pangsapuri Seri, Jalan Ipoh",
		"#03-11 Jalan Tun Razak":               "Jalan Tun Razak",
		"Unit 7":                               "",
		"Norlia's shop, Jalan 7":               "Norlia's shop, Jalan 7",
		"Lotus Petaling Jaya":                  "Lotus Petaling Jaya",
		"depan 7-Eleven SS2":                   "depan 7-Eleven SS2",
		"KM 12 Jalan Kuantan":                  "KM 12 Jalan Kuantan",
	} {
		if got := (&complaint.Complaint{Location: complaint.Location{Address: address}}).PublicAddress(); got != want {
			t.Errorf("%q became %q, want %q", address, got, want)
		}
	}
}

// Whatever is asked, the list is what looking at every complaint gives.
func TestTheListIsWhatEveryComplaintLookedAtGives(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		rnd := rand.New(rand.NewPCG(1, 2))
		begin := w.now
		var all []*complaint.Complaint
		for i := range 60 {
			w.answer.Category = []string{"LPU01", "JLN01", "SSP01", "AIR01"}[rnd.IntN(4)]
			w.answer.Restricted = rnd.IntN(8) == 0
			c := w.routed(t, nil)
			if i%3 == 0 && !c.Secret {
				if _, err := w.Withdraw(t.Context(), c.ID, "", citizen); err != nil {
					t.Fatal(err)
				}
			}
			all = append(all, w.read(t, c.ID))
			if rnd.IntN(3) > 0 { // some at one instant
				w.now = w.now.Add(time.Duration(rnd.IntN(3000)) * time.Second)
			}
		}
		span := w.now.Sub(begin)
		for i := range 40 {
			q := complaint.PublicQuery{Open: rnd.IntN(2) == 0, Closed: rnd.IntN(2) == 0, Limit: 1 + rnd.IntN(70),
				From: begin.Add(time.Duration(rnd.Int64N(int64(span)))), To: w.now}
			if i%4 == 0 {
				q.From = begin
			}
			for _, code := range []string{"LPU01", "JLN01", "SSP01", "AIR01", "TAM01"} {
				if rnd.IntN(3) == 0 {
					q.Categories = append(q.Categories, code)
				}
			}
			var want []string
			slices.SortFunc(all, func(a, b *complaint.Complaint) int {
				return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(b.ID, a.ID))
			})
			for _, c := range all {
				if !c.Secret && !c.Received.Before(q.From) && !c.Received.After(q.To) && (q.Open == q.Closed || q.Open == c.State.Open()) &&
					(len(q.Categories) == 0 || slices.Contains(q.Categories, c.Category)) && len(want) < q.Limit {
					want = append(want, c.Number)
				}
			}
			list, err := w.Public(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range list {
				got = append(got, c.Number)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v:\n%v\nwant\n%v", q, got, want)
			}
		}
	})
}

func TestMovesAreHeardOfInTheirOrder(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.now = time.Date(2026, 1, 8, 2, 59, 0, 0, time.UTC)
		begin := w.now
		first := w.routed(t, nil)
		w.now = w.now.Add(30 * time.Second)
		second := w.routed(t, nil)
		w.now = w.now.Add(2 * time.Hour) // into another hour
		for _, move := range []func() (*complaint.Complaint, error){
			func() (*complaint.Complaint, error) { return w.Accept(t.Context(), first.ID, "", officer("MBPJ")) },
			func() (*complaint.Complaint, error) {
				return w.Reply(t.Context(), first.ID, "esok", officer("MBPJ")) // which moves nothing
			},
			func() (*complaint.Complaint, error) { return w.Start(t.Context(), first.ID, "", officer("MBPJ")) },
		} {
			if _, err := move(); err != nil {
				t.Fatal(err)
			}
		}
		w.answer.Restricted = true
		w.routed(t, nil)
		news := func(from, to time.Time, limit int) string {
			list, err := w.News(t.Context(), from, to, limit)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, n := range list {
				out = append(out, fmt.Sprintf("%s %s", map[string]string{first.ID: "first", second.ID: "second"}[n.Complaint.ID], n.Event.To))
			}
			return strings.Join(out, ", ")
		}
		for _, c := range []struct {
			from, to time.Time
			limit    int
			want     string
		}{
			{begin, w.now, 100, "first routed, second routed, first accepted, first in_progress"},
			{begin, w.now, 3, "first routed, second routed, first accepted"},
			{begin.Add(time.Second), begin.Add(30 * time.Second), 100, "second routed"},
			{begin.Add(31 * time.Second), w.now.Add(-time.Second), 100, ""},
			{w.now, w.now, 100, "first accepted, first in_progress"},
		} {
			if got := news(c.from, c.to, c.limit); got != c.want {
				t.Errorf("from %s to %s: %s, want %s", c.from, c.to, got, c.want)
			}
		}
		if at := w.read(t, second.ID).LastMove(); !at.Equal(begin.Add(30 * time.Second)) {
			t.Errorf("the second last moved at %s", at)
		}
	})
}
