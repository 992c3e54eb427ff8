package pages

import (
	"embed"
	"fmt"

	"respons/internal/table"
)

//go:embed words.csv signinwords.csv adminwords.csv amendwords.csv citizenwords.csv
var wordsFiles embed.FS

// words are the sentences of the pages by language and key: words.csv has those of the staff's pages, signinwords.csv
// those by which staff come in, adminwords.csv those of administrators and amendwords.csv those by which they change the
// reference data, citizenwords.csv those that citizens see, in more languages. They stand beside the templates that say
// them, not in configs/: neither is of use without the other.
var words = mustWords()

func mustWords() map[string]map[string]string {
	var ms table.Mistakes
	out := map[string]map[string]string{}
	for _, lang := range tongues {
		out[lang] = map[string]string{}
	}
	read := func(file string, langs []string) {
		for _, r := range table.Read(wordsFiles, file, append([]string{"key"}, langs...), &ms) {
			key := r.Need("key")
			if _, twice := out[tongues[0]][key]; twice {
				r.Wrong("key", "%s is there already", key)
			}
			for _, lang := range langs {
				out[lang][key] = r.Need(lang)
			}
		}
	}
	read("citizenwords.csv", tongues)
	read("words.csv", staffTongues)
	read("signinwords.csv", staffTongues)
	read("adminwords.csv", staffTongues)
	read("amendwords.csv", staffTongues)
	if err := ms.Err(); err != nil {
		panic("pages: " + err.Error())
	}
	return out
}

// say gives a sentence in a language, its verbs filled in. A key that is not there is a slip in the program; the page
// shows the key.
func say(lang, key string, args ...any) string {
	s, ok := words[lang][key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// choice gives one of two sentences: key.one for exactly one, else key.more, which are given the number.
func choice(lang, key string, n int) string {
	if n == 1 {
		return say(lang, key+".one", n)
	}
	return say(lang, key+".more", n)
}
