package amend

import (
	"context"
)

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

// Tables gives every table as it counts today, in the order of Files.
func (d *Desk) Tables(ctx context.Context) ([]Sheet, error) {
	below, err := d.below(ctx, &Amendment{})
	if err != nil {
		return nil, err
	}
	out := make([]Sheet, len(Files))
	for i, f := range Files {
		if out[i], err = sheetOf(below.FS, f.Name); err != nil {
			return nil, err
		}
	}
	return out, nil
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
