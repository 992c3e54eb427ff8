package amend

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/table"
)

// Desk is where administrators work on amendments.
type Desk struct {
	Engine store.Engine
	Base   fs.FS             // the shipped reference data
	Load   func(fs.FS) error // reads all of it and names every mistake
	Now    func() time.Time
	// Held says whether complaints or staff hang on an agency, so that its row must stay; nil: nothing hangs on any.
	Held func(ctx context.Context, agency string) (bool, error)

	mu      sync.Mutex
	checked map[string]Verdict // the latest looks at amendments: reading everything takes a moment
	built   map[string]Built   // and the latest reference data, by the amendments that count in it
}

// How many looks are remembered, and how many states of the reference data.
const (
	keptVerdicts = 32
	keptBuilt    = 4
)

// ahead is how far a day may lie from which an amendment counts: a slip of the keyboard lies beyond.
const ahead = 5 * 366

// Limits of what is written, in characters, and of a table, in bytes.
const (
	maxReason = 500
	MaxTable  = 900_000
)

// tries bounds how often a change is begun again because somebody else was faster.
const tries = 20

func (d *Desk) now() time.Time  { return d.Now().UTC().Truncate(time.Millisecond) }
func (d *Desk) today() sla.Date { return sla.DateOf(d.Now()) }

// Begin makes an empty draft. A key that its author chose makes a repeat find the same draft; empty: there is none.
func (d *Desk) Begin(ctx context.Context, by complaint.Actor, key string) (*Amendment, error) {
	now := d.now()
	id := ulid.MustNew(ulid.Timestamp(now), rand.Reader)
	if key != "" {
		sum := sha256.Sum256([]byte(by.ID + "\x00" + key))
		id = ulid.ULID(sum[:16])
	}
	a := &Amendment{ID: id.String(), Author: by.ID, Made: now, Changed: now, State: Draft}
	rec, err := a.record()
	if err == nil {
		err = d.Engine.Insert(ctx, Collection.Name, rec)
	}
	if errors.Is(err, fault.Duplicate) {
		return d.ByID(ctx, a.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("begin an amendment: %w", err)
	}
	a.Rev = 1
	return a, nil
}

// ByID reads an amendment; fault.NotFound.
func (d *Desk) ByID(ctx context.Context, id string) (*Amendment, error) {
	rec, err := store.Record{}, error(fault.New(fault.NotFound, "no such id"))
	if _, wrong := ulid.ParseStrict(id); wrong == nil { // the collection holds other documents, too
		rec, err = d.Engine.Get(ctx, Collection.Name, id)
	}
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no amendment %s", id)
	}
	if err != nil {
		return nil, fmt.Errorf("read amendment %s: %w", id, err)
	}
	return decode(rec)
}

// List gives a page of amendments, the latest first; limit 0: 50.
func (d *Desk) List(ctx context.Context, after string, limit int) (list []*Amendment, next string, err error) {
	if limit <= 0 {
		limit = 50
	}
	page, err := d.Engine.Find(ctx, Collection.Name, store.Query{Index: "made", Desc: true, After: after, Limit: limit})
	if err != nil {
		return nil, "", fmt.Errorf("list amendments: %w", err)
	}
	for _, rec := range page.Records {
		a, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, a)
	}
	return list, page.Next, nil
}

// change changes a draft of its author; rev, unless 0, is the revision that the author has seen. A submitted one becomes a
// draft again. fault.Forbidden, fault.Conflict, fault.Stale.
func (d *Desk) change(ctx context.Context, id string, rev int64, by complaint.Actor, do func(*Amendment) error) (*Amendment, error) {
	for range tries {
		a, err := d.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		switch {
		case a.Author != by.ID:
			return nil, fault.New(fault.Forbidden, "this amendment is another administrator's; make one of your own")
		case a.State != Draft && a.State != Submitted:
			return nil, fault.New(fault.Conflict, "an amendment that is %s is not changed any more; make another one", a.State)
		case rev != 0 && rev != a.Rev:
			return nil, fault.New(fault.Conflict, "the draft was changed meanwhile, in another window perhaps; look at it again")
		}
		a.State, a.Changed = Draft, d.now()
		if err := do(a); err != nil {
			return nil, err
		}
		if err := d.store(ctx, a); !errors.Is(err, fault.Stale) {
			return a, err
		}
	}
	return nil, fault.New(fault.Unavailable, "the draft is changed by somebody else all the time; please try again")
}

func (d *Desk) store(ctx context.Context, a *Amendment) error {
	rec, err := a.record()
	if err != nil {
		return err
	}
	rev, err := d.Engine.Replace(ctx, Collection.Name, rec)
	if err == nil {
		a.Rev = rev
	}
	return err
}

