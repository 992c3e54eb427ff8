package report

import (
	"context"
	"maps"
	"slices"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

// remembered is what was read last and may be read again: sums as they were decoded, and what they added up to. Both are
// good for the revisions they were made of and no other, so nothing is older than what the store gives. Of the dozen
// documents of a board most are of months gone by, which rarely change, and decoding and adding them up is most of the
// work. What reads many documents once, such as open data and the map, goes by it.
type remembered struct {
	once  sync.Once
	sums  *lru.Cache[string, revised]
	added *lru.Cache[string, added]
}

// revised is the sums of a document at a revision; 0: it was not there yet.
type revised struct {
	rev  int64
	sums Sums
}

// added is what documents of some revisions added up to.
type added struct {
	of      []revised
	all     Sums
	figures *Figures
}

// How many documents are kept decoded, and how many boards added up: those of some thirty branches over a year, a few
// dozen MB at the most.
const (
	rememberedSums  = 400
	rememberedAdded = 60
)

func (r *remembered) ready() {
	r.once.Do(func() {
		r.sums, _ = lru.New[string, revised](rememberedSums) // fails for a size of 0 only
		r.added, _ = lru.New[string, added](rememberedAdded)
	})
}

// kept takes note of sums that this process stored itself, so that the next board need not decode them.
func (r *remembered) kept(id string, now revised) {
	if r.ready(); r.sums.Contains(id) {
		r.sums.Add(id, now)
	}
}

// sums reads the sums of an id, which the caller must not change; none where nothing was counted yet.
func (b *Book) sums(ctx context.Context, id string) (revised, error) {
	b.read.ready()
	known, _ := b.read.sums.Get(id)
	rec, err := b.sheetRecord(ctx, id, known.rev)
	switch {
	case err != nil || rec.Rev == 0:
		return revised{}, err
	case rec.Rev == known.rev:
		return known, nil
	}
	s, err := readSheet(rec)
	if err != nil {
		return revised{}, err
	}
	b.read.sums.Add(id, revised{rec.Rev, s.Sums})
	return revised{rec.Rev, s.Sums}, nil
}

// addedUp gives what sums add up to, by the name of what they are of. Of those that it added up before only what changed is
// added and taken off.
func (b *Book) addedUp(name string, of []revised, figures func(all Sums) *Figures) *Figures {
	known, ok := b.read.added.Get(name)
	if ok && slices.EqualFunc(known.of, of, sameRevision) {
		return known.figures
	}
	all := Sums{}
	if len(known.of) == len(of) {
		all = maps.Clone(known.all)
	} else {
		known.of = make([]revised, len(of))
	}
	for i, now := range of {
		if was := known.of[i]; !sameRevision(was, now) {
			all.less(was.sums)
			all.add(now.sums)
		}
	}
	f := figures(all)
	b.read.added.Add(name, added{of, all, f})
	return f
}

func sameRevision(a, b revised) bool { return a.rev == b.rev }
