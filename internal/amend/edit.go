package amend

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"respons/internal/complaint"
	"respons/internal/fault"
)

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
