package insult

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/table"
)

// languages are those of the list: the four of the product, and the dialects of Malay.
var languages = []string{"ms", "en", "zh", "ta", "kelantan", "terengganu", "utara", "sarawak", "sabah", "n9", "perak", "pahang"}

// Load reads insults.csv and notes every mistake: word or phrase, language or dialect. Chinese ones are found inside
// longer runs of characters, all others only as whole words.
func Load(fsys fs.FS, ms *table.Mistakes) *List {
	l := &List{phrases: map[string]bool{}, longest: map[string]int{}}
	for _, r := range table.Read(fsys, "insults.csv", []string{"word", "lang"}, ms) {
		word := r.Need("word")
		var key []string
		for _, t := range split(word) {
			key = append(key, t.plain)
		}
		phrase := strings.Join(key, " ")
		switch {
		case word == "":
		case phrase == "":
			r.Wrong("word", "%q has no letter", word)
		case l.phrases[phrase]:
			r.Wrong("word", "%q has a row already", word)
		case len(key) == 1 && utf8.RuneCountInString(phrase) < 3 && key[0][0] < utf8.RuneSelf:
			r.Wrong("word", "%q is too short: it would be found in ordinary texts", word)
		}
		if lang := r.Need("lang"); lang != "" && !slices.Contains(languages, lang) {
			r.Wrong("lang", "%q is none of %s", lang, strings.Join(languages, ", "))
		}
		if len(key) > 0 {
			l.phrases[phrase] = true
			l.longest[key[0]] = max(l.longest[key[0]], len(key))
		}
	}
	return l
}
