package duplicate

import (
	"io/fs"
	"strconv"
	"time"

	"respons/internal/table"
)

// Span is how far a matter reaches and how long it lasts.
type Span struct {
	Reach float64 // metres from which people report the same matter: a pothole is one place, a power cut a quarter; 0: one
	// person's own matter (a bill, a passport), which nobody else reports
	Days float64 // after which only every third report still is of the same matter
}

// Spans are the spans by category or group; "*" holds for all others.
type Spans map[string]Span

func (s Spans) of(category string) Span {
	if x, ok := s[category]; ok {
		return x
	}
	if x, ok := s[group(category)]; ok {
		return x
	}
	return s["*"]
}

// Personal says whether a report is most likely about its citizen's own affair.
func (s Spans) Personal(x *Sign) bool { return s.OwnAffair(x.Matters[0].Category) }

// OwnAffair says whether a category is of one person's own affairs, such as a bill or a passport.
func (s Spans) OwnAffair(category string) bool { return s.of(category).Reach == 0 }

// LoadSpans reads spans.csv and notes every mistake; known says whether there is a category or group of that code.
func LoadSpans(fsys fs.FS, known func(codeOrGroup string) bool, ms *table.Mistakes) Spans {
	spans := Spans{}
	for _, r := range table.Read(fsys, "spans.csv", []string{"category", "reach", "days"}, ms) {
		code := r.Need("category")
		_, twice := spans[code]
		switch {
		case twice:
			r.Wrong("category", "%s has a row already", code)
		case code != "*" && !known(code):
			r.Wrong("category", "there is no category or group %q; * stands for all others", code)
		}
		spans[code] = Span{Reach: number(r, "reach", 0, 5_000), Days: number(r, "days", 0.1, 365)}
	}
	if _, ok := spans["*"]; !ok {
		ms.Add("spans.csv", "has no row * for all other categories")
	}
	return spans
}

func number(r table.Row, column string, least, most float64) float64 {
	v, err := strconv.ParseFloat(r.Need(column), 64)
	if err != nil || !(v >= least && v <= most) {
		r.Wrong(column, "must be a number from %v to %v", least, most)
		return most
	}
	return v
}

// Memory is how far back reports of the matter are looked for.
func (s Spans) Memory(x *Sign) time.Duration {
	longest := 0.0
	for _, m := range x.Matters {
		longest = max(longest, s.of(m.Category).Days)
	}
	return time.Duration(memory * longest * 24 * float64(time.Hour))
}

// memory is after how many times a span of days nobody reports the same matter any more.
const memory = 4
