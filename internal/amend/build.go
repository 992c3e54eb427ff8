package amend

import (
	"errors"
	"fmt"
	"io/fs"

	"respons/internal/fault"
	"respons/internal/table"
)

// Laid is what became of an amendment when it was laid over the base with those before it.
type Laid struct {
	ID      string
	Clashes []Clash         // it counts, and the base had changed the same cells
	Aside   string          // why it does not count; empty: it does
	Wrong   []table.Mistake // of Aside: what would be wrong with it
}

// Built is the reference data with amendments.
type Built struct {
	FS   fs.FS
	Laid []Laid
}

// Aside lists the amendments that do not count although they were approved.
func (b Built) Aside() (out []Laid) {
	for _, l := range b.Laid {
		if l.Aside != "" {
			out = append(out, l)
		}
	}
	return out
}

// Build lays amendments over the base, in their order, and loads what comes of it. An amendment that cannot be laid over
// what stands below, or with which the whole has a mistake, is set aside and told; the others count. The error is the
// base's own.
func Build(base fs.FS, list []*Amendment, load func(fs.FS) error) (Built, error) {
	all := pile{base: base, files: map[string][]byte{}}
	for _, a := range list {
		all.lay(a)
	}
	built := Built{Over(base, all.files), all.laid}
	if err := load(built.FS); err == nil {
		return built, nil
	}
	if err := load(base); err != nil {
		return Built{FS: base}, err
	}
	sound := pile{base: base, files: map[string][]byte{}}
	for _, a := range list {
		before := sound.keep()
		if !sound.lay(a) {
			continue
		}
		if err := load(Over(base, sound.files)); err != nil {
			sound = before
			sound.laid = append(sound.laid, Laid{ID: a.ID, Aside: "the reference data has mistakes with it", Wrong: table.MistakesIn(err)})
		}
	}
	built = Built{Over(base, sound.files), sound.laid}
	return built, load(built.FS)
}

// pile is the base with amendments on top.
type pile struct {
	base  fs.FS
	files map[string][]byte
	laid  []Laid
}

// lay puts an amendment on top, all of it or nothing, and says whether it did.
func (p *pile) lay(a *Amendment) bool {
	l := Laid{ID: a.ID}
	changed := map[string][]byte{}
	for _, c := range a.Changes {
		s, err := p.sheet(c.File)
		var clashes []Clash
		if err == nil {
			s, clashes, err = c.Apply(s)
		}
		if err != nil {
			p.laid = append(p.laid, Laid{ID: a.ID, Aside: said(err)})
			return false
		}
		changed[c.File], l.Clashes = s.Bytes(), append(l.Clashes, clashes...)
	}
	for name, content := range changed {
		p.files[name] = content
	}
	p.laid = append(p.laid, l)
	return true
}

func (p *pile) sheet(file string) (Sheet, error) { return sheetOf(Over(p.base, p.files), file) }

func (p *pile) keep() pile {
	files := make(map[string][]byte, len(p.files))
	for name, content := range p.files {
		files[name] = content
	}
	return pile{p.base, files, p.laid[:len(p.laid):len(p.laid)]}
}

func sheetOf(fsys fs.FS, file string) (Sheet, error) {
	content, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Sheet{}, fmt.Errorf("read %s: %w", file, err)
	}
	s, err := ParseSheet(content)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

// said is the part of an error that is for people.
func said(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Detail
	}
	return err.Error()
}
