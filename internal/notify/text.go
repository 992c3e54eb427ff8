package notify

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/fault"
	"respons/internal/table"
)

// What fits on a lock screen, in characters, with every placeholder at its longest.
const (
	longestTitle = 60
	longestBody  = 180
)

// room is how many characters the value of a placeholder may take; a longer one is cut, so that a text that passed the
// check never gets too long. It also names the placeholders that there are.
var room = map[string]int{"number": 12, "agency": 60, "due": 16, "category": 45, "holiday": 60, "other": 12}

// digestRoom is the same for the digest, whose values are counts.
var digestRoom = map[string]int{"total": 4, "new": 4, "soon": 4, "late": 4}

// missing stands where a placeholder has no value, such as the agency of a complaint that still waits for one. Texts
// begin a sentence with {agency} and {category}, hence the capitals.
var missing = map[string]map[string]string{
	"agency":   {"ms": "Agensi berkenaan", "en": "The agency concerned", "zh": "有关机构", "ta": "சம்பந்தப்பட்ட துறை"},
	"holiday":  {"ms": "cuti", "en": "holiday", "zh": "假期", "ta": "விடுமுறை"},
	"category": {"ms": "Belum dikategorikan", "en": "Not yet categorised", "zh": "尚未分类", "ta": "இன்னும் வகைப்படுத்தப்படவில்லை"},
}

// The languages in which a text must exist. Everybody else reads Malay, the official language.
var (
	citizenLangs = []string{"ms", "en", "zh", "ta"}
	staffLangs   = []string{"ms", "en"}
)

// The audiences of a text. A text for staff is for each of the others but the citizen who has none of their own.
const (
	textCitizen   = "citizen"
	textSupporter = "supporter" // who follows somebody else's complaint; in the citizens' languages
	textStaff     = "staff"
)

var staffAudiences = []string{"officer", "supervisor", "parent", "oversight", "desk"}

// neutral is the event name of the text that gives nothing away; it is used for restricted complaints.
const neutral = "neutral"

// digest is the event name of the text that sums up what was gathered.
const digest = "digest"

// staffEvents are the names of texts for staff that tell of no complaint, with their placeholders.
var staffEvents = map[string]map[string]int{digest: digestRoom, AmendmentSubmitted: nil, AmendmentApproved: nil, AmendmentReturned: nil}

// roomOf gives the placeholders that the text of an event may have.
func roomOf(event string) map[string]int {
	if of, ok := staffEvents[event]; ok {
		return of
	}
	return room
}

type textKey struct{ event, audience, lang string }

type text struct{ title, body string }

// Texts holds what people are told, by event, audience and language.
type Texts struct{ of map[textKey]text }