// Describe says why a draft is made and from which day it counts; 0: at once. fault.Invalid.
func (d *Desk) Describe(ctx context.Context, id string, by complaint.Actor, reason string, from sla.Date) (*Amendment, error) {
	if err := d.describes(reason, from); err != nil {
		return nil, err
	}
	return d.change(ctx, id, 0, by, func(a *Amendment) error {
		a.Reason, a.From = reason, from
		return nil
	})
}

func (d *Desk) describes(reason string, from sla.Date) error {
	var wrong []fault.Field
	if s := complaint.Plain(reason, maxReason); s != "" {
		wrong = append(wrong, fault.Field{Path: "body.reason", Text: s + ": say why, for whoever looks at it later"})
	}
	if today := d.today(); from != 0 && (from < today || from > today+ahead) {
		wrong = append(wrong, fault.Field{Path: "body.from", Text: fmt.Sprintf("must lie between %s and %s", today, today+ahead)})
	}
	if len(wrong) > 0 {
		return invalid(wrong)
	}
	return nil
}

// Put makes a table of the draft what content says. What the table says without the draft is not part of it, so an
// amendment that is approved meanwhile is not undone. fault.Invalid for what is no table of these columns.
func (d *Desk) Put(ctx context.Context, id string, by complaint.Actor, file string, content []byte) (*Amendment, error) {
	to, err := ParseSheet(content)
	if err != nil {
		return nil, err
	}
	return d.Edit(ctx, id, 0, by, file, func(Sheet) (Sheet, error) { return to, nil })
}

// Edit changes a table of the draft; edit is given the table with the draft. rev is that of the draft as it was seen, 0:
// whatever it is.
func (d *Desk) Edit(ctx context.Context, id string, rev int64, by complaint.Actor, file string, edit func(Sheet) (Sheet, error)) (*Amendment, error) {
	f, err := FileOf(file)
	if err != nil {
		return nil, err
	}
	return d.change(ctx, id, rev, by, func(a *Amendment) error {
		below, err := d.below(ctx, a)
		if err != nil {
			return err
		}
		before, err := sheetOf(below.FS, file)
		if err != nil {
			return err
		}
		now, err := a.over(before, file)
		if err != nil {
			return err
		}
		if now, err = edit(now); err != nil {
			return err
		}
		if n := len(now.Bytes()); n > MaxTable {
			return fault.New(fault.TooLarge, "%s would have %d bytes; %d are the most", file, n, MaxTable)
		}
		c, err := Compare(f, before, now)
		if err != nil {
			return err
		}
		a.set(c)
		return nil
	})
}

// RowAt is what is done to one row of a draft, as somebody has seen it.
type RowAt struct {
	Row    int               // from 1; 0: a new one
	Below  int               // of a new one: the row it stands below; 0: it is the first
	Mark   string            // Mark of the row when it was seen
	Values map[string]string // by column; what is left out stays
	Remove bool
}

// PutRow changes, adds or removes one row of a table of the draft. fault.Conflict where the row is another than was seen.
func (d *Desk) PutRow(ctx context.Context, id string, by complaint.Actor, file string, at RowAt) (*Amendment, error) {
	at.Values = maps.Clone(at.Values)
	for column, v := range at.Values { // as every reader of the tables drops space, and as browsers end lines
		at.Values[column] = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
	}
	return d.Edit(ctx, id, 0, by, file, func(s Sheet) (Sheet, error) {
		if at.Row == 0 {
			return s.insert(at.Below, at.Values), nil
		}
		if at.Row < 1 || at.Row > len(s.Rows) || Mark(s.Rows[at.Row-1]) != at.Mark {
			return s, fault.New(fault.Conflict, "the row was changed after you opened it; what you typed is kept below, look at the table again")
		}
		if at.Remove {
			s = s.clone()
			s.Rows = slices.Delete(s.Rows, at.Row-1, at.Row)
			return s, nil
		}
		return s.with(at.Row-1, at.Values), nil
	})
}

// over is a table with what the draft changes in it. Where that cannot be made any more, which Check tells, it is the table
// without it: so the draft can be mended.
func (a *Amendment) over(s Sheet, file string) (Sheet, error) {
	c := a.change(file)
	if c == nil {
		return s, nil
	}
	out, _, err := c.Apply(s)
	if errors.Is(err, fault.Conflict) {
		return s, nil
	}
	return out, err
}

// Drop takes a table out of a draft; fault.NotFound where the draft does not change it.
func (d *Desk) Drop(ctx context.Context, id string, by complaint.Actor, file string) (*Amendment, error) {
	return d.change(ctx, id, 0, by, func(a *Amendment) error {
		if a.change(file) == nil {
			return fault.New(fault.NotFound, "the draft changes nothing in %s", file)
		}
		a.set(Change{File: file})
		return nil
	})
}

