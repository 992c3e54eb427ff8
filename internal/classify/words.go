package classify

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// sentence is the words of a text. They also lie in one line with a space around each, so that a run of words is looked
// up as it stands there.
type sentence struct {
	words []string
	line  string  // every word after a space, and a space at the end
	at    []int32 // where each word begins in the line
}

// run is size words from word i on, joined by spaces.
func (s sentence) run(i, size int) string {
	last := i + size - 1
	return s.line[s.at[i] : int(s.at[last])+len(s.words[last])]
}

// text is all the words, joined by spaces.
func (s sentence) text() string {
	if len(s.words) == 0 {
		return ""
	}
	return s.run(0, len(s.words))
}

// sentenceOf puts words in a row.
func sentenceOf(words []string) sentence {
	size := 1
	for _, w := range words {
		size += len(w) + 1
	}
	line, at := append(make([]byte, 0, size), ' '), make([]int32, len(words))
	for i, w := range words {
		at[i] = int32(len(line))
		line = append(append(line, w...), ' ')
	}
	return sentence{words: words, line: string(line), at: at}
}

// words splits a text into lower-case words, NFC, with letters repeated more than twice cut to one: tolonggg. Chinese
// characters stand each for itself.
func words(text string) sentence {
	line, at := append(make([]byte, 0, len(text)+len(text)/8+16), ' '), make([]int32, 0, 32)
	begin := 1 // of the word that is being read
	flush := func() {
		if len(line) > begin {
			at = append(at, int32(begin))
			line = append(line, ' ')
			begin = len(line)
		}
	}
	var last rune
	run := 0
	for _, r := range norm.NFC.String(text) {
		inWord := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' // most of what is written
		if !inWord {
			r = unicode.ToLower(r)
			inWord = r >= 'a' && r <= 'z' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
		}
		switch {
		case r >= 0x2E80 && unicode.Is(unicode.Han, r):
			flush()
			line = utf8.AppendRune(line, r)
			flush()
			last = 0
		case inWord:
			if r == last {
				run++
			} else {
				last, run = r, 1
			}
			switch {
			case run <= 2 || unicode.IsDigit(r):
				line = utf8.AppendRune(line, r)
			case run == 3: // the second goes as well
				line = line[:len(line)-utf8.RuneLen(r)]
			}
		default:
			last = 0
			flush()
		}
	}
	flush()
	s := sentence{words: make([]string, len(at)), line: string(line), at: at}
	for i, from := range at {
		to := len(s.line) - 1
		if i+1 < len(at) {
			to = int(at[i+1]) - 1
		}
		s.words[i] = s.line[from:to]
	}
	return s
}
