package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// mostRead is how many complaints one search reads where Search does not say it. A filter that keeps few of them ends
// there, says so, and goes on from its cursor.
const mostRead = 500

// longest is how long one search may take where Search does not say it.
const longest = 3 * time.Second

// mostTerms is how many words of a search count.
const mostTerms = 8

// Search finds complaints.
type Search struct {
	Cases *complaint.Cases
	Read  func(text string) []string // words as complaint.Repository.Words reads them
	Zone  *time.Location             // in which a day begins
	Now   func() time.Time
	Most  int           // complaints that one search reads; 0: 500
	Long  time.Duration // after which a search is given up; 0: 3 seconds
}

// Page is a part of what was found.
type Page struct {
	Complaints []*complaint.Complaint
	Next       string // cursor; empty: there is no more
	Bounded    bool   // so many were read that the search stopped before the page was full; Next goes on
}

// Find gives a page of about limit complaints that the actor may see; with filters that no index answers it may hold up to
// twice as many. fault.Invalid for words that tell nothing; fault.Unavailable for words that stand in so many complaints,
// and so seldom together, that they are not found in time.
func (s *Search) Find(ctx context.Context, who complaint.Actor, f Filter, after string, limit int) (Page, error) {
	if f.Status == "" {
		f.Status = Open
		if f.Words != "" {
			f.Status = Any
		}
	}
	if page, ok, err := s.byNumber(ctx, who, f.Words); ok {
		return page, err
	}
	terms, err := s.terms(f.Words)
	if err != nil {
		return Page{}, err
	}
	before := f.Due.before(s.Now(), s.Zone)
	// A cursor of a search by words begins with the word it reads by: by the next page another one may be the rarest.
	word, after := cutWord(after, terms)
	if word == "" && len(terms) > 0 {
		if word, err = s.rarest(ctx, f, terms); err != nil {
			return Page{}, err
		}
	}
	q := f.query(word, before)
	q.After, q.Limit = after, limit
	for _, t := range terms {
		if t != word {
			q.Also = append(q.Also, complaint.WordKey(f.searched(), t))
		}
	}
	chain := s.Cases.Store.Chain
	within, stop := context.WithTimeout(ctx, cmp.Or(s.Long, longest))
	defer stop()
	most := cmp.Or(s.Most, mostRead)
	var out Page
	for read := 0; ; {
		list, next, err := s.Cases.Store.Find(within, q)
		if err != nil && within.Err() != nil && ctx.Err() == nil {
			return Page{}, fault.Wrap(fault.Unavailable, err, "the search took too long: these words stand in many complaints and seldom together; add one that tells more, such as a road")
		}
		if err != nil {
			return Page{}, fmt.Errorf("search: %w", err)
		}
		for _, c := range list {
			if f.fits(c, before, chain) && s.Cases.Sees(who, c) == nil {
				out.Complaints = append(out.Complaints, c)
			}
		}
		read += len(list)
		q.After, out.Next = next, next
		if word != "" && next != "" {
			out.Next = word + " " + next
		}
		out.Bounded = read >= most && next != "" && len(out.Complaints) < limit
		if next == "" || len(out.Complaints) >= limit || out.Bounded {
			return out, nil
		}
	}
}

// byNumber finds the one complaint whose number was typed; ok is false where that is no number.
func (s *Search) byNumber(ctx context.Context, who complaint.Actor, typed string) (page Page, ok bool, err error) {
	if _, err := complaint.ParseNumber(typed); typed == "" || err != nil {
		return Page{}, false, nil
	}
	c, err := s.Cases.Store.ByNumber(ctx, typed)
	if errors.Is(err, fault.NotFound) || err == nil && s.Cases.Sees(who, c) != nil {
		return Page{}, true, nil
	}
	if err != nil {
		return Page{}, true, err
	}
	return Page{Complaints: []*complaint.Complaint{c}}, true, nil
}

func (s *Search) terms(words string) ([]string, error) {
	if strings.TrimSpace(words) == "" {
		return nil, nil
	}
	list := s.Read(words)
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "these words stand in nearly every complaint; add one that tells more, such as a road")
	}
	return list[:min(mostTerms, len(list))], nil
}

// cutWord takes the word off a cursor; empty where it has none of the terms.
func cutWord(cursor string, terms []string) (word, rest string) {
	word, rest, ok := strings.Cut(cursor, " ")
	if !ok || !slices.Contains(terms, word) {
		return "", cursor
	}
	return word, rest
}

// query chooses the index that leaves the least to be read.
func (f Filter) query(word string, before time.Time) store.Query {
	open := int64(1)
	if f.Status == Closed {
		open = 0
	}
	branch := f.Branch
	if f.Agency != "" {
		branch = f.Agency
	}
	q := store.Query{Index: "queue", Equal: []any{branch, open}}
	own, alone := strings.CutPrefix(branch, complaint.OwnBranch(""))
	switch {
	case word != "":
		return store.Query{Index: "words", Equal: []any{complaint.WordKey(f.searched(), word)}, Desc: true}
	case f.Holder == Nobody && alone:
		q = store.Query{Index: "holder", Equal: []any{complaint.Holder("", own), open}}
	case f.Holder != "" && f.Holder != Nobody:
		q = store.Query{Index: "holder", Equal: []any{f.Holder, open}}
	case f.Sort == Newest && before.IsZero():
		return store.Query{Index: "latest", Equal: []any{branch, open}, Desc: true}
	}
	if !before.IsZero() {
		q.To = before.UnixMilli()
	}
	return q
}

// searched is the branch in which words are looked for. The desk looks everywhere: a citizen who calls may ask for what it
// decided long ago.
func (f Filter) searched() string {
	switch {
	case f.Agency != "":
		return f.Agency
	case f.Branch == complaint.TriageBranch:
		return complaint.Everyone
	}
	return strings.TrimPrefix(f.Branch, complaint.OwnBranch(""))
}

// frequent is how far a word is counted: of those that stand in more complaints none is rare.
const frequent = 1000

// rarest is the word that stands in the fewest complaints of the branch.
func (s *Search) rarest(ctx context.Context, f Filter, terms []string) (string, error) {
	if len(terms) == 1 {
		return terms[0], nil
	}
	best, least := "", int64(-1)
	for _, t := range terms {
		q := f.query(t, time.Time{})
		q.Most = frequent
		n, err := s.Cases.Store.Engine.Count(ctx, complaint.Collection.Name, q)
		if err != nil {
			return "", fmt.Errorf("search: %w", err)
		}
		if least < 0 || n < least {
			best, least = t, n
		}
	}
	return best, nil
}
