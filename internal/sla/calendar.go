package sla

import (
	"maps"
	"slices"
	"strings"
	"time"

	"respons/internal/reason"
)

// States are the sixteen, ISO 3166-2:MY.
var States = []string{"MY-01", "MY-02", "MY-03", "MY-04", "MY-05", "MY-06", "MY-07", "MY-08", "MY-09", "MY-10", "MY-11", "MY-12",
	"MY-13", "MY-14", "MY-15", "MY-16"}

var stateNames = map[string]string{"MY-01": "Johor", "MY-02": "Kedah", "MY-03": "Kelantan", "MY-04": "Melaka", "MY-05": "Negeri Sembilan",
	"MY-06": "Pahang", "MY-07": "Pulau Pinang", "MY-08": "Perak", "MY-09": "Perlis", "MY-10": "Selangor", "MY-11": "Terengganu",
	"MY-12": "Sabah", "MY-13": "Sarawak", "MY-14": "Kuala Lumpur", "MY-15": "Labuan", "MY-16": "Putrajaya"}

// headquarters is the state whose calendar counts where nobody knows a better one.
const headquarters = "MY-16"

// Holiday is a day off in some states.
type Holiday struct {
	Date      Date     `json:"date"`
	States    []string `json:"states"` // ISO codes; "*": all
	NameMS    string   `json:"name_ms"`
	NameEN    string   `json:"name_en"`
	Kind      string   `json:"kind"`      // national, state, replacement or adhoc
	Tentative bool     `json:"tentative"` // moon, lunisolar calendar or declaration not confirmed
}

var restDay = reason.Reason{MS: "hari rehat mingguan", EN: "weekly rest day"}

func (h Holiday) reason() reason.Reason {
	r := reason.Reason{MS: "cuti: " + h.NameMS, EN: "holiday: " + h.NameEN}
	if h.Tentative {
		r.MS, r.EN = r.MS+", belum disahkan", r.EN+", not confirmed"
	}
	return r
}

// calendar is one state's.
type calendar struct {
	weekends []weekend
	close    [7]int // close of business in minutes after midnight, by weekday
	holidays map[Date][]Holiday
}

// weekend is a period with its weekly rest days, both ends inclusive.
type weekend struct {
	from, to Date
	rest     [7]bool
}

// rests says whether a day is a weekly rest day. Before the first period the first one counts.
func (c *calendar) rests(d Date) bool {
	w := &c.weekends[0]
	for i := range c.weekends {
		if d >= c.weekends[i].from {
			w = &c.weekends[i]
		}
	}
	return w.rest[d.weekday()]
}

// closes gives the close of business of a working day in minutes after midnight; ok is false on other days.
func (c *calendar) closes(d Date) (minutes int, ok bool) {
	if c.rests(d) {
		return 0, false
	}
	if _, off := c.holidays[d]; off {
		return 0, false
	}
	return c.close[d.weekday()], true
}

// WorkingDay says whether a day is a working day of a state, else why not, and when its business closes (UTC). An unknown
// or empty state is MY-16.
func (b *Book) WorkingDay(state string, d Date) (ok bool, why []reason.Reason, closes time.Time) {
	c := b.calendar(state)
	if minutes, ok := c.closes(d); ok {
		return true, nil, d.at(minutes)
	}
	if c.rests(d) {
		why = append(why, restDay)
	}
	for _, h := range c.holidays[d] {
		if r := h.reason(); !slices.Contains(why, r) {
			why = append(why, r)
		}
	}
	return false, why, time.Time{}
}

func (b *Book) calendar(state string) *calendar {
	if c := b.calendars[state]; c != nil {
		return c
	}
	return b.calendars[headquarters]
}

// With gives a book with holidays added, for days declared at short notice; the old book stays as it is. States that
// are none of States are passed over.
func (b *Book) With(holidays ...Holiday) *Book {
	out := *b
	out.calendars = make(map[string]*calendar, len(b.calendars))
	for state, c := range b.calendars {
		copied := *c
		copied.holidays = maps.Clone(c.holidays)
		out.calendars[state] = &copied
	}
	for _, h := range holidays {
		out.add(h)
	}
	return &out
}

func (b *Book) add(h Holiday) {
	for state, c := range b.calendars {
		if slices.Contains(h.States, "*") || slices.Contains(h.States, state) {
			// Clipped, because books made by With share what each other's days held before.
			c.holidays[h.Date] = append(slices.Clip(c.holidays[h.Date]), h)
		}
	}
}

// OfficeState is the state whose calendar counts: the agency's where it serves exactly one, else that of the place where
// it is known, else MY-16, headquarters (SLA.md, "Office state").
func OfficeState(agencyStates []string, placeState string) string {
	switch {
	case len(agencyStates) == 1:
		return agencyStates[0]
	case placeState != "":
		return placeState
	}
	return headquarters
}

func join(why []reason.Reason) reason.Reason {
	var ms, en []string
	for _, r := range why {
		ms, en = append(ms, r.MS), append(en, r.EN)
	}
	return reason.Reason{MS: strings.Join(ms, "; "), EN: strings.Join(en, "; ")}
}
