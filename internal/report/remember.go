package report

import (
	"context"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

// readSums keeps sums as they were decoded last. Of the dozen documents that a board adds up most are of months gone by,
// which rarely change, and decoding them is most of the work. What reads many documents once, such as open data and the
// map, goes by it.
type readSums struct {
	once  sync.Once
	cache *lru.Cache[string, revised]
}

// revised is the sums of a document at a revision.
type revised struct {
	rev  int64
	sums Sums
}

// rememberedSums is how many documents are kept decoded: those of some thirty branches over a year, a few dozen MB at the most.
const rememberedSums = 400

// sums reads the sums of an id, which the caller must not change; none where nothing was counted yet.
func (b *Book) sums(ctx context.Context, id string) (Sums, error) {
	b.read.once.Do(func() { b.read.cache, _ = lru.New[string, revised](rememberedSums) }) // fails for a size of 0 only
	rec, err := b.sheetRecord(ctx, id)
	if err != nil || rec.Rev == 0 {
		return Sums{}, err
	}
	if known, ok := b.read.cache.Get(id); ok && known.rev == rec.Rev {
		return known.sums, nil
	}
	s, err := readSheet(rec)
	if err != nil {
		return nil, err
	}
	b.read.cache.Add(id, revised{rec.Rev, s.Sums})
	return s.Sums, nil
}
