package notify

import (
	"time"

	"respons/internal/complaint"
)

// Values fills the placeholders of the texts.
type Values struct {
	Agency   func(code, lang string) string // name in the language; empty: none
	Category func(code, lang string) string
	Zone     *time.Location // in which times are shown: Asia/Kuala_Lumpur
}

// Of gives the values for one event in one language. Nothing a citizen wrote is among them.
func (v Values) Of(c *complaint.Complaint, e complaint.Event, lang string) map[string]string {
	agency := v.code(c, e)
	due := e.Due
	if due.IsZero() {
		due = c.Promised()
	}
	holiday, other := "", ""
	if e.Action == complaint.MergeIn || e.Action == complaint.Unmerge {
		other = e.Ref
	}
	if n := len(e.Changes); n > 0 {
		holiday = e.Changes[n-1].Name.In(lang)
	}
	return map[string]string{"number": c.Number, "agency": v.Agency(agency, lang), "category": v.Category(c.Category, lang),
		"due": v.when(due), "holiday": holiday, "other": other}
}

// code is that of the agency an event speaks of.
func (v Values) code(c *complaint.Complaint, e complaint.Event) string {
	if agency := e.Concerns(); agency != "" {
		return agency
	}
	return c.Agency
}

// when writes a date and time as every language of the product reads it: 05/01/2026 17:00.
func (v Values) when(at time.Time) string {
	if at.IsZero() {
		return none
	}
	return at.In(v.Zone).Format("02/01/2006 15:04")
}
