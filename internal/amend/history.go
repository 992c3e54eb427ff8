package amend

import (
	"context"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
)

// Version is a table as an amendment left it.
type Version struct {
	Amendment *Amendment
	Counts    sla.Date // from which day
	Pending   bool     // its day has not come
}

// History gives the versions of a table, the latest first, without the shipped one; those whose day has not come are among
// them.
func (d *Desk) History(ctx context.Context, file string) ([]Version, error) {
	if _, err := FileOf(file); err != nil {
		return nil, err
	}
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, e := range l.on(l.last()) {
		a, err := d.ByID(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		if a.change(file) != nil {
			out = append([]Version{{Amendment: a, Counts: e.From, Pending: e.From > d.today()}}, out...)
		}
	}
	return out, nil
}

// Shipped names, as a version, the table of the base.
const Shipped = "shipped"

// At gives a table as it was after an amendment, or Shipped; fault.NotFound.
func (d *Desk) At(ctx context.Context, file, version string) (Sheet, error) {
	if _, err := FileOf(file); err != nil {
		return Sheet{}, err
	}
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return Sheet{}, err
	}
	var upto []entry
	found := version == Shipped
	for _, e := range l.on(l.last()) {
		if found {
			break
		}
		upto, found = append(upto, e), e.ID == version
	}
	if !found {
		return Sheet{}, fault.New(fault.NotFound, "%s has no version %q", file, version)
	}
	built, err := d.build(ctx, upto, "")
	if err != nil {
		return Sheet{}, err
	}
	return sheetOf(built.FS, file)
}

// Rollback makes a draft that takes a table back to an earlier version. It is checked and approved like any other. The same
// key finds the same draft and completes one that was cut off.
func (d *Desk) Rollback(ctx context.Context, file, version string, by complaint.Actor, key string) (*Amendment, error) {
	was, err := d.At(ctx, file, version)
	if err != nil {
		return nil, err
	}
	a, err := d.Begin(ctx, by, form(key, []string{file, version}))
	if err != nil || a.State != Draft || a.change(file) != nil { // a repeat
		return a, err
	}
	return d.Edit(ctx, a.ID, a.Rev, by, file, func(Sheet) (Sheet, error) { return was, nil })
}
