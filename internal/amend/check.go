package amend

import (
	"context"
	"fmt"
	"slices"

	"respons/internal/sla"
	"respons/internal/table"
)

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
