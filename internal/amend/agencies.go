package amend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
)

const (
	agenciesFile = "agencies.csv"
	namesFile    = "agencynames.csv"
)

// Renaming gives an agency another name; its code stays.
type Renaming struct {
	Agency         string
	NameMS, NameEN string
	From           sla.Date // 0: at once
	Reason         string
	Key            string // makes a repeat find the same draft; may be empty
}

// Rename makes a draft of a renaming. People go on using the old names, so they stay names by which the agency is known in
// what citizens write. fault.NotFound, fault.Invalid.
func (d *Desk) Rename(ctx context.Context, r Renaming, by complaint.Actor) (*Amendment, error) {
	var wrong []fault.Field
	for _, n := range []struct{ path, value string }{{"name_ms", r.NameMS}, {"name_en", r.NameEN}} {
		if s := complaint.Plain(n.value, maxName); s != "" {
			wrong = append(wrong, fault.Field{Path: "body." + n.path, Text: s})
		}
	}
	if len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	var old []string
	return d.prepare(ctx, r.Reason, r.From, by, form(r.Key, r),
		tableEdit{agenciesFile, func(s Sheet) (Sheet, error) {
			at, err := s.agency(r.Agency)
			if err != nil {
				return s, err
			}
			old = []string{s.value(at, "name_ms"), s.value(at, "name_en")}
			return s.with(at, map[string]string{"name_ms": r.NameMS, "name_en": r.NameEN}), nil
		}},
		tableEdit{namesFile, func(s Sheet) (Sheet, error) { return s.known(r.Agency, old, r.NameMS, r.NameEN), nil }})
}

// Succession lets other bodies act in the place of some: a merger has several agencies and one successor, a split one
// agency and several successors, a new code one of each.
type Succession struct {
	Agencies   []string
	Successors []string // the first has the staff, and whatever can have only one
	New        *NewBody // of a body that is founded for it and becomes the first successor; nil: none is
	From       sla.Date // 0: at once
	Reason     string
	Key        string // makes a repeat find the same draft; may be empty
}

// NewBody is founded in place of the first agency, of which it has all that is not said here.
type NewBody struct{ Code, NameMS, NameEN string }

// Succeed makes a draft of a succession. Once it counts, whatever names one of the agencies means its successor: rules,
// places and names need no change, and may be given one in the same draft. fault.NotFound, fault.Invalid.
func (d *Desk) Succeed(ctx context.Context, x Succession, by complaint.Actor) (*Amendment, error) {
	if len(x.Agencies) == 0 {
		return nil, invalid([]fault.Field{{Path: "body.agencies", Text: "must name whoever acts no more"}})
	}
	successors := slices.Clone(x.Successors)
	if x.New != nil {
		successors = slices.Insert(successors, 0, x.New.Code)
	}
	if len(successors) == 0 {
		return nil, invalid([]fault.Field{{Path: "body.successors", Text: "must name whoever acts instead"}})
	}
	return d.prepare(ctx, x.Reason, x.From, by, form(x.Key, x), tableEdit{agenciesFile, func(s Sheet) (Sheet, error) { return s.succeeded(x, successors) }})
}

// succeeded is the register once the successors act.
func (s Sheet) succeeded(x Succession, successors []string) (Sheet, error) {
	if s.Column("successors") < 0 {
		return s, fault.New(fault.Conflict, "the folder of reference data is of an earlier program; add the column successors to %s", agenciesFile)
	}
	for i, code := range x.Agencies {
		at, err := s.agency(code)
		if err != nil {
			return s, unknown("agencies", err)
		}
		if i == 0 && x.New != nil {
			if s.row("code", x.New.Code) >= 0 {
				return s, invalid([]fault.Field{{Path: "body.new.code", Text: "is in the register already; name it among the successors, or choose another code"}})
			}
			founded := s.with(at, map[string]string{"code": x.New.Code, "name_ms": x.New.NameMS, "name_en": x.New.NameEN}).Rows[at]
			s.Rows = slices.Insert(slices.Clone(s.Rows), at+1, founded)
		}
		s = s.with(at, map[string]string{"successors": strings.Join(successors, ";")})
	}
	for _, code := range successors {
		if _, err := s.agency(code); err != nil {
			return s, unknown("successors", err)
		}
	}
	return s, nil
}

