package sla

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"respons/internal/table"
)

var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"} // in the order of time.Weekday

// endless is the last day of a period without end.
const endless Date = 1 << 30

// usualClose is the close of business, in minutes after midnight, on a weekday for which office_hours.csv has no row:
// one that was worked under an earlier weekend only, as Sundays in Johor until 2024.
const usualClose = 17 * 60

// stateOf finds the calendar of a row; nil where the mistake has been noted.
func (b *Book) stateOf(r table.Row) *calendar {
	state := r.Need("state")
	c := b.calendars[state]
	if c == nil && state != "" {
		r.Wrong("state", "%q is none of MY-01 to MY-16", state)
	}
	return c
}

func (b *Book) loadWeekends(fsys fs.FS, ms *table.Mistakes) {
	const file = "weekends.csv"
	last := map[*calendar]table.Row{} // the last row of each state, sound or not
	for _, r := range table.Read(fsys, file, []string{"state", "from", "to", "days"}, ms) {
		c := b.stateOf(r)
		w := weekend{to: endless}
		from, sound := date(r, "from")
		w.from = from
		if r.Get("to") != "" {
			to, ok := date(r, "to")
			if ok && sound && to < from {
				r.Wrong("to", "lies before from")
				ok = false
			}
			w.to, sound = to, sound && ok
		}
		names := r.List("days")
		for _, name := range names {
			d := slices.Index(weekdays, name)
			if d < 0 {
				r.Wrong("days", "%q is none of %v", name, weekdays)
				sound = false
				continue
			}
			w.rest[d] = true
		}
		if len(names) == 0 || w.rest == [7]bool{true, true, true, true, true, true, true} {
			r.Wrong("days", "must name weekly rest days, and leave days to work on")
			sound = false
		}
		if c == nil {
			continue
		}
		last[c] = r
		if !sound {
			continue
		}
		if n := len(c.weekends); n > 0 && c.weekends[n-1].to == endless {
			r.Wrong("from", "the period before has no end")
			continue
		} else if n > 0 && c.weekends[n-1].to+1 != w.from {
			r.Wrong("from", "the period before ends on %s; this one must begin the day after", c.weekends[n-1].to)
		}
		c.weekends = append(c.weekends, w)
	}
	for _, s := range States {
		c := b.calendars[s]
		r, named := last[c]
		switch n := len(c.weekends); {
		case !named:
			ms.Add(file, "%s has no weekend", s)
		case n > 0 && c.weekends[n-1].to != endless && r.Get("to") != "":
			r.Wrong("to", "must be empty in the last period of %s", s)
		}
		if len(c.weekends) == 0 { // a mistake has been noted; this keeps the other tables from being blamed for it
			c.weekends = []weekend{{to: endless, rest: [7]bool{time.Saturday: true, time.Sunday: true}}}
		}
	}
}

func (b *Book) loadHours(fsys fs.FS, ms *table.Mistakes) {
	const file = "office_hours.csv"
	type day struct {
		state *calendar
		day   int
	}
	seen := map[day]bool{}
	for _, r := range table.Read(fsys, file, []string{"state", "weekday", "open", "close"}, ms) {
		c := b.stateOf(r)
		name, _ := oneOf(r, "weekday", weekdays...)
		open, okOpen := minutes(r, "open")
		closes, okClose := minutes(r, "close")
		if okOpen && okClose && closes <= open {
			r.Wrong("close", "is not after open")
		}
		d := slices.Index(weekdays, name)
		if c == nil || d < 0 {
			continue
		}
		if seen[day{c, d}] {
			r.Wrong("weekday", "%s has hours on %s already", r.Get("state"), name)
		}
		seen[day{c, d}] = true
		c.close[d] = closes
	}
	for _, s := range States {
		c := b.calendars[s]
		now := c.weekends[len(c.weekends)-1]
		var missing []string
		for d, name := range weekdays {
			if seen[day{c, d}] {
				continue
			}
			c.close[d] = usualClose
			if !now.rest[d] {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			ms.Add(file, "%s works on %s and has no hours for it", s, strings.Join(missing, ", "))
		}
	}
}

func (b *Book) loadHolidays(fsys fs.FS, ms *table.Mistakes) {
	for _, r := range table.Read(fsys, "holidays.csv", []string{"date", "states", "name_ms", "name_en", "kind", "tentative"}, ms) {
		h := Holiday{States: r.List("states"), NameMS: r.Need("name_ms"), NameEN: r.Need("name_en"), Tentative: boolean(r, "tentative")}
		h.Kind, _ = oneOf(r, "kind", "national", "state", "replacement", "adhoc")
		if len(h.States) == 0 {
			r.Wrong("states", "must name states, or * for all")
		}
		for _, s := range h.States {
			if s != "*" && b.calendars[s] == nil {
				r.Wrong("states", "%q is none of MY-01 to MY-16 and not *", s)
			}
		}
		var ok bool
		if h.Date, ok = date(r, "date"); !ok {
			continue
		}
		b.years[h.Date.year()] = true
		b.add(h)
	}
}
