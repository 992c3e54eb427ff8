package sla

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/table"
)

// Book is calendars, classes and ladders. It does not change, so any number of goroutines may use it.
type Book struct {
	calendars map[string]*calendar
	classes   map[string]Class
	ladders   []ladder
	years     map[int]bool // whose holidays are known
}

// Class gives a class by its code.
func (b *Book) Class(code string) (Class, bool) {
	c, ok := b.classes[code]
	return c, ok
}

// Load reads weekends.csv, office_hours.csv, holidays.csv, sla_classes.csv and ladder.csv, and notes every mistake. The
// book of files with mistakes is not to be used.
func Load(fsys fs.FS, ms *table.Mistakes) *Book {
	b := &Book{calendars: map[string]*calendar{}, classes: map[string]Class{}, years: map[int]bool{}}
	for _, s := range States {
		b.calendars[s] = &calendar{holidays: map[Date][]Holiday{}}
	}
	b.loadWeekends(fsys, ms)
	b.loadHours(fsys, ms)
	b.loadHolidays(fsys, ms)
	b.loadClasses(fsys, ms)
	b.loadLadder(fsys, ms)
	return b
}

var weekdays = map[string]time.Weekday{"Sun": 0, "Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6}

// endless is the last day of a period without end.
const endless Date = 1 << 30

func (b *Book) state(r table.Row) *calendar {
	c := b.calendars[r.Need("state")]
	if c == nil && r.Get("state") != "" {
		r.Wrong("state", "%q is none of MY-01 to MY-16", r.Get("state"))
	}
	return c
}

func (b *Book) loadWeekends(fsys fs.FS, ms *table.Mistakes) {
	const file = "weekends.csv"
	for _, r := range table.Read(fsys, file, []string{"state", "from", "to", "days"}, ms) {
		c := b.state(r)
		w := weekend{from: date(r, "from"), to: endless}
		if r.Get("to") != "" {
			if w.to = date(r, "to"); w.to < w.from {
				r.Wrong("to", "lies before from")
			}
		}
		for _, name := range r.List("days") {
			d, ok := weekdays[name]
			if !ok {
				r.Wrong("days", "%q is none of Mon Tue Wed Thu Fri Sat Sun", name)
			}
			w.rest[d] = ok
		}
		if c == nil {
			continue
		}
		if n := len(c.weekends); n > 0 && c.weekends[n-1].to+1 != w.from {
			r.Wrong("from", "the period before ends on %s; this one must begin the day after", c.weekends[n-1].to)
		}
		c.weekends = append(c.weekends, w)
	}
	for _, s := range States {
		if c := b.calendars[s]; len(c.weekends) == 0 {
			ms.Add(file, "%s has no weekend", s)
			c.weekends = []weekend{{to: endless}}
		} else if c.weekends[len(c.weekends)-1].to != endless {
			ms.Add(file, "the last period of %s ends; leave its to empty", s)
		}
	}
}

func (b *Book) loadHours(fsys fs.FS, ms *table.Mistakes) {
	const file = "office_hours.csv"
	for _, r := range table.Read(fsys, file, []string{"state", "weekday", "open", "close"}, ms) {
		c := b.state(r)
		d, ok := weekdays[r.Need("weekday")]
		if !ok {
			r.Wrong("weekday", "%q is none of Mon Tue Wed Thu Fri Sat Sun", r.Get("weekday"))
		}
		open, closes := minutes(r, "open"), minutes(r, "close")
		if closes <= open {
			r.Wrong("close", "is not after open")
		}
		if c == nil || !ok {
			continue
		}
		if c.close[d] != 0 {
			r.Wrong("weekday", "%s has hours on %s already", r.Get("state"), r.Get("weekday"))
		}
		c.close[d] = closes
	}
	for _, s := range States {
		c := b.calendars[s]
		now := c.weekends[len(c.weekends)-1]
		for d := range 7 {
			if !now.rest[d] && c.close[d] == 0 {
				ms.Add(file, "%s works on %s and has no hours for it", s, time.Weekday(d))
			}
		}
		for d := range 7 { // of an earlier week that worked on other days: the hours of the day before it
			if c.close[d] == 0 {
				c.close[d] = 17 * 60
			}
		}
	}
}

func (b *Book) loadHolidays(fsys fs.FS, ms *table.Mistakes) {
	kinds := []string{"national", "state", "replacement", "adhoc"}
	for _, r := range table.Read(fsys, "holidays.csv", []string{"date", "states", "name_ms", "name_en", "kind", "tentative"}, ms) {
		h := Holiday{Date: date(r, "date"), States: r.List("states"), NameMS: r.Need("name_ms"), NameEN: r.Need("name_en"),
			Kind: r.Need("kind"), Tentative: boolean(r, "tentative")}
		if !slices.Contains(kinds, h.Kind) {
			r.Wrong("kind", "%q is none of %v", h.Kind, kinds)
		}
		if len(h.States) == 0 {
			r.Wrong("states", "must name states, or * for all")
		}
		for _, s := range h.States {
			if s != "*" && b.calendars[s] == nil {
				r.Wrong("states", "%q is none of MY-01 to MY-16 and not *", s)
			}
		}
		b.years[h.Date.year()] = true
		b.add(h)
	}
}

func (b *Book) loadClasses(fsys fs.FS, ms *table.Mistakes) {
	columns := []string{"code", "restricted", "emergency"}
	for _, name := range ClockNames {
		columns = append(columns, string(name)+"_clock", string(name))
	}
	for _, r := range table.Read(fsys, "sla_classes.csv", columns, ms) {
		c := Class{Code: r.Need("code"), Targets: map[ClockName]Target{}, Restricted: boolean(r, "restricted"), Emergency: boolean(r, "emergency")}
		for _, name := range ClockNames {
			kind, value := r.Get(string(name)+"_clock"), r.Get(string(name))
			if kind == "" && value == "" {
				continue
			}
			t, err := ParseTarget(kind, value)
			if err != nil {
				r.Wrong(string(name), "%v", strings.TrimPrefix(err.Error(), "invalid: "))
			}
			c.Targets[name] = t
		}
		if _, twice := b.classes[c.Code]; twice {
			r.Wrong("code", "class %s stands in an earlier row already", c.Code)
		}
		b.classes[c.Code] = c
	}
}

func (b *Book) loadLadder(fsys fs.FS, ms *table.Mistakes) {
	for _, r := range table.Read(fsys, "ladder.csv", []string{"class", "agency", "clock", "percent", "tell", "action"}, ms) {
		l := ladder{class: r.Need("class"), agency: r.Need("agency"), clock: ClockName(r.Need("clock"))}
		if _, ok := b.classes[l.class]; !ok && l.class != "*" {
			r.Wrong("class", "there is no class %q; * stands for all", l.class)
		}
		if !slices.Contains(ClockNames, l.clock) && l.clock != "*" {
			r.Wrong("clock", "%q is none of %v; * stands for all", l.clock, ClockNames)
		}
		g := Rung{Tell: r.List("tell"), Action: r.Need("action")}
		for _, who := range g.Tell {
			if !slices.Contains(tellable, who) {
				r.Wrong("tell", "%q is none of %v", who, tellable)
			}
		}
		if !slices.Contains([]string{"tell", "breach", "take_over"}, g.Action) {
			r.Wrong("action", "%q is none of tell, breach, take_over", g.Action)
		}
		var err error
		if g.Percent, err = strconv.Atoi(r.Need("percent")); err != nil || g.Percent < 1 || g.Percent > 1000 {
			r.Wrong("percent", "must be a whole number from 1 to 1000")
		}
		if (g.Percent == 100) != (g.Action == "breach") {
			r.Wrong("action", "100 percent is the breach, and nothing else is")
		}
		i := slices.IndexFunc(b.ladders, func(x ladder) bool { return x.class == l.class && x.agency == l.agency && x.clock == l.clock })
		if i < 0 {
			b.ladders, i = append(b.ladders, l), len(b.ladders)
		}
		if slices.ContainsFunc(b.ladders[i].rungs, func(x Rung) bool { return x.Percent == g.Percent }) {
			r.Wrong("percent", "this ladder has a step at %d already", g.Percent)
		}
		b.ladders[i].rungs = append(b.ladders[i].rungs, g)
		sortRungs(b.ladders[i].rungs)
	}
	for _, l := range b.ladders {
		if !slices.ContainsFunc(l.rungs, func(x Rung) bool { return x.Percent == 100 }) {
			ms.Add("ladder.csv", "the ladder of class %s, agency %s, clock %s has no step at 100 percent: a breach must be recorded", l.class, l.agency, l.clock)
		}
	}
}

func date(r table.Row, column string) Date {
	d, err := ParseDate(r.Need(column))
	if err != nil && r.Get(column) != "" {
		r.Wrong(column, "%v", err)
	}
	return d
}

func boolean(r table.Row, column string) bool {
	if v := r.Get(column); v != "true" && v != "false" {
		r.Wrong(column, "must be true or false")
	}
	return r.Get(column) == "true"
}

func minutes(r table.Row, column string) int {
	t, err := time.Parse("15:04", r.Need(column))
	if err != nil {
		r.Wrong(column, "%q is no time such as 08:00", r.Get(column))
		return 0
	}
	return t.Hour()*60 + t.Minute()
}
