package sla

import (
	"fmt"
	"strings"
	"time"

	"respons/internal/reason"
)

// Explanation is a deadline with its derivation, made by the code that computes it.
type Explanation struct {
	Start   time.Time `json:"start"`
	State   string    `json:"state"` // whose calendar was used
	Target  Target    `json:"target"`
	Percent int       `json:"percent"`
	Due     time.Time `json:"due,omitzero"`
	OK      bool      `json:"ok"` // false: no due time, because a pause lasts
	Steps   []Step    `json:"steps"`
}

// Step is one day on the way to a working-day deadline, or one pause on the way to a wall deadline.
type Step struct {
	Date    Date          `json:"date"`
	Close   time.Time     `json:"close,omitzero"` // close of business; zero on a day off and for a wall target
	Counted bool          `json:"counted"`
	N       int           `json:"n,omitempty"`   // how many have counted, this one included
	From    time.Time     `json:"from,omitzero"` // of a pause of a wall target
	To      time.Time     `json:"to,omitzero"`
	Why     reason.Reason `json:"why,omitzero"` // why it did not count, or what to know about one that did
}

// Explain derives what Due computes.
func (b *Book) Explain(t Target, state string, start time.Time, pauses []Pause, percent int) Explanation {
	if b.calendars[state] == nil {
		state = headquarters
	}
	x := Explanation{Start: start.UTC(), State: state, Target: t, Percent: percent, Steps: []Step{}}
	pauses = tidy(start, pauses)
	x.Due, x.OK = b.reach(t, state, start, pauses, percent, func(s Step) { x.Steps = append(x.Steps, s) })
	if lasts(pauses) {
		x.Due, x.OK = time.Time{}, false
	}
	return x
}

// Sentence says the derivation to a person, in Malay or, with lang "en", in English.
func (x Explanation) Sentence(lang string) string {
	en := lang == "en"
	say := func(inMS, inEN string) string {
		if en {
			return inEN
		}
		return inMS
	}
	var b strings.Builder
	if x.OK {
		fmt.Fprintf(&b, say("Tarikh akhir %s", "Due %s"), moment(x.Due, en))
	} else {
		b.WriteString(say("Tiada tarikh akhir selagi jam dihentikan", "No due time while the clock is paused"))
	}
	share := ""
	if x.Percent != 100 {
		share = fmt.Sprintf(say("%d%% daripada ", "%d%% of "), x.Percent)
	}
	if x.Target.Kind == Wall {
		fmt.Fprintf(&b, say(": %s%s siang dan malam sejak %s", ": %s%s, day and night, since %s"), share, hours(x.Target.Wall, en), moment(x.Start, en))
	} else {
		fmt.Fprintf(&b, say(": %s%d hari bekerja (%s) selepas %s", ": %s%d working days (%s) after %s"), share, x.Target.Days, x.State, moment(x.Start, en))
	}
	var counted, left []string
	for _, s := range x.Steps {
		switch {
		case s.Counted:
			counted = append(counted, day(s.Date, en))
		case s.From.IsZero():
			left = append(left, fmt.Sprintf("%s (%s)", day(s.Date, en), s.Why.In(lang)))
		default:
			to := say("kini", "now")
			if !s.To.IsZero() {
				to = moment(s.To, en)
			}
			left = append(left, fmt.Sprintf("%s – %s (%s)", moment(s.From, en), to, s.Why.In(lang)))
		}
	}
	if len(counted) > 0 {
		b.WriteString(say("; dikira: ", "; counted: ") + strings.Join(counted, ", "))
	}
	if len(left) > 0 {
		b.WriteString(say("; tidak dikira: ", "; not counted: ") + strings.Join(left, ", "))
	}
	return b.String() + "."
}

var (
	daysMS   = []string{"Ahad", "Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu"}
	daysEN   = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	monthsMS = []string{"Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ogos", "Sep", "Okt", "Nov", "Dis"}
)

func day(d Date, en bool) string {
	t := time.Unix(int64(d)*86400, 0).UTC()
	if en {
		return fmt.Sprintf("%s %d %s %d", daysEN[d.weekday()], t.Day(), t.Month().String()[:3], t.Year())
	}
	return fmt.Sprintf("%s %d %s %d", daysMS[d.weekday()], t.Day(), monthsMS[t.Month()-1], t.Year())
}

func moment(at time.Time, en bool) string {
	return day(DateOf(at), en) + " " + at.In(zone).Format("15:04")
}

func hours(d time.Duration, en bool) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case m == 0 && en:
		return fmt.Sprintf("%d hours", h)
	case m == 0:
		return fmt.Sprintf("%d jam", h)
	case en:
		return fmt.Sprintf("%d h %d min", h, m)
	}
	return fmt.Sprintf("%d jam %d minit", h, m)
}
