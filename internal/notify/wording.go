package notify

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"respons/internal/table"
)

// script is what the texts of a language are written in; the others are written in Latin letters alone.
var script = map[string]*unicode.RangeTable{"zh": unicode.Han, "ta": unicode.Tamil}

// WrongScript says what is wrong with a text that stands under the wrong language, or "": it has no letter of that
// language's script, or is in Latin letters' place and has some of another's.
func WrongScript(s, lang string) string {
	for _, of := range slices.Sorted(maps.Keys(script)) {
		has := strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(script[of], c) })
		switch {
		case of == lang && !has:
			return "is no text in " + lang + ": it has no letter of its script"
		case of != lang && has:
			return "is a text in " + of + " and stands under " + lang
		}
	}
	return ""
}

func checkScript(r table.Row, column, s, lang string) {
	if wrong := WrongScript(s, lang); wrong != "" {
		r.Wrong(column, "%s", wrong)
	}
}

// checkCharacters notes what nobody sees and phones show differently: controls and marks of direction; and line breaks
// where a text is one line.
func checkCharacters(r table.Row, column, s string, lines bool) {
	hidden := func(c rune) bool {
		// Tamil needs the two joiners.
		return c != '\n' && c != '\u200c' && c != '\u200d' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) || c == unicode.ReplacementChar
	}
	switch {
	case strings.ContainsFunc(s, hidden):
		r.Wrong(column, "has a character that nobody sees, or one that could not be read")
	case !lines && strings.Contains(s, "\n"):
		r.Wrong(column, "is more than one line")
	}
}

// translations notes texts whose placeholders are not those of the same text in the language that came first: something
// would be told in one language and not in another.
type translations map[textKey]translated

type translated struct {
	lang  string
	names []string
}

func (t translations) check(r table.Row, column string, k textKey, s string) {
	names := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		names[m[1]] = true
	}
	got := slices.Sorted(maps.Keys(names))
	lang := k.lang
	k.lang = ""
	first, there := t[k]
	if !there {
		t[k] = translated{lang, got}
		return
	}
	for _, name := range first.names {
		if !names[name] {
			r.Wrong(column, "does not say {%s}, which the text in %s says", name, first.lang)
		}
	}
	for _, name := range got {
		if !slices.Contains(first.names, name) {
			r.Wrong(column, "says {%s}, which the text in %s does not say", name, first.lang)
		}
	}
}