// unknown says beside a field of the form that it names no agency.
func unknown(field string, err error) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	return invalid([]fault.Field{{Path: "body." + field, Text: said(err)}})
}

// form is the key of a form with what it says: whoever goes back and corrects it has sent another one. Empty: there is no key.
func form(key string, says any) string {
	if key == "" {
		return ""
	}
	body, _ := json.Marshal(says) // plain fields only
	return fmt.Sprintf("%s %T %s", key, says, body)
}

// tableEdit is what is done to one table of a draft.
type tableEdit struct {
	file string
	edit func(Sheet) (Sheet, error)
}

// prepare makes a draft with edits. They are tried before it is begun, so that a mistake leaves no empty draft behind.
func (d *Desk) prepare(ctx context.Context, reason string, from sla.Date, by complaint.Actor, key string, edits ...tableEdit) (*Amendment, error) {
	if err := d.describes(reason, from); err != nil {
		return nil, err
	}
	below, err := d.below(ctx, &Amendment{From: from})
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		s, err := sheetOf(below.FS, e.file)
		if err != nil {
			return nil, err
		}
		if _, err := e.edit(s); err != nil {
			return nil, err
		}
	}
	a, err := d.BeginWith(ctx, reason, from, by, key)
	if err != nil || a.State != Draft { // a repeat
		return a, err
	}
	for _, e := range edits {
		if a.change(e.file) != nil { // it is there since the call before, which may have been cut off
			continue
		}
		if a, err = d.Edit(ctx, a.ID, a.Rev, by, e.file, e.edit); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// maxName is the longest name of an agency, in characters: what a text on a lock screen has room for.
const maxName = 60

// BeginWith makes an empty draft with its reason and day. fault.Invalid.
func (d *Desk) BeginWith(ctx context.Context, reason string, from sla.Date, by complaint.Actor, key string) (*Amendment, error) {
	if err := d.describes(reason, from); err != nil {
		return nil, err
	}
	a, err := d.Begin(ctx, by, key)
	if err != nil || a.Rev > 1 { // a repeat
		return a, err
	}
	return d.Describe(ctx, a.ID, by, reason, from)
}

func invalid(wrong []fault.Field) error {
	f := fault.New(fault.Invalid, "%s %s", wrong[0].Path[len("body."):], wrong[0].Text)
	f.Fields = wrong
	return f
}

// agency is the row of an agency that acts; fault.NotFound.
func (s Sheet) agency(code string) (int, error) {
	at := s.row("code", code)
	if at < 0 {
		return 0, fault.New(fault.NotFound, "there is no agency %q in the register", code)
	}
	if c := s.Column("successors"); c >= 0 && s.Rows[at][c] != "" {
		return 0, fault.New(fault.Conflict, "%s acts no more; %s acts in its place", code, s.Rows[at][c])
	}
	return at, nil
}

// row is the position of the first row with a value in a column; -1: there is none.
func (s Sheet) row(column, value string) int {
	at := max(0, s.Column(column))
	return slices.IndexFunc(s.Rows, func(r []string) bool { return r[at] == value })
}

func (s Sheet) value(row int, column string) string {
	if c := s.Column(column); c >= 0 {
		return s.Rows[row][c]
	}
	return ""
}

// with gives the sheet with other values in one row.
func (s Sheet) with(row int, values map[string]string) Sheet {
	s = s.clone()
	s.Rows[row] = slices.Clone(s.Rows[row])
	for name, v := range values {
		if c := s.Column(name); c >= 0 {
			s.Rows[row][c] = v
		}
	}
	return s
}

// known adds names by which people know an agency, unless they are among its new ones.
func (s Sheet) known(code string, names []string, now ...string) Sheet {
	at := s.row("agency", code)
	if at < 0 {
		s = s.clone()
		row := make([]string, len(s.Columns))
		row[max(0, s.Column("agency"))] = code
		s.Rows = append(s.Rows, row)
		at = len(s.Rows) - 1
	}
	have := strings.FieldsFunc(s.value(at, "names"), func(r rune) bool { return r == ';' })
	fold := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(strings.TrimSpace(x), name) })
	}
	for _, name := range names {
		if name = strings.ToLower(name); name != "" && !fold(have, name) && !fold(now, name) {
			have = append(have, name)
		}
	}
	return s.with(at, map[string]string{"names": strings.Join(have, ";")})
}
