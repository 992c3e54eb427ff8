package sla

import (
	"io/fs"
	"slices"
	"strconv"

	"respons/internal/table"
)

// highest is the last percent a rung may stand at: ten times the target.
const highest = 1000

var tellable = []string{"assignee", "supervisor", "parent", "oversight", "desk"}

func (b *Book) loadLadder(fsys fs.FS, ms *table.Mistakes) {
	const file = "ladder.csv"
	var last []table.Row // of each ladder
	for _, r := range table.Read(fsys, file, []string{"class", "agency", "clock", "percent", "tell", "action"}, ms) {
		l := ladder{class: r.Need("class"), agency: r.Need("agency")}
		if _, ok := b.classes[l.class]; !ok && l.class != "*" && l.class != "" {
			r.Wrong("class", "there is no class %q; * stands for all", l.class)
		}
		l.clock, _ = oneOf(r, "clock", append(slices.Clone(ClockNames), "*")...)
		g, ok := rung(r)
		if !ok {
			continue
		}
		i := slices.IndexFunc(b.ladders, func(x ladder) bool { return x.class == l.class && x.agency == l.agency && x.clock == l.clock })
		if i < 0 {
			b.ladders, last, i = append(b.ladders, l), append(last, r), len(b.ladders)
		}
		last[i] = r
		rungs := &b.ladders[i].rungs
		if n := len(*rungs); n > 0 && g.Percent <= (*rungs)[n-1].Percent {
			r.Wrong("percent", "must be above the %d of the row before in this ladder", (*rungs)[n-1].Percent)
		}
		*rungs = append(*rungs, g)
	}
	general := false
	for i, l := range b.ladders {
		general = general || l.class == "*" && l.agency == "*" && l.clock == "*"
		if !slices.ContainsFunc(l.rungs, func(x Rung) bool { return x.Percent == 100 }) {
			last[i].Wrong("percent", "this ladder has no step at 100 percent: a breach must be recorded")
		}
	}
	if !general {
		ms.Add(file, "has no ladder with * for class, agency and clock, so some breaches would be told to nobody")
	}
}

// rung reads the step of a row; ok is false where its percent cannot be read.
func rung(r table.Row) (g Rung, ok bool) {
	g.Tell = r.List("tell")
	for _, who := range g.Tell {
		if !slices.Contains(tellable, who) {
			r.Wrong("tell", "%q is none of %v", who, tellable)
		}
	}
	g.Action, _ = oneOf(r, "action", "tell", "breach", "take_over")
	if g.Action == "tell" && len(g.Tell) == 0 {
		r.Wrong("tell", "must name somebody")
	}
	percent, err := strconv.Atoi(r.Need("percent"))
	if r.Get("percent") != "" && (err != nil || percent < 1 || percent > highest) {
		r.Wrong("percent", "must be a whole number from 1 to %d", highest)
		return g, false
	}
	if g.Percent = percent; err == nil && g.Action != "" && (percent == 100) != (g.Action == "breach") {
		r.Wrong("action", "100 percent is the breach, and nothing else is")
	}
	return g, err == nil
}
