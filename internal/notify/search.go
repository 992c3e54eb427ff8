package notify

import (
	"context"

	"respons/internal/fault"
	"respons/internal/store"
)

// Search says which rows of the ledger somebody looks for. At least one of Complaint, Person and State is given; what was
// accepted or opened is found by the first two only.
type Search struct {
	Complaint string // id
	Person    string // id
	State     State
	Channel   Channel
	After     string // cursor
	Limit     int
}

// Search gives a page of rows, the newest first. A page may be shorter than Limit, and even empty, with more to follow.
func (t *Teller) Search(ctx context.Context, s Search) (list []*Row, next string, err error) {
	q := store.Query{Desc: true, After: s.After, Limit: s.Limit}
	switch {
	case s.Complaint != "":
		q.Index, q.Equal = "complaint", []any{s.Complaint}
	case s.Person != "":
		q.Index, q.Equal = "person", []any{s.Person}
	case s.State == "" || s.State == Accepted || s.State == Opened:
		return nil, "", fault.New(fault.Invalid, "give number or person, or a state other than accepted and opened: those are too many to list")
	default:
		q.Index, q.Equal = "state", []any{string(s.State)}
		if s.Channel != "" {
			q.Equal = append(q.Equal, string(s.Channel))
		}
	}
	found, next, err := rows{t.Engine}.find(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for _, row := range found {
		if (s.State == "" || row.State == s.State) && (s.Channel == "" || row.Channel == s.Channel) && (s.Person == "" || row.Person == s.Person) {
			list = append(list, row)
		}
	}
	return list, next, nil
}
