package classify

import (
	"strings"
)

// keywords finds the catalogue's telling words and phrases in a text.
type keywords struct {
	class   map[string]int // phrase of normalised words to the category's position
	longest map[string]int // words in the longest phrase, by its first word
}

func newKeywords(n *Normaliser, cat *Catalogue) *keywords {
	k := &keywords{class: map[string]int{}, longest: map[string]int{}}
	for i, c := range cat.all {
		for _, lang := range languages {
			for _, w := range c.Keywords[lang] {
				raw, read, _ := n.Normalise(w)
				for _, form := range [][]string{raw, read} {
					if len(form) == 0 {
						continue
					}
					key := strings.Join(form, " ")
					if _, had := k.class[key]; !had {
						k.class[key] = i
					}
					k.longest[form[0]] = max(k.longest[form[0]], len(form))
				}
			}
		}
	}
	return k
}

// hit is a keyword found: of which category, in which words.
type hit struct {
	class, words int
	text         string
}

// find adds the hits in a text, at each place the longest.
func (k *keywords) find(text sentence, hits []hit) []hit {
	for i := 0; i < len(text.words); {
		used := 1
		for size := min(k.longest[text.words[i]], len(text.words)-i); size > 0; size-- {
			phrase := text.run(i, size)
			if class, ok := k.class[phrase]; ok {
				hits = append(hits, hit{class, size, phrase})
				used = size
				break
			}
		}
		i += used
	}
	return hits
}
