package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/oklog/ulid/v2"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/routing"
	"respons/internal/sla"
)

// crowd is a country's complaints, made without filing each: every agency has some, one council has one in five. So what
// is looked at there is as large at ten thousand complaints as at a million: pages are full, and few figures are zero.
type crowd struct {
	*app.App
	citizen identity.Person
	officer identity.Person
	numbers []string // of some of the citizen's
	codes   []string // of all agencies but the busy one
}

// busy is the agency at whose pages it is looked.
const busy = "MBPJ"

// mine is how many complaints the citizen has whose list is looked at.
const mine = 200

var matters = []struct{ category, text string }{
	{"JLN01", "Lubang besar di %s, sudah dua motor jatuh"}, {"LPU01", "Lampu jalan padam di %s sejak minggu lepas"},
	{"SSP01", "Sampah tidak dikutip di %s, bau busuk"}, {"SAL01", "Longkang tersumbat di %s, air bertakung"},
}

var roads = []string{"Jalan SS2/24", "Jalan Gasing", "Taman Megah", "Jalan Universiti", "Lorong 5", "Kampung Baru", "Jalan Pantai", "Taman Jaya"}

// fill inserts complaints as they stand some time after they were routed. One in five is open, and at most 20 days old; the
// others are spread over a year. Both come in the order of their time, as a country's do.
func (c *crowd) fill(ctx context.Context, n int, progress func(string)) error {
	for _, a := range c.Ref.Now().Agencies.All() {
		if a.Code != busy {
			c.codes = append(c.codes, a.Code)
		}
	}
	var all errgroup.Group
	all.SetLimit(256) // writes at once share a commit
	now := time.Now().UTC().Truncate(time.Millisecond)
	var mu sync.Mutex
	var done atomic.Int64
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		all.Go(func() error {
			r := rand.New(rand.NewPCG(uint64(i), 7)) // #nosec G404 -- the same country in every run
			x := c.complaint(r, i, n, now)
			err := c.Cases.Store.Insert(ctx, x)
			for errors.Is(err, fault.Duplicate) { // as filing does, where a number is taken
				x.Number = complaint.NewNumber()
				err = c.Cases.Store.Insert(ctx, x)
			}
			if err != nil {
				return err
			}
			if x.Citizen == c.citizen.ID {
				mu.Lock()
				c.numbers = append(c.numbers, x.Number)
				mu.Unlock()
			}
			if d := done.Add(1); d%100_000 == 0 {
				progress(fmt.Sprintf("%d of %d complaints", d, n))
			}
			return nil
		})
	}
	return all.Wait()
}

// officers is how many of the latest complaints of the busy agency are the officer's: of these one in five is open, forty.
const officers = 200

// complaint makes the one numbered i of n.
func (c *crowd) complaint(r *rand.Rand, i, n int, now time.Time) *complaint.Complaint {
	age, open := 365*24*time.Hour, i%5 == 0
	if open {
		age = openAge
	}
	at := now.Add(-time.Duration(float64(age) * float64(n-i) / float64(n))).Truncate(time.Millisecond)
	m := matters[r.IntN(len(matters))]
	agency := c.codes[r.IntN(len(c.codes))]
	if i/5%5 == 0 {
		agency = busy
	}
	x := &complaint.Complaint{ID: ulid.MustNew(ulid.Timestamp(at), ulidSource{r}).String(), Number: complaint.NewNumber(), Kind: complaint.Complain, Lang: "ms", Text: fmt.Sprintf(m.text, roads[r.IntN(len(roads))]),
		State: complaint.Routed, Agency: agency, Category: m.category, Class: "S3", Place: "MY-10", Received: at, Updated: at, Citizen: fmt.Sprintf("guest-%d", i),
		Decision: &routing.Decision{Agency: agency, Category: m.category, Confidence: .97, Auto: true, Place: routing.Place{State: "MY-10", District: "Petaling"}},
		Events: []complaint.Event{{ID: "1", Action: complaint.Receive, To: complaint.Received, At: at, Actor: complaint.Actor{Role: complaint.CitizenRole}},
			{ID: "2", Action: complaint.Route, From: complaint.Received, To: complaint.Routed, At: at, Agency: agency, Actor: complaint.Actor{Role: complaint.System}}},
		Clocks: []complaint.Clock{{Name: sla.Accept, Start: at, Due: at.Add(24 * time.Hour)}, {Name: sla.Resolve, Start: at, Due: at.Add(time.Duration(3+r.IntN(18)) * 24 * time.Hour)}}}
	if i >= n-mine {
		x.Citizen = c.citizen.ID
	}
	by := complaint.Actor{Role: complaint.Officer, ID: fmt.Sprintf("%s-%d", agency, r.IntN(10)), Agency: agency}
	if agency == busy && i >= n-5*officers {
		by.ID = c.officer.ID
	}
	move := func(a complaint.Action, to complaint.State, after time.Duration) {
		x.Events = append(x.Events, complaint.Event{ID: fmt.Sprint(len(x.Events) + 1), Action: a, From: x.State, To: to, At: at.Add(after), Agency: agency, Actor: by, Note: "Kami sedang mengambil tindakan."})
		x.State, x.Updated = to, at.Add(after)
	}
	if !open || r.IntN(3) > 0 {
		x.Assignee = by.ID
		move(complaint.Accept, complaint.Accepted, time.Hour)
		x.Clocks[0].Stopped = at.Add(time.Hour)
	}
	if !open {
		move(complaint.Resolve, complaint.Resolved, time.Duration(1+r.IntN(200))*time.Hour)
		x.Clocks[1].Stopped = x.Updated
		move(complaint.Close, complaint.Closed, 300*time.Hour)
	}
	return x
}

// ulidSource lets an id be random the same way in every run.
type ulidSource struct{ r *rand.Rand }

func (s ulidSource) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.r.UintN(256))
	}
	return len(b), nil
}

// count makes the figures of all complaints, as the running system keeps them.
func (c *crowd) count(ctx context.Context) error {
	found, err := c.Figures.Recount(ctx, true)
	if err != nil {
		return err
	}
	if again, err := c.Figures.Recount(ctx, false); err != nil || again.Different > 0 {
		return errors.Join(err, fmt.Errorf("figures of %d complaints do not equal a recount", found.Complaints))
	}
	return nil
}

// openAge is how old the oldest open one is.
const openAge = 20 * 24 * time.Hour

// another is received just now and counted.
func (c *crowd) another(ctx context.Context, i int) error {
	r := rand.New(rand.NewPCG(uint64(i), 8)) // #nosec G404 -- no secret
	x := c.complaint(r, 0, 1, time.Now().UTC().Add(openAge))
	if err := c.Cases.Store.Insert(ctx, x); err != nil {
		return err
	}
	if err := c.Figures.Count(ctx, x); err != nil {
		return err
	}
	return c.Figures.Flush(ctx)
}
