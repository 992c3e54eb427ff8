package classify

import (
	"unicode/utf8"
)

// buckets is how many hashed features there are.
const buckets = 1 << 15

// features lists the hashed features of a text: words, pairs of neighbouring words and runs of three to five letters,
// of the text as read; words also as written. Each stands once.
func features(raw, read []string, out []uint32) []uint32 {
	out = out[:0]
	for i, w := range read {
		out = append(out, hashOf('w', w, ""))
		if i > 0 {
			out = append(out, hashOf('p', read[i-1], w))
		}
		out = letters(w, out)
	}
	for _, w := range raw {
		out = append(out, hashOf('r', w, ""))
	}
	return unique(out)
}

// letters adds the runs of three to five characters of a word with its ends marked.
func letters(w string, out []uint32) []uint32 {
	var at [64]int // where each character begins
	n := 0
	marked := "^" + w + "$"
	for i := range marked {
		if n == len(at) {
			break
		}
		at[n] = i
		n++
	}
	end := func(i int) int {
		if i >= n {
			return len(marked)
		}
		return at[i]
	}
	for size := 3; size <= 5; size++ {
		for i := 0; i+size <= n; i++ {
			out = append(out, hashOf('c', marked[at[i]:end(i+size)], ""))
		}
	}
	return out
}

// hashOf is FNV-1a of a kind and one or two words, folded into the buckets.
func hashOf(kind byte, a, b string) uint32 {
	const prime = 16777619
	h := (uint32(2166136261) ^ uint32(kind)) * prime
	for i := range len(a) {
		h = (h ^ uint32(a[i])) * prime
	}
	if b != "" {
		h = (h ^ ' ') * prime
		for i := range len(b) {
			h = (h ^ uint32(b[i])) * prime
		}
	}
	return (h ^ h>>15) & (buckets - 1)
}

// unique drops repeats in place; order does not matter.
func unique(f []uint32) []uint32 {
	var seen [buckets / 64]uint64
	out := f[:0]
	for _, x := range f {
		if bit := uint64(1) << (x & 63); seen[x>>6]&bit == 0 {
			seen[x>>6] |= bit
			out = append(out, x)
		}
	}
	return out
}

// clip bounds the work on a very long text: the matter stands in its first characters.
func clip(text string) string {
	const most = 4000
	if len(text) <= most {
		return text
	}
	i := most
	for i > 0 && !utf8.RuneStart(text[i]) {
		i--
	}
	return text[:i]
}
