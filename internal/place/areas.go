package place

import (
	"respons/internal/agency"
)

// named gives the entry for a name, a new one where there is none; -1 where it has no word that can be read. Names in
// Chinese or Tamil are kept apart, for they are looked up without the bounds of words.
func (f *Finder) named(name string) int32 {
	if s := scriptOf(name); s != noScript {
		return f.scripts.add(name, f.names)
	}
	path := f.path(name)
	if len(path) == 0 {
		return -1
	}
	n := f.names.at(path)
	if len(path) == 1 {
		letters := len(f.words.spelt[path[0]])
		f.names.all[n].short = f.names.all[n].short || letters <= 2
	}
	return n
}

// path gives the words of a name, short forms written out; words not seen before become known.
func (f *Finder) path(name string) []int32 {
	var w words
	w.learning = true
	w.cut(name, f.words)
	path := make([]int32, 0, len(w.tokens))
	for _, t := range w.tokens {
		path = append(path, t.ids[0])
	}
	return path
}

// nameAreas adds the names of states, districts and councils.
func (f *Finder) nameAreas() {
	for i, s := range agency.States {
		for _, name := range []string{s.NameMS, s.NameEN, "negeri " + s.NameMS} {
			n := &f.names.all[f.named(name)]
			n.state, n.usual = uint8(i)+1, s.NameMS
		}
	}
	for i, district := range f.districts {
		for _, name := range []string{district, "daerah " + district} {
			n := &f.names.all[f.named(name)]
			n.district = uint16(i) + 1
			if n.usual == "" {
				n.usual = district
			}
		}
	}
	for i, c := range f.councils {
		for _, name := range []string{c.nameMS, c.nameEN, c.code} {
			if at := f.named(name); at >= 0 && len(f.names.all[at].places) == 0 {
				f.names.all[at].council, f.names.all[at].usual = uint16(i)+1, c.nameMS
			}
		}
	}
}
