package pages

import (
	"html/template"
	"time"
)

// Left is how long until a deadline, in words, and how near it is. The words say what the colour says too.
type Left struct {
	Words string
	Level string // late, soon (within a day), fine, or none where no deadline runs
	At    time.Time
}

// soon is how near a deadline must be for the inbox to say so.
const soon = 24 * time.Hour

// left gives the time from now to due, rounded down to what a person would say; a zero due is no deadline.
func left(lang string, due, now time.Time) Left {
	switch d := due.Sub(now); {
	case due.IsZero():
		return Left{Words: say(lang, "left.none"), Level: "none"}
	case d <= 0:
		return Left{Words: say(lang, "left.late", span(lang, -d)), Level: "late", At: due}
	case d <= soon:
		return Left{Words: say(lang, "left.in", span(lang, d)), Level: "soon", At: due}
	default:
		return Left{Words: say(lang, "left.in", span(lang, d)), Level: "fine", At: due}
	}
}

// span says a time in its largest unit: minutes below two hours, hours below two days, days above.
func span(lang string, d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return choice(lang, "span.minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return choice(lang, "span.hours", int(d.Hours()))
	}
	return choice(lang, "span.days", int(d.Hours()/24))
}

// when shows an instant as every language of the product reads it, in Malaysia's time: 05/01/2026 17:00.
func (p *Pages) when(at any) template.HTML {
	var t time.Time
	switch at := at.(type) {
	case time.Time:
		t = at
	case *time.Time:
		if at != nil {
			t = *at
		}
	}
	if t.IsZero() {
		return "–"
	}
	// Both parts are digits and signs of ours, so there is nothing to escape.
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + t.In(p.Names.Zone).Format("02/01/2006 15:04") + `</time>`) // #nosec G203
}

// took says how long something took; a dash where it is not known.
func took(lang string, d time.Duration) string {
	if d <= 0 {
		return "–"
	}
	return span(lang, d)
}

// day writes the day of an instant in Malaysia as forms do: 2026-01-05.
func (p *Pages) day(at time.Time) string { return at.In(p.Names.Zone).Format(time.DateOnly) }
