package amend

import (
	"context"
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
	a, err := d.BeginWith(ctx, r.Reason, r.From, by, r.Key)
	if err != nil || len(a.Changes) > 0 { // a repeat
		return a, err
	}
	var old []string
	a, err = d.Edit(ctx, a.ID, a.Rev, by, agenciesFile, func(s Sheet) (Sheet, error) {
		at, err := s.agency(r.Agency)
		if err != nil {
			return s, err
		}
		old = []string{s.value(at, "name_ms"), s.value(at, "name_en")}
		return s.with(at, map[string]string{"name_ms": r.NameMS, "name_en": r.NameEN}), nil
	})
	if err != nil {
		return nil, err
	}
	return d.Edit(ctx, a.ID, a.Rev, by, namesFile, func(s Sheet) (Sheet, error) {
		return s.known(r.Agency, old, r.NameMS, r.NameEN), nil
	})
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
	a, err := d.BeginWith(ctx, x.Reason, x.From, by, x.Key)
	if err != nil || len(a.Changes) > 0 { // a repeat
		return a, err
	}
	return d.Edit(ctx, a.ID, a.Rev, by, agenciesFile, func(s Sheet) (Sheet, error) {
		if s.Column("successors") < 0 {
			return s, fault.New(fault.Conflict, "the folder of reference data is of an earlier program; add the column successors to %s", agenciesFile)
		}
		if x.New != nil {
			at, err := s.agency(x.Agencies[0])
			if err != nil {
				return s, err
			}
			s.Rows = slices.Insert(slices.Clone(s.Rows), at+1, s.with(at, map[string]string{"code": x.New.Code, "name_ms": x.New.NameMS,
				"name_en": x.New.NameEN}).Rows[at])
		}
		for _, code := range x.Agencies {
			at, err := s.agency(code)
			if err != nil {
				return s, err
			}
			s = s.with(at, map[string]string{"successors": strings.Join(successors, ";")})
		}
		for _, code := range successors {
			if _, err := s.agency(code); err != nil {
				return s, err
			}
		}
		return s, nil
	})
}

// maxName is the longest name of an agency, in characters: what a text on a lock screen has room for.
const maxName = 60

// BeginWith makes an empty draft with its reason and day. fault.Invalid.
func (d *Desk) BeginWith(ctx context.Context, reason string, from sla.Date, by complaint.Actor, key string) (*Amendment, error) {
	if err := d.describes(reason, from); err != nil {
		return nil, err
	}
	a, err := d.Begin(ctx, by, key)
	if err != nil {
		return nil, err
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
	at := slices.IndexFunc(s.Rows, func(r []string) bool { return r[max(0, s.Column("code"))] == code })
	if at < 0 {
		return 0, fault.New(fault.NotFound, "there is no agency %q in the register", code)
	}
	if c := s.Column("successors"); c >= 0 && s.Rows[at][c] != "" {
		return 0, fault.New(fault.Conflict, "%s acts no more; %s acts in its place", code, s.Rows[at][c])
	}
	return at, nil
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
	at := slices.IndexFunc(s.Rows, func(r []string) bool { return r[max(0, s.Column("agency"))] == code })
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
