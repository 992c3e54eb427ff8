package open311

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"respons/internal/complaint"
	"respons/internal/table"
)

// The texts besides those of the states.
const (
	noticeCall  = "notice_call"
	noticeClaim = "notice_claim"
	callFirst   = "call_first"
)

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

var languages = []string{"ms", "en", "zh", "ta"}

// Texts are the sentences of the answers by key and language.
type Texts map[string]map[string]string

// LoadTexts reads open311.csv and notes every mistake.
func LoadTexts(fsys fs.FS, ms *table.Mistakes) Texts {
	may := map[string][]string{noticeCall: {"{call}"}, noticeClaim: {"{code}", "{number}"}, callFirst: {"{call}"}} // placeholders by text
	for _, s := range complaint.States {
		may[string(s)] = []string{"{agency}"}
	}
	texts := Texts{}
	for _, r := range table.Read(fsys, "open311.csv", append([]string{"key"}, languages...), ms) {
		key := r.Need("key")
		switch {
		case may[key] == nil:
			r.Wrong("key", "there is no text %q", key)
		case texts[key] != nil:
			r.Wrong("key", "%s has a row already", key)
		}
		texts[key] = map[string]string{}
		for _, lang := range languages {
			texts[key][lang] = r.Need(lang)
			for _, p := range placeholder.FindAllString(texts[key][lang], -1) {
				if !slices.Contains(may[key], p) {
					r.Wrong(lang, "%s stands for nothing here; there is %s", p, strings.Join(may[key], " "))
				}
			}
		}
	}
	for key := range may {
		if texts[key] == nil {
			ms.Add("open311.csv", "has no row %s", key)
		}
	}
	return texts
}

// fill gives a text in a language; values come in pairs, placeholder and value.
func (t Texts) fill(key, lang string, values ...string) string {
	return strings.NewReplacer(values...).Replace(t[key][lang])
}
