package amend_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/agency"
	"respons/internal/amend"
	"respons/internal/classify"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/routing"
	"respons/internal/store"
	"respons/internal/table"
)

// shipped is everything that the shipped router decides by, read once.
var shipped = sync.OnceValue(func() routing.Parts {
	var ms table.Mistakes
	p := routing.LoadParts(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		panic(err)
	}
	return p
})

// responsible reads the table of responsibility and leaves all else as it is shipped.
func responsible(fsys fs.FS) (*routing.Table, error) {
	var ms table.Mistakes
	t := routing.LoadTable(fsys, agency.Load(fsys, &ms), classify.LoadCatalogue(fsys, &ms), &ms)
	return t, ms.Err()
}

// onTheShippedData is a desk on the shipped reference data, and who makes previews.
func onTheShippedData(t *testing.T, test func(t *testing.T, o *office, s *amend.Seer)) {
	onEachStore(t, func(t *testing.T, o *office) {
		if _, err := o.Engine.Prepare(t.Context(), []store.Collection{complaint.Collection}, false); err != nil {
			t.Fatal(err)
		}
		o.Base = configs.FS
		o.Load = func(fsys fs.FS) error { _, err := responsible(fsys); return err }
		test(t, o, &amend.Seer{Desk: o.Desk,
			Cases: complaint.Repository{Engine: o.Engine, Chain: func(agency string) []string { return []string{agency} }},
			Router: func(_ context.Context, fsys fs.FS) (*routing.Router, error) {
				p := shipped()
				var err error
				p.Table, err = responsible(fsys)
				return routing.New(p), err
			}})
	})
}

