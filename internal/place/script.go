package place

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// script is a way of writing that is read without the bounds of Latin words.
type script uint8

const (
	noScript script = iota
	han
	tamil
)

// scripts are names in Chinese and Tamil by their first character, the longest first.
type scripts map[rune][]written

type written struct {
	stem string
	name int32
}

// scriptOf gives the script that a name has letters of.
func scriptOf(name string) script {
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Han, r):
			return han
		case unicode.Is(unicode.Tamil, r):
			return tamil
		}
	}
	return noScript
}

// Tamil vowel signs and the dot that mutes a consonant, which change or go when a case ending follows: கிள்ளான்,
// கிள்ளானில்.
const tamilEndings = "்ு"

// add notes a name and gives its entry in all.
func (s *scripts) add(called string, all *names) int32 {
	if *s == nil {
		*s = scripts{}
	}
	stem := strings.TrimSpace(called)
	if scriptOf(stem) == tamil {
		if last, size := utf8.DecodeLastRuneInString(stem); strings.ContainsRune(tamilEndings, last) {
			stem = stem[:len(stem)-size]
		}
		if cut := strings.TrimSuffix(stem, "ம"); cut != stem && utf8.RuneCountInString(cut) >= 4 {
			stem = cut // ஆலம், ஆலத்தில்
		}
	}
	head, _ := utf8.DecodeRuneInString(stem)
	for _, w := range (*s)[head] {
		if w.stem == stem {
			return w.name
		}
	}
	n := int32(len(all.all))
	all.all = append(all.all, name{})
	list := append((*s)[head], written{stem, n})
	slices.SortStableFunc(list, func(a, b written) int { return len(b.stem) - len(a.stem) })
	(*s)[head] = list
	return n
}

// each calls found for every name in text, at each place the longest, with its byte offsets.
func (s scripts) each(text string, found func(name int32, from, to int)) {
	before := rune(0)
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if r >= 0x0B80 && !(isTamil(r) && isTamil(before)) { // a Tamil name begins with its word
			for _, w := range s[r] {
				if strings.HasPrefix(text[i:], w.stem) {
					found(w.name, i, i+len(w.stem))
					size = len(w.stem)
					r, _ = utf8.DecodeLastRuneInString(w.stem)
					break
				}
			}
		}
		before = r
		i += size
	}
}

func isTamil(r rune) bool { return r >= 0x0B80 && r <= 0x0BFF }
