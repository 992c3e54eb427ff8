package notify

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/fault"
	"respons/internal/table"
)

// mostSegments is how many segments a text message may take; each is paid for.
const mostSegments = 2

// smsRoom is how many characters a value may take in a text message. The agency is its code: names are too long.
var smsRoom = map[string]int{"number": 12, "agency": 15, "due": 16}

// SMSFiller is TextFiller for text messages.
type SMSFiller interface {
	Fill(event, lang string, values map[string]string) (string, error)
}

// SMSTexts holds the text messages to citizens, by event and language.
type SMSTexts struct{ of map[textKey]string }

// LoadSMS reads sms.csv and notes every mistake: a text that is missing for an event that rules send by SMS or let fall
// back to it, given twice, an unknown placeholder, and one that may take more than two segments.
func LoadSMS(fsys fs.FS, rules Rules, ms *table.Mistakes) *SMSTexts {
	const file = "sms.csv"
	t := &SMSTexts{of: map[textKey]string{}}
	same := translations{}
	for _, r := range table.Read(fsys, file, []string{"event", "lang", "text"}, ms) {
		k := textKey{r.Need("event"), textCitizen, r.Need("lang")}
		_, twice := t.of[k]
		before := len(*ms)
		switch {
		case k.event != neutral && !slices.Contains(eventNames, k.event):
			r.Wrong("event", "there is no event %q", k.event)
		case !slices.Contains(citizenLangs, k.lang):
			r.Wrong("lang", "texts for citizens are in %v", citizenLangs)
		case twice:
			r.Wrong("event", "%s in %s has a text already", k.event, k.lang)
		}
		s := r.Need("text")
		if len(*ms) == before {
			checkScript(r, "text", s, k.lang)
			same.check(r, "text", k, s)
		}
		checkCharacters(r, "text", s, false)
		checkPlaceholders(r, "text", s, smsRoom, k.event)
		longest := placeholder.ReplaceAllStringFunc(s, func(p string) string { return strings.Repeat("0", smsRoom[p[1:len(p)-1]]) })
		if n, size := Segments(longest), len(gsmOr16(longest)); n > mostSegments {
			r.Wrong("text", "may take %d segments (%d characters of its alphabet); %d are paid for", n, size, mostSegments)
		}
		t.of[k] = s
	}
	for _, event := range append([]string{neutral}, eventNames...) {
		if event != neutral && !rules.textable(event) {
			continue
		}
		for _, lang := range citizenLangs {
			if _, ok := t.of[textKey{event, textCitizen, lang}]; !ok {
				ms.Add(file, "has no text of %s in %s, which notices.csv lets go out by SMS", event, lang)
			}
		}
	}
	return t
}

// textable says whether an event may go out to citizens by SMS.
func (rs Rules) textable(event string) bool {
	return slices.ContainsFunc(rs[event], func(r Rule) bool {
		return r.Audience == "citizen" && (r.Fallback > 0 || slices.Contains(r.Channels, SMS))
	})
}

// Fill gives the text message of an event, in lang where that exists and in Malay otherwise; fault.NotFound.
func (t *SMSTexts) Fill(event, lang string, values map[string]string) (string, error) {
	s, ok := t.of[textKey{event, textCitizen, lang}]
	if !ok {
		lang = "ms"
		if s, ok = t.of[textKey{event, textCitizen, lang}]; !ok {
			return "", fault.New(fault.NotFound, "there is no text message of %q", event)
		}
	}
	return placeholder.ReplaceAllStringFunc(s, func(p string) string {
		name := p[1 : len(p)-1]
		v := strings.Join(strings.Fields(values[name]), " ")
		if v == "" {
			return "-"
		}
		if r := []rune(v); len(r) > smsRoom[name] {
			return string(r[:smsRoom[name]])
		}
		return v
	}), nil
}
