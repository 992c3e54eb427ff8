package classify

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/table"
)

// emergencies finds a present danger to people. It looks for telling phrases, and for matters that are a danger by
// themselves, and takes back what the words around them place in the past, deny or ask about.
type emergencies struct {
	phrases map[string][]danger
	matters map[string][]danger // by category
	always  []int               // classes of matters that are a danger in any words
	stirred map[string][]int    // of those that need words beside them, by the first of these words
	foreign map[string][]int    // the same by the whole of a need in Chinese or Tamil, which may be part of a longer word
	calming map[string]bool
	longest map[string]int // words in the longest phrase, by its first word
}

type danger struct {
	number string // to call
	needs  []string
}

const (
	dangerousFrom = 0.6 // how likely the dangerous matters must be together for an alarm without a phrase
	harmlessFrom  = 0.9 // from here on a matter that has no row is harmless whatever phrase stands in the text
	selfHarm      = "15555"
)

// loadEmergencies reads emergencies.csv: phrase, the number to call, words or phrases of which one must stand in the text
// as well (empty: none), and calming phrases that take an alarm back (number "-"). A phrase that is @ and a category
// stands for every text about that matter.
func loadEmergencies(fsys fs.FS, n *Normaliser, cat *Catalogue, ms *table.Mistakes) *emergencies {
	e := &emergencies{phrases: map[string][]danger{}, matters: map[string][]danger{}, stirred: map[string][]int{}, foreign: map[string][]int{},
		calming: map[string]bool{}, longest: map[string]int{}}
	for _, r := range table.Read(fsys, "emergencies.csv", []string{"phrase", "number", "with"}, ms) {
		number, phrase := r.Need("number"), r.Need("phrase")
		if number != "-" && strings.Trim(number, "0123456789") != "" {
			r.Wrong("number", "%q is no number to call, and not -", number)
		}
		d := danger{number: number}
		for _, w := range r.List("with") {
			raw, read, _ := n.Normalise(w)
			for _, form := range [][]string{raw, read} {
				if key := strings.Join(form, " "); key != "" && !slices.Contains(d.needs, key) {
					d.needs = append(d.needs, key)
				}
			}
		}
		if code, ok := strings.CutPrefix(phrase, "@"); ok {
			class, known := cat.code[code]
			if !known {
				r.Wrong("phrase", "there is no category %q", code)
			}
			e.matters[code] = append(e.matters[code], d)
			e.index(d, class)
			continue
		}
		raw, read, _ := n.Normalise(phrase)
		for _, form := range [][]string{raw, read} {
			key := strings.Join(form, " ")
			if len(form) > 0 {
				e.longest[form[0]] = max(e.longest[form[0]], len(form))
			}
			if number == "-" {
				e.calming[key] = true
			} else {
				e.phrases[key] = append(e.phrases[key], d)
			}
		}
	}
	return e
}

// index notes by which words possible finds the class of a matter.
func (e *emergencies) index(d danger, class int) {
	add := func(list []int) []int {
		if slices.Contains(list, class) {
			return list
		}
		return append(list, class)
	}
	if len(d.needs) == 0 {
		e.always = add(e.always)
	}
	for _, need := range d.needs {
		if first, _, _ := strings.Cut(need, " "); need[0] < utf8.RuneSelf {
			e.stirred[first] = add(e.stirred[first])
		} else {
			e.foreign[need] = add(e.foreign[need])
		}
	}
}

// find gives the number to call, or "". 999 goes before the others. A phrase about something else (a tree that would not
// come to life, a clerk one could kill) counts for nothing where the matter is sure and harmless; who wants to die is
// heard whatever the matter.
func (e *emergencies) find(raw, read sentence, matters []Scored, recordType string) string {
	if _, calm := e.hears(raw, read); calm {
		return ""
	}
	harmless := len(matters) > 0 && matters[0].P >= harmlessFrom && e.matters[matters[0].Code] == nil
	texts := [2]string{raw.line, read.line}
	best := ""
	for _, text := range []sentence{raw, read} { // as written and as read: a short form may hide either
		e.any(text, func(p string, i int) bool {
			if !past(text.words, i) {
				for _, d := range e.phrases[p] {
					if (best == "" || d.number == "999") && (!harmless || d.number == selfHarm) && d.met(texts) {
						best = d.number
					}
				}
			}
			return false
		})
	}
	if best == "999" || recordType != "aduan" {
		return best
	}
	if number := e.ofMatter(matters, texts); best == "" || number == "999" {
		best = number
	}
	return best
}

// ofMatter adds up the matters that are a danger by themselves.
func (e *emergencies) ofMatter(matters []Scored, texts [2]string) string {
	sum, own := 0.0, map[string]float64{}
	for _, m := range matters {
		number := ""
		for _, d := range e.matters[m.Code] {
			if (number == "" || d.number == "999") && d.met(texts) {
				number = d.number
			}
		}
		if number != "" {
			sum += m.P
			own[number] += m.P
		}
	}
	if sum < dangerousFrom {
		return ""
	}
	best := ""
	for number, p := range own {
		if p > own[best] || p == own[best] && number < best {
			best = number
		}
	}
	return best
}

// met says whether one of the words stands in the text that must stand there as well. Chinese and Tamil ones may be part
// of a longer word.
func (d danger) met(texts [2]string) bool {
	if len(d.needs) == 0 {
		return true
	}
	for _, w := range d.needs {
		if w[0] < utf8.RuneSelf {
			w = " " + w + " "
		}
		if strings.Contains(texts[0], w) || strings.Contains(texts[1], w) {
			return true
		}
	}
	return false
}

// hears says whether a phrase of danger stands in the text, whatever stands around it, and whether another takes every
// alarm back.
func (e *emergencies) hears(raw, read sentence) (danger, calm bool) {
	look := func(p string, _ int) bool {
		danger = danger || e.phrases[p] != nil
		calm = e.calming[p]
		return calm
	}
	calm = e.any(raw, look) || e.any(read, look)
	return danger, calm
}

// any tries every run of words that begins like a phrase.
func (e *emergencies) any(text sentence, is func(phrase string, at int) bool) bool {
	for i, first := range text.words {
		for size := 1; size <= e.longest[first] && i+size <= len(text.words); size++ {
			if is(text.run(i, size), i) {
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
