package classify

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/table"
)

// emergencies finds a present danger to people. It looks for telling phrases and takes back what the words around them
// place in the past, deny or ask about.
type emergencies struct {
	phrases map[string][]danger
	calming map[string]bool
	longest map[string]int // words in the longest phrase, by its first word
}

type danger struct {
	number string // to call
	needs  []string
}

// loadEmergencies reads emergencies.csv: phrase, the number to call, words of which one must stand in the text as well
// (empty: none), and calming phrases that take an alarm back (number "-").
func loadEmergencies(fsys fs.FS, n *Normaliser, ms *table.Mistakes) *emergencies {
	e := &emergencies{phrases: map[string][]danger{}, calming: map[string]bool{}, longest: map[string]int{}}
	for _, r := range table.Read(fsys, "emergencies.csv", []string{"phrase", "number", "with"}, ms) {
		number := r.Need("number")
		if number != "-" && strings.Trim(number, "0123456789") != "" {
			r.Wrong("number", "%q is no number to call, and not -", number)
		}
		raw, read, _ := n.Normalise(r.Need("phrase"))
		for _, form := range [][]string{raw, read} {
			key := strings.Join(form, " ")
			if len(form) > 0 {
				e.longest[form[0]] = max(e.longest[form[0]], len(form))
			}
			if number == "-" {
				e.calming[key] = true
			} else {
				e.phrases[key] = append(e.phrases[key], danger{number, r.List("with")})
			}
		}
	}
	return e
}

// find gives the number to call, or "".
func (e *emergencies) find(raw, read []string) string {
	calm := e.any(raw, func(p string, _ int) bool { return e.calming[p] }) || e.any(read, func(p string, _ int) bool { return e.calming[p] })
	if calm {
		return ""
	}
	best := ""
	for _, text := range [][]string{raw, read} { // as written and as read: a short form may hide either
		e.any(text, func(p string, i int) bool {
			if past(text, i) {
				return false
			}
			for _, d := range e.phrases[p] {
				near := len(d.needs) == 0 || slices.ContainsFunc(d.needs, func(w string) bool { return slices.Contains(text, w) })
				if near && (best == "" || d.number == "999") {
					best = d.number
				}
			}
			return false
		})
	}
	return best
}

// any tries every run of words that begins like a phrase.
func (e *emergencies) any(text []string, is func(phrase string, at int) bool) bool {
	for i, first := range text {
		for size := 1; size <= e.longest[first] && i+size <= len(text); size++ {
			if is(strings.Join(text[i:i+size], " "), i) {
				return true
			}
		}
	}
	return false
}

// past says whether one of the two words before a phrase places it in the past.
func past(text []string, i int) bool {
	for _, w := range text[max(0, i-2):i] {
		if w == "pernah" || w == "dulu" || w == "last" || w == "lepas" || w == "previously" || w == "hampir" || w == "almost" {
			return true
		}
	}
	return false
}
