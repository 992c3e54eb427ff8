package notify

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/fault"
	"respons/internal/table"
)

// Limits of what a lock screen shows, in characters, after the placeholders are filled.
const (
	maxTitle = 60
	maxBody  = 180
)

// Texts are the words of every message.
type Texts struct {
	by map[textKey]text
}

type textKey struct{ event, audience, lang string }

type text struct{ title, body string }

// textAudiences are those that texts are written for, with the languages each must have.
var textAudiences = map[string][]string{"citizen": {"ms", "en", "zh", "ta"}, "officer": {"ms", "en"}, "supervisor": {"ms", "en"},
	"parent": {"ms", "en"}, "oversight": {"ms", "en"}, "desk": {"ms", "en"}}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// placeholders with the length, in characters, that the longest usual value takes.
var placeholders = map[string]int{"{number}": 12, "{agency}": 60, "{due}": 16, "{category}": 40}

// LoadTexts reads messages.csv and notes every mistake: a text that is missing, twice there, too long or has a
// placeholder that nobody fills.
func LoadTexts(fsys fs.FS, ms *table.Mistakes) *Texts {
	const file = "messages.csv"
	t := &Texts{by: map[textKey]text{}}
	for _, r := range table.Read(fsys, file, []string{"event", "audience", "lang", "title", "body"}, ms) {
		key := textKey{r.Need("event"), r.Need("audience"), r.Need("lang")}
		switch _, twice := t.by[key]; {
		case twice:
			r.Wrong("event", "this text stands in an earlier row already")
		case !slices.Contains(eventNames, key.event) && key.event != "neutral":
			r.Wrong("event", "there is no event %q", key.event)
		case !slices.Contains(textAudiences[key.audience], key.lang):
			r.Wrong("audience", "no text is wanted for %q in %q", key.audience, key.lang)
		}
		x := text{r.Need("title"), r.Need("body")}
		checkText(r, "title", x.title, maxTitle)
		checkText(r, "body", x.body, maxBody)
		t.by[key] = x
	}
	for _, event := range append(slices.Clone(eventNames), "neutral") {
		for audience, langs := range textAudiences {
			for _, lang := range langs {
				if _, ok := t.by[textKey{event, audience, lang}]; !ok {
					ms.Add(file, "the text of %s for %s in %s is missing", event, audience, lang)
				}
			}
		}
	}
	return t
}

func checkText(r table.Row, column, s string, limit int) {
	n := utf8.RuneCountInString(s)
	for _, p := range placeholder.FindAllString(s, -1) {
		width, ok := placeholders[p]
		if !ok {
			r.Wrong(column, "nobody fills %s; there are {number}, {agency}, {due}, {category}", p)
		}
		n += width - utf8.RuneCountInString(p)
	}
	if n > limit {
		r.Wrong(column, "comes to %d characters when filled; a lock screen shows %d", n, limit)
	}
}

// Fill gives title and body with the placeholders filled; a language without a text reads Malay. A body that a very long
// name makes too long is cut with an ellipsis. fault.NotFound: there is no such text, which LoadTexts rules out.
func (t *Texts) Fill(event, audience, lang string, values map[string]string) (title, body string, err error) {
	x, ok := t.by[textKey{event, audience, lang}]
	if !ok {
		if x, ok = t.by[textKey{event, audience, "ms"}]; !ok {
			return "", "", fault.New(fault.NotFound, "there is no text of %s for %s", event, audience)
		}
	}
	fill := func(s string, limit int) string {
		s = placeholder.ReplaceAllStringFunc(s, func(p string) string { return values[strings.Trim(p, "{}")] })
		if utf8.RuneCountInString(s) > limit {
			s = string([]rune(s)[:limit-1]) + "…"
		}
		return s
	}
	return fill(x.title, maxTitle), fill(x.body, maxBody), nil
}
