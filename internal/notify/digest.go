package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// gathering is what a member of staff will be told in one digest. The messages themselves lie in the inbox.
type gathering struct {
	Person string    `json:"person"`
	Nth    int       `json:"nth"`            // how many digests went before
	Items  []item    `json:"items"`          // gathered since the last
	Last   []item    `json:"last,omitempty"` // what the last one told: an event told again is not gathered again
	Next   time.Time `json:"next,omitzero"`  // when the digest goes out; zero: there is nothing to tell
	Rev    int64     `json:"-"`
}

// item is one message by the row in the inbox.
type item struct {
	Row   string `json:"row"`
	Event string `json:"event"`
}

// mostGathered bounds a digest; it goes out when it is full.
const mostGathered = 500

// Gatherings is how they are stored.
var Gatherings = store.Collection{Name: "digests", Indexes: []store.Index{
	{Name: "next", Fields: []string{"next"}},
}}

// gather adds a message to the person's next digest: that of the morning, or at once where enough have come together.
func (t *Teller) gather(ctx context.Context, p identity.Person, row *Row) error {
	err := t.changeGathering(ctx, p.ID, func(g *gathering, now time.Time) error {
		same := func(x item) bool { return x.Row == row.ID }
		if slices.ContainsFunc(g.Items, same) || slices.ContainsFunc(g.Last, same) {
			return errSame
		}
		g.Items = append(g.Items, item{row.ID, row.Event})
		if g.Next.IsZero() {
			at, err := t.Morning(ctx, p.Agency, now)
			if err != nil {
				return err
			}
			g.Next = at
		}
		if n := len(g.Items); n >= t.Policy.DigestAfter || n >= mostGathered {
			if _, quiet := t.Policy.Quiet.Ends(now, t.Values.Zone); !quiet {
				g.Next = now
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("gather for the digest: %w", err)
	}
	return nil
}

// flush sends every digest whose time has come. One that fails holds up no other; the error is the first of them.
func (t *Teller) flush(ctx context.Context) (failed error) {
	for after := ""; ; {
		page, err := t.Engine.Find(ctx, Gatherings.Name, store.Query{Index: "next", To: t.now().UnixMilli() + 1, After: after, Limit: 200})
		if err != nil {
			return fmt.Errorf("digests: %w", err)
		}
		for _, rec := range page.Records {
			if err := t.flushOne(ctx, rec.ID); err != nil && failed == nil {
				failed = fmt.Errorf("digest of %s: %w", rec.ID, err)
			}
		}
		if after = page.Next; after == "" || ctx.Err() != nil {
			return failed
		}
	}
}

// flushOne brings the digest and then crosses off what it told. A crash in between brings it again under the same ids,
// which does nothing twice.
func (t *Teller) flushOne(ctx context.Context, person string) error {
	g, err := t.gathering(ctx, person)
	if err != nil {
		return err
	}
	now := t.now()
	if g.Next.IsZero() || g.Next.After(now) {
		return nil
	}
	p, err := t.People.ByID(ctx, person)
	if errors.Is(err, fault.NotFound) {
		return t.Engine.Delete(ctx, Gatherings.Name, person, 0)
	}
	if err != nil {
		return err
	}
	if len(g.Items) < t.Policy.DigestAfter { // of the morning: a holiday may have been declared since
		at, err := t.Morning(ctx, p.Agency, g.Next.Add(-time.Minute))
		if err != nil {
			return err
		}
		if at.After(now) {
			return t.changeGathering(ctx, person, func(g *gathering, _ time.Time) error { g.Next = at; return nil })
		}
	}
	if err := t.bringDigest(ctx, p, g, now); err != nil {
		return err
	}
	return t.changeGathering(ctx, person, func(now *gathering, _ time.Time) error {
		if now.Nth != g.Nth {
			return errSame // another process was faster
		}
		now.Nth, now.Last, now.Items, now.Next = g.Nth+1, g.Items, now.Items[len(g.Items):], time.Time{}
		if len(now.Items) > 0 {
			at, err := t.Morning(ctx, p.Agency, t.now())
			now.Next = at
			return err
		}
		return nil
	})
}

func (t *Teller) bringDigest(ctx context.Context, p identity.Person, g *gathering, now time.Time) error {
	prefs, err := t.Preferences(ctx, p.ID)
	if err != nil {
		return err
	}
	if prefs.Lang != "" {
		p.Lang = prefs.Lang
	}
	audience := map[complaint.Role]string{complaint.Officer: "assignee", complaint.Supervisor: "supervisor", complaint.Oversight: "oversight"}[p.Role]
	if audience == "" {
		audience = "desk"
	}
	source := "digest:" + p.ID + ":" + strconv.Itoa(g.Nth)
	m := message{source: source, prefs: prefs,
		like: Row{Event: digest, Audience: audience, Person: p.ID, Lang: p.Lang, Importance: Important, Created: now},
		fill: func(lang string) (string, string, error) {
			return t.Texts.Fill(digest, textAudience[audience], lang, g.counts())
		}}
	if m.like.Title, m.like.Body, err = m.fill(p.Lang); err != nil {
		return err
	}
	return t.bring(ctx, m, Rule{Audience: audience, Importance: Important, Urgent: Important, Channels: []Channel{Push, Email}})
}

// counts fills the placeholders of the digest's text.
func (g *gathering) counts() map[string]string {
	n := map[string]int{"total": len(g.Items)}
	for _, x := range g.Items {
		switch x.Event {
		case "routed", "triage", "transferred", "reopened":
			n["new"]++
		case "reminder", "warning":
			n["soon"]++
		case "breach", "escalated", "oversight":
			n["late"]++
		}
	}
	out := map[string]string{}
	for name := range digestRoom {
		out[name] = strconv.Itoa(n[name])
	}
	return out
}

func (t *Teller) gathering(ctx context.Context, person string) (*gathering, error) {
	rec, err := t.Engine.Get(ctx, Gatherings.Name, person)
	if errors.Is(err, fault.NotFound) {
		return &gathering{Person: person}, nil
	}
	if err != nil {
		return nil, err
	}
	g := &gathering{Rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, g); err != nil {
		return nil, fmt.Errorf("decode digest: %w", err)
	}
	return g, nil
}

// changeGathering lets fn change a person's gathering and stores it. errSame of fn leaves it.
func (t *Teller) changeGathering(ctx context.Context, person string, fn func(g *gathering, now time.Time) error) error {
	err := again(func() error {
		g, err := t.gathering(ctx, person)
		if err != nil {
			return err
		}
		if err := fn(g, t.now()); err != nil {
			return err
		}
		body, err := json.Marshal(g)
		if err != nil {
			return fmt.Errorf("encode digest: %w", err)
		}
		rec := store.Record{ID: person, Rev: g.Rev, Body: body}
		if !g.Next.IsZero() {
			rec.Keys = store.Keys{"next": g.Next.UnixMilli()}
		}
		return put(ctx, t.Engine, Gatherings.Name, rec)
	})
	if errors.Is(err, errSame) {
		return nil
	}
	return err
}
