package holiday

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// How far from today a holiday can be declared: a slip of the keyboard lies outside.
const (
	back  = 31
	ahead = 2 * 366
)

// maxName is the longest name, in characters: what a text on a lock screen has room for.
const maxName = 60

// Draft is what an administrator declares.
type Draft struct {
	Date   sla.Date
	States []string // ISO 3166-2:MY, or "*" for all
	NameMS string
	NameEN string
}

// check names everything wrong at once.
func (d Draft) check(today sla.Date) error {
	var wrong []fault.Field
	add := func(path, format string, args ...any) {
		wrong = append(wrong, fault.Field{Path: "body." + path, Text: fmt.Sprintf(format, args...)})
	}
	if d.Date < today-back || d.Date > today+ahead {
		add("date", "must lie between %s and %s", today-back, today+ahead)
	}
	if len(d.States) == 0 {
		add("states", "must name states such as MY-03, or * for all")
	}
	for _, s := range d.States {
		if s != "*" && !slices.Contains(sla.States, s) {
			add("states", "%q is none of MY-01 to MY-16 and not *", s)
		}
	}
	for _, n := range []struct{ path, value string }{{"name_ms", d.NameMS}, {"name_en", d.NameEN}} {
		if err := complaint.Plain(n.value, maxName); err != "" {
			add(n.path, "%s", err)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "%s %s", wrong[0].Path[len("body."):], wrong[0].Text)
	f.Fields = wrong
	return f
}

var errAdministrator = fault.New(fault.Forbidden, "only an administrator declares and withdraws holidays")

// Declare adds a holiday; the open deadlines concerned are computed anew in the background. The same request again gives
// the same holiday. fault.Invalid, fault.Forbidden; fault.Conflict where one of the states has a declared holiday on
// that day already.
func (k *Calendar) Declare(ctx context.Context, d Draft, by complaint.By) (Holiday, error) {
	if by.Actor.Role != complaint.Administrator {
		return Holiday{}, errAdministrator
	}
	now := k.now()
	if err := d.check(sla.DateOf(now)); err != nil {
		return Holiday{}, err
	}
	h := Holiday{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Date: d.Date, States: tidy(d.States),
		NameMS: d.NameMS, NameEN: d.NameEN, Request: by.Request}
	total, err := k.running(ctx, h, nil)
	if err != nil {
		return Holiday{}, err
	}
	err = k.change(ctx, func(doc *document, rev int64) error {
		for _, old := range doc.Holidays {
			if h.Request.Key != "" && old.Request.Key == h.Request.Key {
				if old.Request.Hash != h.Request.Hash {
					return fault.New(fault.Mismatch, "this Idempotency-Key was used for another request; use a new key for a new request")
				}
				h = old
				return errNothing
			}
			if old.Withdrawn == nil && old.Date == h.Date && slices.ContainsFunc(old.states(), h.concerns) {
				return fault.New(fault.Conflict, "%s is a holiday (%s) in %v already; withdraw that one first, or leave those states out", old.Date, old.NameMS, old.States)
			}
		}
		h.Declared = Act{At: now, By: by.Actor.ID, Rev: rev, Total: total}
		doc.Holidays = append(doc.Holidays, h)
		return nil
	})
	if err != nil && !errors.Is(err, errNothing) {
		return Holiday{}, fmt.Errorf("declare a holiday: %w", err)
	}
	return h, nil
}

// Withdraw takes a declared holiday back; deadlines are computed anew. Again is harmless. fault.NotFound, fault.Forbidden.
func (k *Calendar) Withdraw(ctx context.Context, id string, by complaint.Actor) (Holiday, error) {
	if by.Role != complaint.Administrator {
		return Holiday{}, errAdministrator
	}
	h, err := k.ByID(ctx, id)
	if err != nil {
		return Holiday{}, err
	}
	total, err := k.running(ctx, h, nil)
	if err != nil {
		return Holiday{}, err
	}
	err = k.change(ctx, func(doc *document, rev int64) error {
		stored := doc.find(id)
		if stored.Withdrawn != nil {
			h = *stored
			return errNothing
		}
		stored.Withdrawn = &Act{At: k.now(), By: by.ID, Rev: rev, Total: total}
		h = *stored
		return nil
	})
	if err != nil && !errors.Is(err, errNothing) {
		return Holiday{}, fmt.Errorf("withdraw a holiday: %w", err)
	}
	return h, nil
}

// All lists the declared holidays, the latest declaration first; withdrawn ones are among them.
func (k *Calendar) All(ctx context.Context) ([]Holiday, error) {
	d, err := k.read(ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(d.Holidays)
	return d.Holidays, nil
}

// ByID reads one; fault.NotFound.
func (k *Calendar) ByID(ctx context.Context, id string) (Holiday, error) {
	d, err := k.read(ctx)
	if err != nil {
		return Holiday{}, err
	}
	h := d.find(id)
	if h == nil {
		return Holiday{}, fault.New(fault.NotFound, "there is no declared holiday %s", id)
	}
	return *h, nil
}

// Progress is how far the deadlines concerned are computed anew.
type Progress struct {
	Total    int64 // complaints whose clocks ran in the states concerned when it was declared or withdrawn
	Done     int64 // of those, computed anew or closed since
	Affected int64 // complaints of which a deadline moved; short by those in hand when a process was killed
	Finished bool
}

// Progress tells how far the latest declaration or withdrawal of a holiday has come.
func (k *Calendar) Progress(ctx context.Context, h Holiday) (Progress, error) {
	act := h.latest()
	left, err := k.running(ctx, h, act.Rev)
	if err != nil {
		return Progress{}, err
	}
	counted, err := k.Engine.Counters(ctx, counter(act.Rev))
	if err != nil {
		return Progress{}, fmt.Errorf("progress: %w", err)
	}
	total := max(act.Total, left) // some may have been routed by a process that did not know of it yet
	return Progress{Total: total, Done: total - left, Affected: counted["moved"], Finished: left == 0}, nil
}

// running counts complaints with running clocks in the states of a holiday, computed before revision to; nil: all.
func (k *Calendar) running(ctx context.Context, h Holiday, to any) (n int64, err error) {
	for _, state := range h.states() {
		m, err := k.Engine.Count(ctx, complaint.Collection.Name, store.Query{Index: "calendar", Equal: []any{state}, To: to})
		if err != nil {
			return 0, fmt.Errorf("count the complaints concerned: %w", err)
		}
		n += m
	}
	return n, nil
}

func (k *Calendar) now() time.Time { return k.Now().UTC().Truncate(time.Millisecond) }

// tidy sorts states and drops repeats; one * is enough.
func tidy(states []string) []string {
	if slices.Contains(states, "*") {
		return []string{"*"}
	}
	out := slices.Clone(states)
	slices.Sort(out)
	return slices.Compact(out)
}