// below is the reference data that the draft is made to: all that counts on the day from which the draft will.
func (d *Desk) below(ctx context.Context, a *Amendment) (Built, error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return Built{}, err
	}
	return d.build(ctx, l.on(a.counts(d.today())), "")
}

// build is the reference data with the amendments of entries; of those, the one with the id of without is left out. What
// does not count although it was approved is set aside, as every process does.
func (d *Desk) build(ctx context.Context, entries []entry, without string) (Built, error) {
	key := ""
	for _, e := range entries {
		if e.ID != without {
			key += e.ID + " "
		}
	}
	d.mu.Lock()
	built, ok := d.built[key]
	d.mu.Unlock()
	if ok {
		return built, nil
	}
	list, err := d.amendments(ctx, entries, without)
	if err != nil {
		return Built{}, err
	}
	if built, err = Build(d.Base, list, d.Load); err != nil {
		return Built{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.built == nil || len(d.built) >= keptBuilt {
		d.built = map[string]Built{}
	}
	d.built[key] = built
	return built, nil
}

func (d *Desk) amendments(ctx context.Context, entries []entry, without string) (list []*Amendment, err error) {
	for _, e := range entries {
		if e.ID == without {
			continue
		}
		a, err := d.ByID(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// Table gives a table as it counts today or, with the id of an amendment, as it is with that.
func (d *Desk) Table(ctx context.Context, file, id string) (Sheet, error) {
	if _, err := FileOf(file); err != nil {
		return Sheet{}, err
	}
	a := &Amendment{}
	if id != "" {
		var err error
		if a, err = d.ByID(ctx, id); err != nil {
			return Sheet{}, err
		}
	}
	below, err := d.below(ctx, a)
	if err != nil {
		return Sheet{}, err
	}
	s, err := sheetOf(below.FS, file)
	if err != nil {
		return s, err
	}
	if a.State == Approved { // it is below itself
		return s, nil
	}
	return a.over(s, file)
}

// Verdict is what is to be said of an amendment before it is approved.
type Verdict struct {
	Wrong   []table.Mistake
	Clashes []Clash  // with what was changed since the draft was made
	Aside   string   // why it cannot be made to the reference data any more; empty: it can
	Breaks  []string // approved amendments, waiting for their day, that it would keep from counting
}

// Sound says whether it can be approved.
func (v Verdict) Sound() bool { return len(v.Wrong) == 0 && v.Aside == "" && len(v.Breaks) == 0 }

// Check reads the whole reference data with the amendment.
func (d *Desk) Check(ctx context.Context, a *Amendment) (Verdict, error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return Verdict{}, err
	}
	look := fmt.Sprintf("%s %d %d %s", a.ID, a.Rev, l.rev, d.today())
	d.mu.Lock()
	v, ok := d.checked[look]
	d.mu.Unlock()
	if ok {
		return v, nil
	}
	if v, err = d.check(ctx, l, a); err != nil {
		return v, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.checked == nil || len(d.checked) >= keptVerdicts {
		d.checked = map[string]Verdict{}
	}
	d.checked[look] = v
	return v, nil
}

func (d *Desk) check(ctx context.Context, l *ledger, a *Amendment) (v Verdict, err error) {
	counts := a.counts(d.today())
	below, err := d.build(ctx, l.on(counts), a.ID)
	if err != nil {
		return v, err
	}
	p := pile{base: below.FS, files: map[string][]byte{}}
	p.lay(a)
	if v.Clashes, v.Aside = p.laid[0].Clashes, p.laid[0].Aside; v.Aside != "" {
		return v, nil
	}
	if err := d.Load(Over(p.base, p.files)); err != nil {
		v.Wrong = table.MistakesIn(err)
		return v, nil
	}
	v.Breaks, err = d.breaks(ctx, l, a, counts)
	return v, err
}

// breaks names the amendments, approved for later days, that could not count after this one.
func (d *Desk) breaks(ctx context.Context, l *ledger, a *Amendment, counts sla.Date) ([]string, error) {
	last := l.last()
	if last <= counts {
		return nil, nil
	}
	was, err := d.build(ctx, l.on(last), a.ID)
	if err != nil {
		return nil, err
	}
	before, err := d.amendments(ctx, l.on(last), a.ID)
	if err != nil {
		return nil, err
	}
	n := len(l.on(counts))
	is, err := Build(d.Base, slices.Insert(before, min(n, len(before)), a), d.Load)
	if err != nil {
		return nil, err
	}
	return newlyAside(was, is), nil
}

// newlyAside names the amendments that are set aside in one state and were not in another.
func newlyAside(was, is Built) (out []string) {
	broken := map[string]bool{}
	for _, x := range was.Aside() {
		broken[x.ID] = true
	}
	for _, x := range is.Aside() {
		if !broken[x.ID] {
			out = append(out, x.ID)
		}
	}
	return out
}
