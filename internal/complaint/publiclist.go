package complaint

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"respons/internal/store"
)

// PublicQuery asks for complaints that anybody may learn of.
type PublicQuery struct {
	Categories   []string  // empty: all
	Open, Closed bool      // neither: both
	From, To     time.Time // when it was received, both ends included
	Limit        int       // how many at the most
}

// Public lists what anybody may learn of, the latest received first. How much of each is Shows' to say.
func (u *Cases) Public(ctx context.Context, q PublicQuery) ([]*Complaint, error) {
	lists := q.lists()
	page := max(q.Limit/len(lists)+1, 10)
	var streams []*stream
	for _, name := range lists {
		streams = append(streams, &stream{repo: u.Store, query: store.Query{Index: "public", Equal: []any{name}, Desc: true, Limit: page,
			From: q.From.UnixMilli(), To: q.To.UnixMilli() + 1}})
	}
	var out []*Complaint
	for len(out) < q.Limit {
		var latest *stream
		for _, s := range streams {
			if err := s.fill(ctx); err != nil {
				return nil, fmt.Errorf("list what is public: %w", err)
			}
			if len(s.read) > 0 && (latest == nil || newer(s.read[0], latest.read[0]) < 0) {
				latest = s
			}
		}
		if latest == nil {
			break
		}
		if c := latest.read[0]; u.Shows(c) != Nothing {
			out = append(out, c)
		}
		latest.read = latest.read[1:]
	}
	return out, nil
}

// lists are the entries of the index that together hold what is asked for, each complaint once.
func (q PublicQuery) lists() (out []string) {
	for _, standing := range []string{shownOpen, shownClosed} {
		if q.Open != q.Closed && q.Open != (standing == shownOpen) {
			continue
		}
		if len(q.Categories) == 0 {
			out = append(out, standing)
		}
		for _, c := range q.Categories {
			out = append(out, shownIn(standing, c))
		}
	}
	return out
}

// newer orders by when they were received, the latest first, and by id where that is the same.
func newer(a, b *Complaint) int {
	return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(b.ID, a.ID))
}

// stream reads one list of the store page by page, as far as it is needed.
type stream struct {
	repo  Repository
	query store.Query
	read  []*Complaint // not yet taken
	ended bool
}

func (s *stream) fill(ctx context.Context) (err error) {
	for len(s.read) == 0 && !s.ended {
		if s.read, s.query.After, err = s.repo.Find(ctx, s.query); err != nil {
			return err
		}
		s.ended = s.query.After == ""
	}
	return nil
}

// News is a move that anybody may hear of.
type News struct {
	Complaint *Complaint
	Event     Event
}

// News lists the moves from one instant to another, both included, the earliest first, at most limit of them. A move at
// the very end of a cut list may be left out beside others of the same millisecond.
func (u *Cases) News(ctx context.Context, from, to time.Time, limit int) ([]News, error) {
	var out []News
	for hour := from.UTC().Truncate(time.Hour); !hour.After(to) && len(out) < limit; hour = hour.Add(time.Hour) {
		list, err := u.newsOf(ctx, hour)
		if err != nil {
			return nil, fmt.Errorf("list news: %w", err)
		}
		for _, n := range list {
			if !n.Event.At.Before(from) && !n.Event.At.After(to) {
				out = append(out, n)
			}
		}
	}
	return out[:min(limit, len(out))], nil
}

// newsOf gives the moves of one hour in their order.
func (u *Cases) newsOf(ctx context.Context, hour time.Time) (out []News, err error) {
	s := stream{repo: u.Store, query: store.Query{Index: "news", Equal: []any{hourOf(hour)}, Limit: 500}}
	for {
		s.read = nil
		if err := s.fill(ctx); err != nil {
			return nil, err
		}
		for _, c := range s.read {
			if u.Shows(c) == Nothing {
				continue
			}
			for _, e := range c.Events {
				if e.Moves() && hourOf(e.At) == hourOf(hour) {
					out = append(out, News{c, e})
				}
			}
		}
		if s.ended {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b News) int { // moves of one complaint at one instant stay in their order
		return cmp.Or(a.Event.At.Compare(b.Event.At), cmp.Compare(a.Complaint.ID, b.Complaint.ID))
	})
	return out, nil
}