// TextFiller gives the texts as they stand: Texts, or whatever knows the newest ones.
type TextFiller interface {
	Fill(event, audience, lang string, values map[string]string) (title, body string, err error)
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// LoadTexts reads messages.csv and notes every mistake: a text that is missing, given twice, too long for a lock screen or
// under another language than its own, an unknown placeholder or one that another language does not say, and a neutral text
// that has any.
func LoadTexts(fsys fs.FS, ms *table.Mistakes) *Texts {
	const file = "messages.csv"
	t := &Texts{of: map[textKey]text{}}
	same := translations{}
	for _, r := range table.Read(fsys, file, []string{"event", "audience", "lang", "title", "body"}, ms) {
		k := textKey{r.Need("event"), r.Need("audience"), r.Need("lang")}
		langs := staffLangs
		if k.audience == textCitizen || k.audience == textSupporter {
			langs = citizenLangs
		}
		_, twice := t.of[k]
		_, forStaff := staffEvents[k.event]
		before := len(*ms)
		switch {
		case forStaff && (k.audience == textCitizen || k.audience == textSupporter):
			r.Wrong("audience", "%s is for staff", k.event)
		case k.event != neutral && !forStaff && !slices.Contains(eventNames, k.event):
			r.Wrong("event", "there is no event %q", k.event)
		case k.audience != textCitizen && k.audience != textSupporter && k.audience != textStaff && !slices.Contains(staffAudiences, k.audience):
			r.Wrong("audience", "%q is neither citizen, supporter nor staff nor one of %v", k.audience, staffAudiences)
		case !slices.Contains(langs, k.lang):
			r.Wrong("lang", "texts for %s are in %v", k.audience, langs)
		case twice:
			r.Wrong("event", "%s for %s in %s has a text already", k.event, k.audience, k.lang)
		}
		if len(*ms) == before {
			same.check(r, "body", k, r.Get("title")+" "+r.Get("body"))
			checkScript(r, "title", r.Get("title"), k.lang)
			checkScript(r, "body", r.Get("body"), k.lang)
		}
		t.of[k] = text{title: checkText(r, "title", longestTitle, k), body: checkText(r, "body", longestBody, k)}
	}
	for _, event := range slices.Concat([]string{neutral}, slices.Sorted(maps.Keys(staffEvents)), eventNames) {
		for _, lang := range citizenLangs {
			if _, forStaff := staffEvents[event]; forStaff {
				break
			}
			t.need(file, textKey{event, textCitizen, lang}, ms)
			if slices.Contains(supporterEvents, event) {
				t.need(file, textKey{event, textSupporter, lang}, ms)
			}
		}
		for _, a := range staffAudiences {
			for _, lang := range staffLangs {
				t.need(file, textKey{event, a, lang}, ms)
			}
		}
	}
	return t
}

func (t *Texts) need(file string, k textKey, ms *table.Mistakes) {
	if _, ok := t.in(k); !ok {
		ms.Add(file, "has no text of %s for %s in %s", k.event, k.audience, k.lang)
	}
}

func checkText(r table.Row, column string, longest int, k textKey) string {
	s := r.Need(column)
	checkCharacters(r, column, s, false)
	if n := checkPlaceholders(r, column, s, roomOf(k.event), k.event); n > longest {
		r.Wrong(column, "may reach %d characters; %d fit", n, longest)
	}
	return s
}

// checkPlaceholders notes those that are not in known, every one of a neutral text, and braces left open. It gives how
// many characters the text may reach.
func checkPlaceholders(r table.Row, column, s string, known map[string]int, event string) int {
	n := utf8.RuneCountInString(s)
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		size, ok := known[m[1]]
		switch {
		case !ok:
			r.Wrong(column, "there is no placeholder %s", m[0])
		case event == neutral:
			r.Wrong(column, "a neutral text has no placeholder, not even %s", m[0])
		}
		n += size - utf8.RuneCountInString(m[0])
	}
	if strings.ContainsAny(placeholder.ReplaceAllString(s, ""), "{}") {
		r.Wrong(column, "has a brace without its partner")
	}
	return n
}

// in finds the text for exactly this language.
func (t *Texts) in(k textKey) (text, bool) {
	if x, ok := t.of[k]; ok {
		return x, true
	}
	if k.audience == textCitizen || k.audience == textSupporter {
		return text{}, false
	}
	x, ok := t.of[textKey{k.event, textStaff, k.lang}]
	return x, ok
}

// Fill gives title and body of the text of an event for an audience (citizen, supporter, officer, supervisor, parent, oversight or
// desk), in lang where that exists and in Malay otherwise. A value that is missing or empty gets a general word, one that
// is too long is cut. fault.NotFound: there is no such event or audience.
func (t *Texts) Fill(event, audience, lang string, values map[string]string) (title, body string, err error) {
	x, ok := t.in(textKey{event, audience, lang})
	if !ok {
		lang = "ms"
		x, ok = t.in(textKey{event, audience, lang})
	}
	if !ok || audience != textCitizen && audience != textSupporter && !slices.Contains(staffAudiences, audience) {
		return "", "", fault.New(fault.NotFound, "there is no text of %q for %q", event, audience)
	}
	size := roomOf(event)
	body = x.body
	if values["due"] == "" || values["due"] == none {
		if without := promise.ReplaceAllString(body, ""); strings.TrimSpace(without) != "" {
			body = strings.TrimSpace(without)
		}
	}
	return fill(x.title, lang, values, size), fill(body, lang, values, size), nil
}

// promise is a sentence that names the deadline, which is left out while none runs: a paused clock has none.
var promise = regexp.MustCompile(`\s*[^.。！？!?]*\{due\}[^.。！？!?]*[.。！？!?]`)

// none stands where a text names something that there is not.
const none = "-"

func fill(s, lang string, values map[string]string, size map[string]int) string {
	return placeholder.ReplaceAllStringFunc(s, func(p string) string {
		name := p[1 : len(p)-1]
		v := strings.Join(strings.Fields(values[name]), " ")
		if v == "" {
			if v = missing[name][lang]; v == "" {
				return "-"
			}
		}
		if r := []rune(v); len(r) > size[name] {
			return string(r[:size[name]-1]) + "…"
		}
		return v
	})
}
