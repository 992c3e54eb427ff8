package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"respons/internal/fault"
	"respons/internal/store"
)

// Get reads a document.
func (e *Engine) Get(ctx context.Context, collection, id string) (store.Record, error) {
	return e.GetUnless(ctx, collection, id, 0) // no document is at that revision
}

// GetUnless reads a document, without its body where that is at a revision.
func (e *Engine) GetUnless(ctx context.Context, collection, id string, rev int64) (store.Record, error) {
	t, err := e.table(collection)
	if err != nil {
		return store.Record{}, err
	}
	s, err := e.read(ctx, t.get)
	if err != nil {
		return store.Record{}, err
	}
	r := store.Record{ID: id}
	err = s.QueryRowContext(ctx, rev, id).Scan(&r.Rev, &r.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Record{}, fault.New(fault.NotFound, "there is no %q in %s", id, collection)
	}
	return r, failed(err, "read")
}

// Find gives a page of documents in index order.
func (e *Engine) Find(ctx context.Context, collection string, q store.Query) (store.Page, error) {
	t, err := e.table(collection)
	if err != nil {
		return store.Page{}, err
	}
	p, err := t.Plan(q)
	if err != nil {
		return store.Page{}, err
	}
	query, args := t.find(p)
	s, err := e.read(ctx, query)
	if err != nil {
		return store.Page{}, err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return store.Page{}, failed(err, "read")
	}
	defer rows.Close()
	var page store.Page
	last := make([]any, len(p.Order)+1)
	var keys []any
	if p.Keys {
		keys = make([]any, len(t.fields))
	}
	for rows.Next() {
		if len(page.Records) == p.Limit { // one more than asked for: there is another page
			page.Next, err = p.Cursor(last)
			return page, err
		}
		var r store.Record
		dest := []any{&r.ID, &r.Rev, &r.Body}
		for i := range p.Order {
			dest = append(dest, &last[i])
		}
		for i := range keys {
			dest = append(dest, &keys[i])
		}
		if err := rows.Scan(dest...); err != nil {
			return store.Page{}, failed(err, "read")
		}
		if p.Keys {
			if r.Keys, err = t.keys(r.ID, t.fields, keys); err != nil {
				return store.Page{}, err
			}
		}
		last[len(p.Order)] = r.ID
		page.Records = append(page.Records, r)
	}
	return page, failed(rows.Err(), "read")
}

// Count counts what Find would give without limit.
func (e *Engine) Count(ctx context.Context, collection string, q store.Query) (n int64, err error) {
	t, err := e.table(collection)
	if err != nil {
		return 0, err
	}
	q.After = ""
	p, err := t.Plan(q)
	if err != nil {
		return 0, err
	}
	where, args := t.where(p)
	count := "SELECT count(*)" + t.from(p) + where
	if q.Most > 0 {
		count = "SELECT count(*) FROM (SELECT 1" + t.from(p) + where + " LIMIT ?)"
		args = append(args, q.Most)
	}
	s, err := e.read(ctx, count)
	if err != nil {
		return 0, err
	}
	err = s.QueryRowContext(ctx, args...).Scan(&n)
	return n, failed(err, "read")
}

// find writes the query for a page and one document more. It walks the declared index and nothing else: INDEXED BY
// makes SQLite refuse what it cannot do so, and a Multi index is walked before its documents are looked up.
func (t *table) find(p store.Plan) (string, []any) {
	where, args := t.where(p)
	order, dir := t.order(p), " ASC"
	if p.Desc {
		dir = " DESC"
	}
	doc, join := "i.", ""
	if p.Index.Multi {
		doc, join = "t.", fmt.Sprintf(" CROSS JOIN %q t ON t.id = i.id", t.Name)
	}
	cols := append(prefixed(doc, []string{"id", "rev", "body"}), prefixed("i.k_", p.Order)...)
	if p.Keys {
		cols = append(cols, prefixed(doc+"k_", t.fields)...)
	}
	query := "SELECT " + strings.Join(cols, ", ") + t.from(p) + join + where
	if len(order) > 0 {
		query += " ORDER BY " + strings.Join(order, dir+", ") + dir
	}
	return query + " LIMIT ?", append(args, p.Limit+1)
}

// from names the index as i and, for each value of Also, the same index once more: CROSS keeps SQLite from walking that one
// instead, and its primary key finds the document's own row there, or none.
func (t *table) from(p store.Plan) string {
	if p.Index.Multi {
		name := t.Name + "." + p.Index.Name
		out := fmt.Sprintf(" FROM %q i", name)
		for n := range p.Also {
			out += fmt.Sprintf(" CROSS JOIN %q a%d", name, n)
		}
		return out
	}
	return fmt.Sprintf(" FROM %q i INDEXED BY %q", t.Name, t.Name+"."+p.Index.Name)
}

// order gives the columns that sort. The fields of a Unique index leave no tie for the id to break.
func (t *table) order(p store.Plan) []string {
	cols := prefixed("i.k_", p.Order)
	if !p.Index.Unique {
		cols = append(cols, "i.id")
	}
	return cols
}

func (t *table) where(p store.Plan) (string, []any) {
	var conds []string
	var args []any
	add := func(cond string, values ...any) {
		conds, args = append(conds, cond), append(args, values...)
	}
	for i, f := range p.Fixed {
		add("i.k_"+f+" = ?", p.Equal[i])
	}
	for n, v := range p.Also {
		also := fmt.Sprintf("a%d.", n)
		add(also+"k_"+p.Index.Fields[0]+" = ?", v)
		for _, f := range p.Index.Fields[1:] {
			add(also + "k_" + f + " = i.k_" + f)
		}
		add(also + "id = i.id")
	}
	for _, f := range p.Order {
		add("i.k_" + f + " IS NOT NULL")
	}
	// The position bounds the walk closer than the bound on its side does; a plus keeps SQLite from starting at that.
	after := len(p.After) > 0
	if p.From != nil {
		add(plus(after && !p.Desc)+"i.k_"+p.Order[0]+" >= ?", p.From)
	}
	if p.To != nil {
		add(plus(after && p.Desc)+"i.k_"+p.Order[0]+" < ?", p.To)
	}
	if cols := t.order(p); after && len(cols) > 0 {
		op := ">"
		if p.Desc {
			op = "<"
		}
		add(fmt.Sprintf("(%s) %s (?%s)", strings.Join(cols, ", "), op, strings.Repeat(", ?", len(cols)-1)), p.After[:len(cols)]...)
	}
	if len(conds) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conds, " AND "), args
}

func plus(on bool) string {
	if on {
		return "+"
	}
	return ""
}
