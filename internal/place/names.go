package place

import "slices"

// names holds every name as a path of words, and what the names mean.
type names struct {
	words  *vocabulary
	next   map[uint64]int32 // node and word to the node after
	ends   []int32          // by node: place in all plus one; 0: no name ends there
	all    []name
	inName []bool // by word
}

// name is what one way of naming places stands for.
type name struct {
	usual    string  // as the gazetteer writes it
	path     []int32 // its words
	places   []int32
	state    uint8  // place in agency.States plus one: it is the name of a state; 0: it is none
	district uint16 // plus one
	council  uint16 // plus one: it is the name of a council, which is no place but lies in one
	shares   []share
	trust    float32 // that whoever writes it means one of these places
	broad    bool    // a town or district, named for what lies around it as well
	common   bool    // also everyday words, or a name that may well be borne where the gazetteer has none
	ordinary bool    // everyday words: counts only with support
	thing    bool    // the everyday words are a thing that one can be at: a drain, a beach
	short    bool    // one or two letters
	quiet    bool    // in small letters it is an everyday word
}

func newNames(v *vocabulary) *names {
	return &names{words: v, next: map[uint64]int32{}, ends: []int32{0}}
}

func step(node, word int32) uint64 { return uint64(node)<<32 | uint64(uint32(word)) }

// at gives the place in all of the name with a path, a new one where there is none.
func (n *names) at(path []int32) int32 {
	node := int32(0)
	for _, w := range path {
		to, ok := n.next[step(node, w)]
		if !ok {
			to = int32(len(n.ends))
			n.ends = append(n.ends, 0)
			n.next[step(node, w)] = to
		}
		node = to
	}
	if n.ends[node] == 0 {
		n.all = append(n.all, name{path: slices.Clone(path)})
		n.ends[node] = int32(len(n.all))
	}
	return n.ends[node] - 1
}

// lookup gives the name with a path.
func (n *names) lookup(path []int32) (int32, bool) {
	node := int32(0)
	for _, w := range path {
		to, ok := n.next[step(node, w)]
		if !ok {
			return 0, false
		}
		node = to
	}
	return n.ends[node] - 1, len(path) > 0 && n.ends[node] > 0
}

// seal adds the names written as one word, such as shahalam, and prepares guessing. Nothing is added after it.
func (n *names) seal() {
	for i := range n.all {
		path := n.all[i].path
		if len(path) < 2 || len(path) > 3 {
			continue
		}
		var buf []byte
		for _, w := range path {
			buf = append(buf, n.words.spelt[w]...)
		}
		if _, known := n.words.words[string(buf)]; known || len(buf) < 8 || isDigit(rune(buf[len(buf)-1])) {
			continue
		}
		to := int32(len(n.ends))
		n.ends = append(n.ends, int32(i)+1)
		n.next[step(0, n.words.id(string(buf)))] = to
	}
	n.inName = make([]bool, len(n.words.spelt))
	for i := range n.all {
		for _, w := range n.all[i].path {
			n.inName[w] = true
		}
	}
	n.words.learn(n.inName)
}

// match is the longest name that begins at a token.
type match struct {
	name    int32
	to      int // the token after it
	guesses int
}

// longest finds the longest name that begins at tokens[i]; ok is false where none does.
func (n *names) longest(tokens []token, i int) (m match, ok bool) {
	m.to = i
	n.walk(tokens, 0, i, 0, &m)
	return m, m.to > i
}

func (n *names) walk(tokens []token, node int32, i, guesses int, best *match) {
	t := &tokens[i]
	if t.flags&guessed != 0 {
		guesses++
	}
	for _, id := range t.ids[:t.n] {
		to, ok := n.next[step(node, id)]
		if !ok {
			continue
		}
		if end := n.ends[to]; end > 0 && (i+1 > best.to || i+1 == best.to && guesses < best.guesses) {
			*best = match{end - 1, i + 1, guesses}
		}
		if i+1 < len(tokens) && tokens[i+1].flags&separated == 0 {
			n.walk(tokens, to, i+1, guesses, best)
		}
	}
}
