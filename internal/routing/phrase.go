package routing

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a text, in lower case, with its byte range there. In scripts written without spaces (Chinese) or
// with endings grown onto the word (Tamil) every letter counts as a word, so that a phrase is found inside a longer one.
type word struct {
	text     string
	from, to int
	capitals bool // typed in capitals throughout, one letter at least
}

// wordsOf splits a text into words of letters and digits. Everything else only separates.
func wordsOf(text string, into []word) []word {
	start, capitals, letters := -1, true, 0
	end := func(at int) {
		if start >= 0 {
			into = append(into, word{strings.ToLower(text[start:at]), start, at, capitals && letters > 0})
		}
		start, capitals, letters = -1, true, 0
	}
	for i, r := range text {
		if r < utf8.RuneSelf {
			switch {
			case 'a' <= r && r <= 'z':
				capitals, letters = false, letters+1
			case 'A' <= r && r <= 'Z':
				letters++
			case '0' <= r && r <= '9':
			default:
				end(i)
				continue
			}
			if start < 0 {
				start = i
			}
			continue
		}
		switch {
		case unicode.Is(unicode.Latin, r):
			if start < 0 {
				start = i
			}
			capitals, letters = capitals && unicode.IsUpper(r), letters+1
		case unicode.IsLetter(r) || unicode.IsMark(r):
			end(i)
			into = append(into, word{text: text[i : i+utf8.RuneLen(r)], from: i, to: i + utf8.RuneLen(r)})
		default:
			end(i)
		}
	}
	end(len(text))
	return into
}

// phrases is a trie of word sequences, each with a number given by the caller.
type phrases struct {
	first map[string]int32 // from the root: most words of a text begin no phrase and end here
	next  map[step]int32
	ends  map[int32][]int32 // node to the numbers of the phrases that end there
	size  int32
}

type step struct {
	node int32
	word string
}

// hit is one phrase found: words[from:to] of the text.
type hit struct {
	id       int32
	from, to int
}

func newPhrases() *phrases {
	return &phrases{first: map[string]int32{}, next: map[step]int32{}, ends: map[int32][]int32{}}
}

// add enters a phrase under a number and reports whether it has any word at all.
func (p *phrases) add(phrase string, id int32) bool {
	node := int32(0)
	for _, w := range wordsOf(phrase, nil) {
		to, ok := p.after(node, w.text)
		if !ok {
			p.size++
			to = p.size
			if node == 0 {
				p.first[w.text] = to
			} else {
				p.next[step{node, w.text}] = to
			}
		}
		node = to
	}
	if node == 0 {
		return false
	}
	p.ends[node] = append(p.ends[node], id)
	return true
}

// after is the node that a word leads to.
func (p *phrases) after(node int32, word string) (to int32, ok bool) {
	if node == 0 {
		to, ok = p.first[word]
	} else {
		to, ok = p.next[step{node, word}]
	}
	return to, ok
}

// find gives every phrase in the text, shorter ones inside longer ones too, in order of their first word.
func (p *phrases) find(text []word, into []hit) []hit {
	for i := range text {
		node := int32(0)
		for j := i; j < len(text); j++ {
			to, ok := p.after(node, text[j].text)
			if !ok {
				break
			}
			node = to
			for _, id := range p.ends[node] {
				into = append(into, hit{id, i, j + 1})
			}
		}
	}
	return into
}

// bits is a set of small numbers.
type bits []uint64

func (b bits) set(i int32) { b[i/64] |= 1 << (i % 64) }

func (b bits) has(i int32) bool { return int(i/64) < len(b) && b[i/64]&(1<<(i%64)) != 0 }
