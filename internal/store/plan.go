package store

import (
	"slices"
	"unicode/utf8"

	"respons/internal/fault"
)

// The default and the largest size of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Plan is a query that was checked against the declared indexes, as both engines carry it out.
type Plan struct {
	Index    Index
	Fixed    []string // leading fields that Equal holds fast
	Equal    []any    // their values
	Also     []any    // more values of the first field, which is Multi
	Order    []string // the index's other fields: they sort, and From and To bound the first of them
	From, To any
	Desc     bool
	After    []any // last position of the page before: the values of Order, then the id; nil: from the start
	Limit    int
	Keys     bool

	mark uint32 // of the query, so that a cursor is good for its own query only
}

// Plan checks q against the declared indexes; fault.Invalid.
func (c Collection) Plan(q Query) (Plan, error) {
	at := slices.IndexFunc(c.Indexes, func(ix Index) bool { return ix.Name == q.Index })
	if at < 0 {
		return Plan{}, fault.New(fault.Invalid, "collection %s has no index %q", c.Name, q.Index)
	}
	ix, n := c.Indexes[at], len(q.Equal)
	if n > len(ix.Fields) || ix.Multi && n == 0 || !ix.Multi && len(q.Also) > 0 || (q.From != nil || q.To != nil) && n == len(ix.Fields) {
		return Plan{}, fault.New(fault.Invalid, "index %s of %s does not answer this query", ix.Name, c.Name)
	}
	for _, v := range slices.Concat([]any{q.From, q.To}, q.Equal, q.Also) {
		if v != nil && !scalar(v) {
			return Plan{}, fault.New(fault.Invalid, "a value for index %s of %s is a %T; take string or int64", ix.Name, c.Name, v)
		}
	}
	if slices.Contains(q.Equal, nil) || slices.Contains(q.Also, nil) {
		return Plan{}, fault.New(fault.Invalid, "a value for index %s of %s is nil", ix.Name, c.Name)
	}
	p := Plan{Index: ix, Fixed: ix.Fields[:n], Equal: q.Equal, Also: q.Also, Order: ix.Fields[n:], From: q.From, To: q.To, Desc: q.Desc, Keys: q.Keys,
		Limit: min(q.Limit, MaxLimit), mark: mark(c.Name, q)}
	if p.Limit <= 0 {
		p.Limit = DefaultLimit
	}
	var err error
	if q.After != "" {
		p.After, err = p.position(q.After)
	}
	return p, err
}

func scalar(v any) bool {
	switch v := v.(type) {
	case string:
		return utf8.ValidString(v)
	case int64:
		return true
	}
	return false
}
