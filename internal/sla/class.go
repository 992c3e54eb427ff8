package sla

import (
	"errors"
	"io/fs"

	"respons/internal/fault"
	"respons/internal/table"
)

// Class is a set of targets.
type Class struct {
	Code       string
	Targets    map[ClockName]Target // a clock that is not here does not run; not to be changed
	Restricted bool                 // hidden from ordinary officers
	Emergency  bool                 // danger: an emergency number is shown before the form
}

// Class gives a class by its code.
func (b *Book) Class(code string) (Class, bool) {
	c, ok := b.classes[code]
	return c, ok
}

func (b *Book) loadClasses(fsys fs.FS, ms *table.Mistakes) {
	columns := []string{"code", "restricted", "emergency"}
	for _, name := range ClockNames {
		columns = append(columns, string(name)+"_clock", string(name))
	}
	for _, r := range table.Read(fsys, "sla_classes.csv", columns, ms) {
		c := Class{Code: r.Need("code"), Targets: map[ClockName]Target{}, Restricted: boolean(r, "restricted"), Emergency: boolean(r, "emergency")}
		for _, name := range ClockNames {
			if t, ok := target(r, string(name)+"_clock", string(name)); ok {
				c.Targets[name] = t
			}
		}
		if _, twice := b.classes[c.Code]; twice {
			r.Wrong("code", "class %s stands in an earlier row already", c.Code)
		}
		b.classes[c.Code] = c
	}
}

// target reads the two cells of a clock; ok is false where the class has none, or the mistake has been noted.
func target(r table.Row, kindColumn, valueColumn string) (t Target, ok bool) {
	kind, value := r.Get(kindColumn), r.Get(valueColumn)
	switch {
	case kind == "" && value == "":
		return Target{}, false
	case kind == "":
		r.Wrong(kindColumn, "must be wall or working_days, because %s has a value", valueColumn)
		return Target{}, false
	case value == "":
		r.Wrong(valueColumn, "must have a value, because the clock is %s", kind)
		return Target{}, false
	}
	t, err := ParseTarget(kind, value)
	if err == nil {
		return t, true
	}
	at := valueColumn
	if Kind(kind) != Wall && Kind(kind) != WorkingDays {
		at = kindColumn
	}
	f, _ := errors.AsType[*fault.Error](err)
	r.Wrong(at, "%s", f.Detail)
	return Target{}, false
}
