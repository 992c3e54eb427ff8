package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"respons/internal/classify"
)

// chosenWeight is what a citizen's text with a category that an officer chose weighs beside a written example: it is how
// people really write, and somebody who could ask looked at it.
const chosenWeight = 2

// Teacher makes candidates of what officers decided and lets the better ones live.
type Teacher struct {
	Notebook Notebook
	Follower *Follower
	Material func() (Frozen, []classify.Example, error) // the frozen set, and the written examples that are not in it
	NewID    func(time.Time) string
	Now      func() time.Time
	Log      *slog.Logger
	Alarmed  func([]Rate) // called with every rate whenever they were computed; may be nil

	once    sync.Mutex
	watched time.Time       // when the rates were computed last; held by once, as is alarms
	alarms  map[string]bool // that were logged
}

// batch is what a training has before it.
type batch struct {
	live    Live
	was     opened   // the live model; zero: the shipped one
	old     []Lesson // that the live model learnt from or could have
	fresh   []Lesson // since
	through time.Time
}

func (t *Teacher) gather(ctx context.Context, trust []string) (b batch, err error) {
	if b.live, err = t.Follower.shelf.Live(ctx, t.Follower.Base()); err != nil {
		return b, fmt.Errorf("look which model is live: %w", err)
	}
	b.was.live = t.Follower.base.Load().with(t.Follower.classifier(), nil)
	if b.live.Model != Shipped {
		if b.was, err = t.Follower.load(ctx, b.live.Model); err != nil {
			return b, err
		}
	}
	unsaid, _, err := read[Unsaid](ctx, t.Notebook.Engine, unsaidID)
	if err != nil {
		return b, fmt.Errorf("look what was set aside: %w", err)
	}
	examples, err := t.Notebook.read(ctx)
	if err != nil {
		return b, err
	}
	for _, l := range lessonsOf(examples) {
		if slices.ContainsFunc(unsaid.Spans, func(s Span) bool { return !(s.Who != "" && trusted(s.Who, trust)) && s.holds(l) }) {
			continue
		}
		if l.At.After(b.was.Through) {
			b.fresh = append(b.fresh, l)
			b.through = l.At
		} else {
			b.old = append(b.old, l)
		}
	}
	return b, nil
}

func corrections(lessons []Lesson) (n int) {
	for _, l := range lessons {
		if l.Correction() {
			n++
		}
	}
	return n
}

