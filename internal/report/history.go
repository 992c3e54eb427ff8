package report

import (
	"context"
	"sync"
	"time"
)

// histories keeps for a while how long agencies took.
type histories struct {
	mu sync.Mutex
	of map[string]agencyHistory
}

// agencyHistory is how long an agency took to mend what it received within a year.
type agencyHistory struct {
	read       time.Time
	all        Spread
	byCategory map[string]Spread
}

// lasting is how long a history is used before it is read again; it changes slowly.
const lasting = 10 * time.Minute

// history is how long an agency took with complaints of a category or, where these are too few, with all of them.
func (b *Book) history(ctx context.Context, agency, category string) (Spread, error) {
	if agency == "" {
		return nil, nil
	}
	b.histories.mu.Lock()
	defer b.histories.mu.Unlock()
	h, ok := b.histories.of[agency]
	if now := b.Now(); !ok || now.Sub(h.read) > lasting || now.Before(h.read) {
		var err error
		if h, err = b.readHistory(ctx, agency, now); err != nil {
			return nil, err
		}
		if b.histories.of == nil {
			b.histories.of = map[string]agencyHistory{}
		}
		b.histories.of[agency] = h
	}
	if s := h.byCategory[category]; s.All() >= enough {
		return s, nil
	}
	return h.all, nil
}

func (b *Book) readHistory(ctx context.Context, agency string, now time.Time) (agencyHistory, error) {
	h := agencyHistory{read: now, byCategory: map[string]Spread{}}
	for _, month := range monthsUpTo(b.Month(now), 12) {
		s, err := b.sheet(ctx, monthID(b.Own(agency), month))
		if err != nil {
			return h, err
		}
		h.all = h.all.add(spreadOf(s.Sums, took))
		for _, code := range codes(s.Sums, byCategory, mended) {
			h.byCategory[code] = h.byCategory[code].add(spreadOf(s.Sums, prefix(byCategory, code)+took))
		}
	}
	return h, nil
}
