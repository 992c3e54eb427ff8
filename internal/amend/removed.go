package amend

import (
	"context"
	"slices"

	"respons/internal/fault"
)

// removes lists the agencies whose rows the amendment takes out of the register.
func (a *Amendment) removes() (out []string) {
	c := a.change(agenciesFile)
	if c == nil {
		return nil
	}
	code := slices.Index(c.Columns, "code")
	if code < 0 {
		return nil
	}
	for _, e := range c.Edits {
		back := func(x Edit) bool { return x.Now != nil && x.Now[code] == e.Was[code] } // it only moved in the table
		if e.Was != nil && e.Now == nil && !slices.ContainsFunc(c.Edits, back) {
			out = append(out, e.Was[code])
		}
	}
	return out
}

// keeps says why an agency's row must stay: what hangs on it, or will by the day, would belong to nobody. fault.Conflict.
func (d *Desk) keeps(ctx context.Context, a *Amendment) error {
	if d.Held == nil {
		return nil
	}
	for _, code := range a.removes() {
		held, err := d.Held(ctx, code)
		if err != nil {
			return err
		}
		switch {
		case held:
			return fault.New(fault.Conflict, "%s has complaints or staff, so its row must stay; name who acts in its place in the column successors instead", code)
		case a.From > d.today():
			return fault.New(fault.Conflict, "until %s complaints may come to %s, so its row cannot go on a later day; leave the day out, or name who acts in its place in the column successors", a.From, code)
		}
	}
	return nil
}
