package sla

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"respons/internal/reason"
)

// Sentence says the derivation to a person, in Malay or, with lang "en", in English. Days that follow each other for one
// reason are said as a span.
func (x Explanation) Sentence(lang string) string {
	say := func(ms, en string) string { return reason.Reason{MS: ms, EN: en}.In(lang) }
	en := lang == "en"
	if x.Target.Kind == "" {
		return say("Jam ini tidak berjalan bagi kelas ini.", "This clock does not run for this class.")
	}
	var b strings.Builder
	share := ""
	if x.Percent != 100 {
		share = fmt.Sprintf(say("%d%% daripada ", "%d%% of "), x.Percent)
	}
	switch {
	case !x.OK:
		b.WriteString(say("Tiada tarikh akhir selagi jam dihentikan", "No due time while the clock is paused"))
	case x.Percent == 100:
		b.WriteString(say("Tarikh akhir ", "Due ") + moment(x.Due, en))
	default:
		b.WriteString(say("Dicapai ", "Reached ") + moment(x.Due, en))
	}
	if x.Target.Kind == Wall {
		fmt.Fprintf(&b, say(": %s%s siang dan malam sejak %s", ": %s%s, day and night, since %s"), share, length(x.Target.Wall, en), moment(x.Start, en))
	} else {
		fmt.Fprintf(&b, say(": %s%s (%s) selepas %s", ": %s%s (%s) after %s"), share,
			count(x.Target.Days, say("hari bekerja", "working day"), en), stateNames[x.State], moment(x.Start, en))
	}
	counted, left, notes := x.parts(lang)
	for _, part := range []struct {
		head string
		list []string
	}{{say("dikira", "counted"), counted}, {say("tidak dikira", "not counted"), left}, {say("perhatian", "note"), notes}} {
		if len(part.list) > 0 {
			b.WriteString("; " + part.head + ": " + strings.Join(part.list, ", "))
		}
	}
	return b.String() + "."
}

// parts sorts the steps into what counted, what did not with its reason, and what to know about days that counted.
func (x Explanation) parts(lang string) (counted, left, notes []string) {
	en := lang == "en"
	for i := 0; i < len(x.Steps); {
		first := x.Steps[i]
		if !first.From.IsZero() { // a pause
			to := "kini"
			if en {
				to = "now"
			}
			if !first.To.IsZero() {
				to = moment(first.To, en)
			}
			left = append(left, fmt.Sprintf("%s – %s (%s)", moment(first.From, en), to, first.Why.In(lang)))
			i++
			continue
		}
		last := first
		for i++; i < len(x.Steps) && x.Steps[i].Counted == first.Counted && x.Steps[i].Why == first.Why; i++ {
			last = x.Steps[i]
		}
		span := day(first.Date, en)
		if last.Date != first.Date {
			span += " – " + day(last.Date, en)
		}
		note := first.Why.In(lang)
		if !first.Counted {
			left = append(left, fmt.Sprintf("%s (%s)", span, note))
			continue
		}
		counted = append(counted, span)
		if note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return counted, left, notes
}

var (
	daysMS   = []string{"Ahad", "Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu"}
	daysEN   = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	monthsMS = []string{"Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ogos", "Sep", "Okt", "Nov", "Dis"}
)

func day(d Date, en bool) string {
	t := time.Unix(int64(d)*86400, 0).UTC()
	weekday, month := daysMS[d.weekday()], monthsMS[t.Month()-1]
	if en {
		weekday, month = daysEN[d.weekday()], t.Month().String()[:3]
	}
	return fmt.Sprintf("%s %d %s %d", weekday, t.Day(), month, t.Year())
}

func moment(at time.Time, en bool) string {
	return day(DateOf(at), en) + " " + at.In(zone).Format("15:04")
}

// length says a wall target in hours, minutes and seconds, as charters do: 48 hours, not 2 days.
func length(d time.Duration, en bool) string {
	units := []string{"jam", "minit", "saat"}
	if en {
		units = []string{"hour", "minute", "second"}
	}
	var out []string
	for i, size := range []time.Duration{time.Hour, time.Minute, time.Second} {
		if n := int(d / size); n > 0 {
			out = append(out, count(n, units[i], en))
		}
		d %= size
	}
	if len(out) == 0 {
		return count(0, units[0], en)
	}
	return strings.Join(out, " ")
}

func count(n int, thing string, en bool) string {
	if en && n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
