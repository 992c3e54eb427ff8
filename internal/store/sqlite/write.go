package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"respons/internal/fault"
	"respons/internal/store"
)

// Insert stores a new document at revision 1.
func (e *Engine) Insert(ctx context.Context, collection string, r store.Record) error {
	t, values, err := e.encode(collection, r)
	if err != nil {
		return err
	}
	args := append(values, r.Body, r.ID)
	return e.writer.write(ctx, func(w *writer) error {
		if err := w.exec(t.insert, args...); err != nil {
			return t.refused(err)
		}
		return t.move(w, r.ID, nil, r.Keys)
	})
}

// Replace stores r over the revision r.Rev and gives the new revision.
func (e *Engine) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	t, values, err := e.encode(collection, r)
	if err != nil {
		return 0, err
	}
	err = e.writer.write(ctx, func(w *writer) error {
		now, old, err := t.stored(w, r.ID)
		if err == nil && now != r.Rev {
			err = t.stale(r.ID, now, r.Rev)
		}
		if err != nil {
			return err
		}
		was, err := t.keys(r.ID, t.fields, old)
		if err != nil {
			return err
		}
		query, args := t.replace(old, values)
		if err := w.exec(query, append(args, r.Body, r.ID, r.Rev)...); err != nil {
			return t.refused(err)
		}
		return t.move(w, r.ID, was, r.Keys)
	})
	if err != nil {
		return 0, err
	}
	return r.Rev + 1, nil
}

// Delete removes the document at revision rev; rev 0: whatever the revision.
func (e *Engine) Delete(ctx context.Context, collection, id string, rev int64) error {
	t, err := e.table(collection)
	if err != nil {
		return err
	}
	return e.writer.write(ctx, func(w *writer) error {
		now, old, err := t.stored(w, id)
		if err == nil && rev != 0 && now != rev {
			err = t.stale(id, now, rev)
		}
		if err != nil {
			return err
		}
		was, err := t.keys(id, t.fields, old)
		if err != nil {
			return err
		}
		if err := w.exec(t.remove, id); err != nil {
			return err
		}
		return t.move(w, id, was, nil)
	})
}

// encode checks r and gives the values of the table's fields.
func (e *Engine) encode(collection string, r store.Record) (*table, []any, error) {
	t, err := e.table(collection)
	if err != nil {
		return nil, nil, err
	}
	if err := t.CheckRecord(r); err != nil {
		return nil, nil, err
	}
	values := make([]any, len(t.fields), len(t.fields)+3)
	for i, f := range t.fields {
		values[i] = r.Keys[f]
		if list, ok := r.Keys[f].([]string); ok {
			b, err := json.Marshal(list)
			if err != nil {
				return nil, nil, fmt.Errorf("encode key %s: %w", f, err)
			}
			values[i] = string(b)
		}
	}
	return t, values, nil
}

// stored gives the revision of document id and the values of the table's fields; fault.NotFound.
func (t *table) stored(w *writer, id string) (rev int64, values []any, err error) {
	s, err := w.stmt(t.revision)
	if err != nil {
		return 0, nil, err
	}
	values = make([]any, len(t.fields))
	dest := []any{&rev}
	for i := range values {
		dest = append(dest, &values[i])
	}
	err = s.QueryRow(id).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, fault.New(fault.NotFound, "there is no %q in %s", id, t.Name)
	}
	return rev, values, err
}

// replace writes the statement that stores a document over its revision, with the values that it takes before body, id
// and revision. Only fields whose values have changed are set: SQLite rewrites the entry in every index of a field that
// is set, even to the same value, and each of those lies on a page of its own.
func (t *table) replace(old, values []any) (query string, args []any) {
	set := make([]string, 0, len(values)+2)
	for i, f := range t.fields {
		if old[i] != values[i] {
			set, args = append(set, "k_"+f+" = ?"), append(args, values[i])
		}
	}
	set = append(set, "body = ?")
	return fmt.Sprintf("UPDATE %q SET rev = rev + 1, %s WHERE id = ? AND rev = ?", t.Name, strings.Join(set, ", ")), args
}

// keys gives the values of fields as they were written.
func (t *table) keys(id string, fields []string, values []any) (store.Keys, error) {
	keys := store.Keys{}
	for i, f := range fields {
		if text, ok := values[i].(string); ok && slices.Contains(t.lists, f) {
			var list []string
			if err := json.Unmarshal([]byte(text), &list); err != nil {
				return nil, fmt.Errorf("key %s of %q in %s: %w", f, id, t.Name, err)
			}
			keys[f] = list
		} else if values[i] != nil {
			keys[f] = values[i]
		}
	}
	return keys, nil
}

func (t *table) stale(id string, now, rev int64) error {
	return fault.New(fault.Stale, "%q in %s is at revision %d, not %d", id, t.Name, now, rev)
}

// move changes the rows of the Multi indexes from the keys a document had to those it has; what stays is not touched.
func (t *table) move(w *writer, id string, was, is store.Keys) error {
	for _, ix := range t.multi {
		old, new := spread(ix, was), spread(ix, is)
		for _, row := range old {
			if !slices.ContainsFunc(new, same(row)) {
				if err := w.exec(t.removeRow[ix.Name], append(row, id)...); err != nil {
					return err
				}
			}
		}
		for _, row := range new {
			if !slices.ContainsFunc(old, same(row)) {
				if err := w.exec(t.insertRow[ix.Name], append(row, id)...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// spread gives the rows of a Multi index for one document, one for each element.
func spread(ix store.Index, keys store.Keys) (rows [][]any) {
	list, _ := keys[ix.Fields[0]].([]string)
	for _, element := range list {
		row := make([]any, 1, len(ix.Fields)+1)
		row[0] = element
		for _, f := range ix.Fields[1:] {
			if keys[f] == nil {
				return nil
			}
			row = append(row, keys[f])
		}
		if !slices.ContainsFunc(rows, same(row)) {
			rows = append(rows, row)
		}
	}
	return rows
}

func same(a []any) func([]any) bool { return func(b []any) bool { return slices.Equal(a, b) } }

// refused makes a broken unique key a fault; other errors stay as they are.
func (t *table) refused(err error) error {
	if f := t.taken(err); f != nil {
		return f
	}
	return err
}
