package place

// mention is a name found in a field, with how far it is believed to say where the matter lies.
type mention struct {
	name     int32
	from, to int // bytes of the field
	trust    float64
	in       source
}

// desk is the room that one search needs; it is used again and again.
type desk struct {
	words    words
	found    []hit
	mentions []mention
	clues    []clue
	shares   []share
	scores   []float64
}

// hit is a name at tokens.
type hit struct {
	match
	first int
}

// read appends the mentions in a field.
func (f *Finder) read(text string, in source, d *desk) {
	if text == "" {
		return
	}
	d.words.cut(text, f.words)
	tokens := d.words.tokens
	d.found = d.found[:0]
	for i := 0; i < len(tokens); {
		m, ok := f.names.longest(tokens, i)
		if !ok {
			i++
			continue
		}
		d.found = append(d.found, hit{m, i})
		i = m.to
	}
	shouted := shouting(tokens)
	for k, h := range d.found {
		m := mention{name: h.name, from: int(tokens[h.first].from), to: int(tokens[h.to-1].to), in: in}
		followed := k+1 < len(d.found) && d.found[k+1].first == h.to && !f.names.all[d.found[k+1].name].ordinary
		preceded := k > 0 && d.found[k-1].to == h.first && !f.names.all[d.found[k-1].name].ordinary
		m.trust = f.believe(tokens, h, in, followed, preceded, shouted)
		d.add(m)
	}
	f.scripts.each(text, func(name int32, from, to int) {
		d.add(mention{name: name, from: from, to: to, trust: float64(f.names.all[name].trust), in: in})
	})
}

// add keeps a mention; a name that is there already from the same field counts once, as it is believed most.
func (d *desk) add(m mention) {
	if m.trust < 0.005 {
		return
	}
	for i := range d.mentions {
		if old := &d.mentions[i]; old.name == m.name && old.in == m.in {
			if m.trust > old.trust {
				*old = m
			}
			return
		}
	}
	d.mentions = append(d.mentions, m)
}

// shouting says whether a field is mostly typed in capitals, which then say nothing.
func shouting(tokens []token) bool {
	loud, all := 0, 0
	for _, t := range tokens {
		if t.flags&number == 0 {
			all++
			if t.flags&capitals != 0 {
				loud++
			}
		}
	}
	return all > 3 && loud*10 > all*6
}

// believe says how far a name in a field is where the matter lies, from 0 to 1, by the words around it and by how it is
// written.
func (f *Finder) believe(tokens []token, h hit, in source, followed, preceded, shouted bool) float64 {
	n := &f.names.all[h.name]
	t := &tokens[h.first]
	trust := float64(n.trust)
	var before token
	if h.first > 0 && t.flags&separated == 0 {
		before = tokens[h.first-1]
	}
	led := before.context&locative != 0 && before.flags&addressed == 0
	if !led && h.first > 1 && t.flags&separated == 0 && before.n == 0 || before.flags&addressed != 0 && h.first > 1 {
		led = tokens[h.first-2].context&locative != 0 // dekat dgn Batu Caves; dekat taman X
	}
	raised := t.flags&capital != 0 && t.flags&first == 0 && !shouted
	single := h.to-h.first == 1
	if n.ordinary {
		trust = ordinaryTrust(n.thing, led || before.flags&addressed != 0, raised, in == byAddress)
	}
	if n.short && single {
		switch {
		case t.flags&capitals != 0 && !shouted:
			trust *= 0.85
		case n.quiet && in == byText, t.flags&number != 0:
			return 0
		case led || preceded || followed || before.flags&addressed != 0 || in == byAddress:
			trust *= 0.7
		case shouted:
			trust *= 0.3
		default:
			return 0
		}
	} else if n.quiet && single && t.flags&capital == 0 && in == byText && !led {
		return 0
	}
	if h.guesses > 0 {
		trust *= 0.75
		if single && !raised && !led && in == byText {
			trust *= 0.12
		}
	}
	switch {
	case before.context&person != 0 && single:
		trust *= 0.15
	case before.context&from != 0:
		trust *= 0.6
	case before.context&elsewhere != 0:
		trust *= 0.4
	case before.context&towards != 0:
		trust *= 0.8
	case before.context&road != 0:
		trust *= 0.45 // a road is often called after where it leads
	case before.flags&addressed != 0 && !preceded:
		trust *= 0.75 // part of a longer name that the gazetteer does not have
	case led:
		trust = 1 - (1-trust)*0.6
	}
	if n.common && !followed && h.to < len(tokens) && f.goesOn(&tokens[h.to]) {
		trust *= 0.4
	}
	if in == byAddress {
		trust = 1 - (1-trust)*0.7
	}
	return trust
}

// goesOn says whether a token seems to belong to the name before it: a word that stands in names, and in no everyday talk.
func (f *Finder) goesOn(t *token) bool {
	if t.flags&(separated|guessed|number) != 0 || t.n == 0 {
		return false
	}
	id := t.ids[0]
	return int(id) < len(f.names.inName) && f.names.inName[id] && !f.words.ordinary[id]
}

// ordinaryTrust says how far everyday words are meant as a name: where they follow a word such as di or near, begin with
// a capital, or stand in an address.
func ordinaryTrust(thing, led, raised, address bool) float64 {
	switch {
	case address && (led || !thing), led && raised:
		return 0.75
	case led && !thing:
		return 0.6
	case address:
		return 0.4
	case raised:
		return 0.3
	case led:
		return 0.08
	}
	return trustOrdinary
}
