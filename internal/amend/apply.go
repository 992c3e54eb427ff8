package amend

import (
	"slices"
	"strings"

	"respons/internal/fault"
)

// Clash is a cell, or a row, that both the amendment and the table it is made to have changed since. The amendment counts:
// it is what an administrator decided; and the administrator is told.
type Clash struct {
	File   string `json:"file"`
	Row    string `json:"row"`              // what tells it from others, for people
	Column string `json:"column,omitempty"` // empty: the whole row
	Was    string `json:"was,omitempty"`    // when the amendment was made
	Theirs string `json:"theirs,omitempty"` // what the table has by now
	Ours   string `json:"ours,omitempty"`   // what the amendment says
}

// Apply makes the change to a table, which may be a newer one than that it was made of. Cells that the change does not
// touch stay as they are there. fault.Conflict: the change cannot be made, for what it is about is not there any more.
func (c Change) Apply(s Sheet) (Sheet, []Clash, error) {
	f, err := FileOf(c.File)
	if err != nil {
		return s, nil, fault.Wrap(fault.Conflict, err, "the table %s cannot be amended any more", c.File)
	}
	p := patch{Change: c, file: f, sheet: s.clone(), same: slices.Equal(s.Columns, c.Columns)}
	for _, name := range s.Columns {
		p.from = append(p.from, slices.Index(c.Columns, name))
	}
	// What goes goes first: a row that moves is removed in one place and added in another, whichever comes first in the table.
	for _, e := range c.Edits {
		if e.Now == nil {
			p.remove(e)
		}
	}
	for _, e := range c.Edits {
		var err error
		switch {
		case e.Now == nil:
		case e.Was == nil:
			err = p.add(e)
		default:
			err = p.replace(e)
		}
		if err != nil {
			return s, nil, err
		}
	}
	return p.sheet, p.clashes, nil
}

// patch is a change on its way into a table.
type patch struct {
	Change
	file    File
	sheet   Sheet
	from    []int // for each column of the table its position in the change; -1: the change does not know it
	same    bool  // both have the same columns in the same order
	clashes []Clash
}

func (p *patch) add(e Edit) error {
	if at, ok := p.keyed(e.Now); ok { // the table has got such a row by itself
		if !slices.Equal(p.seen(p.sheet.Rows[at]), e.Now) {
			p.clash(e.Now, "", "", strings.Join(p.sheet.Rows[at], ","), strings.Join(e.Now, ","))
			p.sheet.Rows[at] = p.write(p.sheet.Rows[at], nil, e.Now)
		}
		return nil
	}
	if lost := p.lost(e.Now); lost != "" {
		return fault.New(fault.Conflict, "%s has no column %s any more, which the amendment fills in", p.File, lost)
	}
	at := 0
	if e.Above != nil {
		above, ok := p.find(e.Above)
		switch {
		case ok:
			at = above + 1
		case p.file.Ordered:
			return fault.New(fault.Conflict, "in %s the row is gone below which %s was added", p.File, p.label(e.Now))
		default:
			at = len(p.sheet.Rows)
		}
	}
	p.sheet.Rows = slices.Insert(p.sheet.Rows, at, p.write(make([]string, len(p.sheet.Columns)), nil, e.Now))
	return nil
}

// remove leaves a row that was changed since out all the same, and notes that. One that is gone already is gone; where rows
// have no key that may as well be one that was changed, which stays, and this is noted.
func (p *patch) remove(e Edit) {
	at, ok := p.find(e.Was)
	if !ok {
		if len(p.file.Key) == 0 {
			p.clash(e.Was, "", strings.Join(e.Was, ","), "there is no such row, or another by now", "")
		}
		return
	}
	if now := p.seen(p.sheet.Rows[at]); !slices.Equal(now, e.Was) {
		p.clash(e.Was, "", strings.Join(e.Was, ","), strings.Join(now, ","), "")
	}
	p.sheet.Rows = slices.Delete(p.sheet.Rows, at, at+1)
}

func (p *patch) replace(e Edit) error {
	at, ok := p.find(e.Was)
	if !ok {
		if again, ok := p.find(e.Now); ok && slices.Equal(p.seen(p.sheet.Rows[again]), e.Now) {
			return nil // the table says so by itself
		}
		return fault.New(fault.Conflict, "in %s the row %s, which the amendment changes, is gone or another", p.File, p.label(e.Was))
	}
	now := p.seen(p.sheet.Rows[at])
	for i, column := range p.Columns {
		if e.Was[i] != e.Now[i] && p.sheet.Column(column) < 0 {
			return fault.New(fault.Conflict, "%s has no column %s any more, which the amendment changes", p.File, column)
		}
		if e.Was[i] != e.Now[i] && now[i] != e.Was[i] && now[i] != e.Now[i] {
			p.clash(e.Was, column, e.Was[i], now[i], e.Now[i])
		}
	}
	p.sheet.Rows[at] = p.write(p.sheet.Rows[at], e.Was, e.Now)
	return nil
}

// find looks for a row as it is, and then for the one with its key.
func (p *patch) find(row []string) (int, bool) {
	if at := slices.IndexFunc(p.sheet.Rows, func(r []string) bool { return slices.Equal(p.seen(r), row) }); at >= 0 {
		return at, true
	}
	return p.keyed(row)
}

func (p *patch) keyed(row []string) (int, bool) {
	key := p.file.key(p.Columns, row)
	if key == "" {
		return 0, false
	}
	at := slices.IndexFunc(p.sheet.Rows, func(r []string) bool { return p.file.key(p.sheet.Columns, r) == key })
	return at, at >= 0
}

// seen is a row of the table in the columns of the change; it is not to be changed.
func (p *patch) seen(row []string) []string {
	if p.same {
		return row
	}
	out := make([]string, len(p.Columns))
	for i, k := range p.from {
		if k >= 0 {
			out[k] = row[i]
		}
	}
	return out
}

// write puts what the change says into a copy of a row of the table: all of it or, where was is given, what differs.
func (p *patch) write(row, was, now []string) []string {
	out := slices.Clone(row)
	for i, k := range p.from {
		if k >= 0 && (was == nil || was[k] != now[k]) {
			out[i] = now[k]
		}
	}
	return out
}

// lost names a column that the row fills in and the table does not have; empty: none.
func (p *patch) lost(row []string) string {
	for i, name := range p.Columns {
		if row[i] != "" && p.sheet.Column(name) < 0 {
			return name
		}
	}
	return ""
}

func (p *patch) clash(row []string, column, was, theirs, ours string) {
	p.clashes = append(p.clashes, Clash{File: p.File, Row: p.label(row), Column: column, Was: was, Theirs: theirs, Ours: ours})
}

func (p *patch) label(row []string) string { return p.file.Label(p.Columns, row) }

// Label calls a row by its key or, where it has none, by its first three fields.
func (f File) Label(columns, row []string) string {
	var parts []string
	for i, name := range columns {
		if len(f.Key) == 0 && i < 3 || slices.Contains(f.Key, name) {
			parts = append(parts, row[i])
		}
	}
	return strings.Join(parts, " · ")
}