// train makes a candidate of what was decided since the live model and judges it; nil where nothing was corrected since.
// Nothing is stored but who was set aside.
func (t *Teacher) train(ctx context.Context, b batch, by string, trust []string) (*Model, *Content, error) {
	if corrections(b.fresh) == 0 {
		return nil, nil, nil
	}
	now := t.Now().UTC().Truncate(time.Millisecond)
	m := &Model{ID: t.NewID(now), Made: now, By: by, Base: t.Follower.Base(), Outcome: Refused, Through: b.through}
	kept, whose, reasons := suspects(b.fresh, trust, t.Follower.classifier().Classify)
	m.Reasons = reasons
	if err := t.setAside(ctx, b, whose, trust); err != nil {
		return nil, nil, err
	}
	all := slices.Concat(b.old, kept)
	m.Lessons = len(all)
	if corrections(kept) == 0 {
		m.Reasons = append(m.Reasons, "nothing is left to learn from")
		return m, nil, nil
	}
	frozen, rest, err := t.Material()
	if err != nil {
		return nil, nil, err
	}
	written := slices.Concat(rest, frozen.Examples)
	texts := make([]string, len(written))
	for i, x := range written {
		texts[i] = x.Text
	}
	ordinary := ordinaryIn(texts)
	c := &Content{}
	names := learnNames(all, b.was.names, ordinary)
	if c.Names, err = json.Marshal(names); err != nil {
		return nil, nil, fmt.Errorf("encode learnt names: %w", err)
	}
	m.Names = len(names)
	chosen := chosenIn(all)
	m.Chosen, m.ClassKey = len(chosen), keyOf(all)
	if m.ClassKey == b.was.ClassKey && slices.Equal(names, b.was.names) {
		m.Reasons = append(m.Reasons, fmt.Sprintf("%d corrections since %s: no name is borne out by enough of them yet, and no category was chosen",
			corrections(kept), cmp.Or(b.live.Model, Shipped)))
		return m, nil, nil
	}

	train, held := heldBack(kept)
	train = slices.Concat(b.old, train)
	before, after := b.was.live.classifier, b.was.live.classifier
	if m.ClassKey != b.was.ClassKey { // both classifiers are measured as trained without the frozen set
		if before, err = t.probe(b.was.Probe, rest); err != nil {
			return nil, nil, err
		}
		model := t.Follower.classifier().Train(slices.Concat(rest, chosenIn(train)))
		if after, err = before.With(model); err == nil {
			c.Probe, err = model.Encode()
		}
		if err != nil {
			return nil, nil, fmt.Errorf("train: %w", err)
		}
	}
	live, candidate := t.Follower.base.Load().with(before, b.was.names), t.Follower.base.Load().with(after, learnNames(train, b.was.names, ordinary))
	m.Frozen, m.Recent = compareFrozen(frozen, live, candidate), compareRecent(held, live, candidate)
	good, why := verdict(m.Frozen, m.Recent)
	m.Reasons = append(m.Reasons, why...)
	if !good {
		return m, nil, nil
	}
	m.Outcome = Promoted
	if m.ClassKey == b.was.ClassKey {
		c.Classifier, c.Probe = b.was.Classifier, b.was.Probe
	} else if c.Classifier, err = t.Follower.classifier().Train(slices.Concat(written, chosen)).Encode(); err != nil {
		return nil, nil, fmt.Errorf("train: %w", err)
	}
	return m, c, nil
}

// probe is the live classifier as it would be without the frozen set; the shipped one has none stored and is trained.
func (t *Teacher) probe(stored []byte, rest []classify.Example) (*classify.Classifier, error) {
	if len(stored) > 0 {
		return t.Follower.base.Load().decode(stored)
	}
	return t.Follower.classifier().With(t.Follower.classifier().Train(rest))
}

// setAside remembers whose decisions of the batch nothing is learnt from, and forgets that of those who are trusted now.
func (t *Teacher) setAside(ctx context.Context, b batch, whose, trust []string) error {
	if len(whose) == 0 && len(trust) == 0 {
		return nil
	}
	return t.unsay(ctx, func(u *Unsaid) {
		u.Spans = slices.DeleteFunc(u.Spans, func(s Span) bool {
			return s.Who != "" && trusted(s.Who, trust) || s.To.Before(t.Now().Add(-keep))
		})
		for _, who := range whose {
			u.Spans = append(u.Spans, Span{From: b.was.Through, To: b.through, Who: who})
		}
	})
}

func (t *Teacher) unsay(ctx context.Context, fn func(*Unsaid)) error {
	return update(ctx, t.Notebook.Engine, unsaidID, func(u *Unsaid) error { fn(u); return nil })
}

// chosenIn makes examples of the classifier of the lessons with a category that an officer chose.
func chosenIn(lessons []Lesson) (out []classify.Example) {
	for _, l := range lessons {
		if l.Category != "" {
			out = append(out, classify.Example{Text: l.Text, Category: l.Category, Weight: chosenWeight})
		}
	}
	return out
}

// keyOf is a fingerprint of the chosen categories; empty: none.
func keyOf(lessons []Lesson) string {
	var all []string
	for _, l := range lessons {
		if l.Category != "" {
			all = append(all, l.Complaint+"="+l.Category)
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	return strconv.FormatUint(hash(strings.Join(all, "\n")), 16)
}
