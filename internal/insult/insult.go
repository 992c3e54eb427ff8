// Package insult hides insults where people read texts. What is stored, routed and timed is the text as it is: a rude
// complaint is a complaint.
package insult

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// List is the insults that are hidden. It does not change, so any number of goroutines may use it; a nil List hides none.
type List struct {
	phrases map[string]bool // words in plain form, joined by spaces
	longest map[string]int  // words in the longest phrase, by its first word
}

// Mask gives the text with the middle of every insult starred out: b***h. hidden says whether there was any.
func (l *List) Mask(text string) (masked string, hidden bool) {
	if l == nil {
		return text, false
	}
	var b strings.Builder
	done := 0 // bytes of text that b has
	words := split(text)
	for i := 0; i < len(words); {
		size := l.at(words[i:])
		for n, w := range words[i : i+size] {
			b.WriteString(text[done:w.from])
			if written := text[w.from:w.to]; n == 0 && size > 1 && isHan(written) {
				b.WriteString(written) // the first of several characters is as the first letter of a word
			} else {
				b.WriteString(starred(written))
			}
			done = w.to
		}
		i += max(size, 1)
	}
	if done == 0 {
		return text, false
	}
	return b.String() + text[done:], true
}

// at gives how many words the longest insult has that the words begin with; 0: they begin with none.
func (l *List) at(words []word) int {
	for _, first := range words[0].forms() {
		for size := min(l.longest[first], len(words)); size > 0; size-- {
			phrase := first
			for _, w := range words[1:size] {
				phrase += " " + w.plain
			}
			if l.phrases[phrase] {
				return size
			}
		}
	}
	return 0
}

// starred leaves the first and the last letter with their signs; of two letters, and of one that stands for a word, less.
func starred(word string) string {
	var letters []string
	for _, r := range word {
		if n := len(letters); n > 0 && unicode.IsMark(r) {
			letters[n-1] += string(r) // a vowel sign of Tamil belongs to the letter before
		} else {
			letters = append(letters, string(r))
		}
	}
	last := len(letters) - 1
	if last == 0 {
		return "*"
	}
	if last == 1 {
		return letters[0] + "*"
	}
	return letters[0] + strings.Repeat("*", last-1) + letters[last]
}

// word is a word of a text and where it stands, in bytes.
type word struct {
	from, to int
	plain    string // small letters, digits read as the letters they stand for
}

// split cuts a text into words; each Chinese character is one.
func split(text string) (out []word) {
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, word{start, end, plain(text[start:end])})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case isHan(string(r)):
			flush(i)
			out = append(out, word{i, i + utf8.RuneLen(r), string(r)})
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	return out
}

func isHan(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}

// lookalikes are digits that people write for letters; only within words: b0d0h.
var lookalikes = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s")

func plain(w string) string {
	w = strings.ToLower(w)
	if strings.ContainsAny(w, "013456789") && strings.ContainsFunc(w, unicode.IsLetter) {
		return lookalikes.Replace(w)
	}
	return w
}

// endings are particles that are written in one with the word before.
var endings = []string{"nya", "lah", "la", "kau", "punya", "betul"}

// forms are the words that a written one may be: as it is, without stretched letters, without an ending.
func (w word) forms() []string {
	out := []string{w.plain}
	if once, twice := squeezed(w.plain, 1), squeezed(w.plain, 2); twice != w.plain {
		out = append(out, twice, once)
	}
	for _, f := range out[:len(out):len(out)] {
		for _, e := range endings {
			if base, ok := strings.CutSuffix(f, e); ok && len(base) > 3 {
				out = append(out, base)
			}
		}
	}
	return out
}

// squeezed cuts every run of one letter that is longer than two to so many.
func squeezed(w string, to int) string {
	runes := []rune(w)
	var b strings.Builder
	for i := 0; i < len(runes); {
		end := i
		for end < len(runes) && runes[end] == runes[i] {
			end++
		}
		keep := end - i
		if keep > 2 {
			keep = to
		}
		b.WriteString(strings.Repeat(string(runes[i]), keep))
		i = end
	}
	return b.String()
}