// stands stores a complaint that was routed; the later it is stored, the later it was received.
func stands(t *testing.T, s *amend.Seer, number, agency, text string, lat, lon float64, secret bool) {
	t.Helper()
	page, err := s.Desk.Engine.Count(t.Context(), complaint.Collection.Name, store.Query{Index: "number"})
	if err == nil {
		at := time.Date(2026, 11, 1, 0, 0, int(page), 0, time.UTC)
		err = s.Cases.Insert(t.Context(), &complaint.Complaint{ID: number, Number: number, Citizen: "aminah", Kind: complaint.Complain, Text: text, Lang: "ms",
			Location: complaint.Location{Lat: &lat, Lon: &lon, Accuracy: 10}, State: complaint.Routed, Agency: agency, Secret: secret, Received: at, Updated: at})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// row is a draft's change of one row of the table of responsibility.
func row(t *testing.T, o *office, id, was, now string) *amend.Amendment {
	t.Helper()
	a, err := o.Edit(t.Context(), id, 0, aminah, "responsibility.csv", func(s amend.Sheet) (amend.Sheet, error) {
		return amend.ParseSheet([]byte(strings.Replace(string(s.Bytes()), was, now, 1)))
	})
	if err != nil || !slices.Contains(a.Files(), "responsibility.csv") {
		t.Fatalf("%v, %v", a, err)
	}
	return a
}

func seen(t *testing.T, s *amend.Seer, a *amend.Amendment) *amend.Preview {
	t.Helper()
	began, look, err := s.Ask(t.Context(), a.ID)
	if err != nil || began.Finished || began.Revision != a.Rev {
		t.Fatalf("%+v, %v", began, err)
	}
	if _, _, err := s.Ask(t.Context(), a.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("asked again while it is made: %v", err)
	}
	look(t.Context())
	p, err := s.Seen(t.Context(), a.ID)
	if err != nil || !p.Finished || p.Failed != "" || p.Done != p.Total {
		t.Fatalf("%+v, %v", p, err)
	}
	return p
}

// A rule that sends the roads of one state elsewhere moves its potholes and nothing else. What is restricted is counted,
// and no number of it is named.
func TestAPreviewTellsWhatARowMoves(t *testing.T) {
	onTheShippedData(t, func(t *testing.T, o *office, s *amend.Seer) {
		for i := range 6 {
			stands(t, s, fmt.Sprintf("RR-HOLE-%04d", i), "MBPJ", "Lubang besar di Jalan SS2/24, motor jatuh", 3.1186, 101.6221, false)
		}
		stands(t, s, "RR-LAMP-0001", "MBPJ", "Lampu jalan padam sudah seminggu", 3.1188, 101.6223, false)
		stands(t, s, "RR-PNNG-0001", "MBPP", "Lubang besar di Jalan Burma, motor jatuh", 5.4242, 100.3245, false)
		stands(t, s, "RR-TIPS-0001", "BPA", "Salah laku penjawat awam: kakitangan kerajaan kasar dan biadap di kaunter", 3.1186, 101.6221, true)
		stands(t, s, "RR-TIPS-0002", "MBPJ", "Lubang besar di Jalan SS2/24, orang itu lagi", 3.1186, 101.6221, true) // the desk saw what it is about

		a, err := o.BeginWith(t.Context(), "Jalan Selangor kepada JKR", 0, aminah, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Seen(t.Context(), a.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("nobody asked yet: %v", err)
		}
		a = row(t, o, a.ID, "ROAD,state=MY-14,@local_authority", "ROAD,state=MY-10|MY-14,JKX")
		if _, _, err := s.Ask(t.Context(), a.ID); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "mistakes") {
			t.Errorf("with a mistake: %v", err)
		}
		a = row(t, o, a.ID, "ROAD,state=MY-10|MY-14,JKX", "ROAD,state=MY-10,JKR")
		p := seen(t, s, a)
		if p.Total != 10 || len(p.Moves) == 0 {
			t.Fatalf("%+v", p)
		}
		holes := p.Moves[0]
		if holes.From.Agency != "MBPJ" || holes.To.Agency != "JKR" || holes.Count != 7 || len(holes.Samples) != 5 {
			t.Errorf("%+v", holes)
		}
		total := 0
		for _, m := range p.Moves {
			total += m.Count
			for _, number := range m.Samples {
				if !strings.HasPrefix(number, "RR-HOLE-") {
					t.Errorf("%s is a sample of %+v", number, m)
				}
			}
		}
		if p.Changed != total || total != 7 {
			t.Errorf("%d changed, moves of %d: %+v", p.Changed, total, p.Moves)
		}

		row(t, o, a.ID, "INTEGRITY,,BPA", "INTEGRITY,,SPRM")
		a = row(t, o, a.ID, "ROAD,state=MY-10,JKR", "ROAD,state=MY-14,@local_authority")
		if old, err := s.Seen(t.Context(), a.ID); err != nil || old.Revision == a.Rev {
			t.Errorf("the preview of the draft as it was says of itself %+v, %v", old, err)
		}
		p = seen(t, s, a)
		if p.Changed == 0 || !slices.ContainsFunc(p.Moves, func(m amend.Moves) bool { return m.From.Agency == "BPA" && m.To.Agency == "SPRM" }) {
			t.Fatalf("%+v", p)
		}
		for _, m := range p.Moves {
			if len(m.Samples) > 0 {
				t.Errorf("of restricted ones %v are named", m.Samples)
			}
		}
	})
}

// A preview that dies says so once its lease is over, and is made again when asked.
func TestAPreviewThatWasCutOffIsMadeAgain(t *testing.T) {
	onTheShippedData(t, func(t *testing.T, o *office, s *amend.Seer) {
		stands(t, s, "RR-HOLE-0001", "MBPJ", "Lubang besar di Jalan SS2/24, motor jatuh", 3.1186, 101.6221, false)
		a, err := o.BeginWith(t.Context(), "Jalan Selangor kepada JKR", 0, aminah, "")
		if err != nil {
			t.Fatal(err)
		}
		a = row(t, o, a.ID, "ROAD,state=MY-14,@local_authority", "ROAD,state=MY-10,JKR")
		if _, _, err := s.Ask(t.Context(), a.ID); err != nil { // its process dies before it looks
			t.Fatal(err)
		}
		o.now = o.now.Add(2 * time.Minute)
		if p, err := s.Seen(t.Context(), a.ID); err != nil || p.Running(o.now) || p.Finished {
			t.Errorf("%+v, %v", p, err)
		}
		_, look, err := s.Ask(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		look(ended) // this one is stopped
		if p, err := s.Seen(t.Context(), a.ID); err != nil || p.Finished || !strings.Contains(p.Failed, "ask again") {
			t.Errorf("%+v, %v", p, err)
		}
		if p := seen(t, s, a); p.Changed != 1 || p.Moves[0].Samples[0] != "RR-HOLE-0001" {
			t.Errorf("%+v", p)
		}
	})
}
