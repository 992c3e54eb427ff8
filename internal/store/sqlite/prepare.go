package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"respons/internal/fault"
	"respons/internal/store"
)

// loadCatalog reads which collections were declared.
func (e *Engine) loadCatalog() error {
	rows, err := e.reads.Query(`SELECT declared FROM ".catalog"`)
	if err != nil {
		return failed(err, "read")
	}
	defer rows.Close()
	tables := map[string]*table{}
	for rows.Next() {
		var declared []byte
		var c store.Collection
		if err := rows.Scan(&declared); err != nil {
			return failed(err, "read")
		}
		if err := json.Unmarshal(declared, &c); err != nil {
			return fmt.Errorf("read the catalog: %w", err)
		}
		tables[c.Name] = newTable(c)
	}
	e.tables.Store(&tables)
	return failed(rows.Err(), "read")
}

// Prepare makes tables and indexes in one transaction: all or nothing. While it fills an index, writes wait.
func (e *Engine) Prepare(ctx context.Context, schema []store.Collection, plan bool) ([]string, error) {
	for _, c := range schema {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	if plan {
		_, _, lines, err := e.compareAll(schema)
		return lines, err
	}
	e.preparing.Lock()
	defer e.preparing.Unlock()
	before := e.tables.Load()
	var lines []string
	err := e.writer.write(ctx, func(w *writer) error {
		tables, do, did, err := e.compareAll(schema)
		if err != nil || len(do) == 0 {
			return err
		}
		if err := w.exec("SAVEPOINT prepare"); err != nil {
			return err
		}
		for _, q := range do {
			if err := w.once(q); err != nil {
				return errors.Join(fault.Wrap(fault.Conflict, err, "what is stored does not allow to %s", strings.Join(did, ", ")),
					w.exec("ROLLBACK TO prepare"))
			}
		}
		lines = did
		e.tables.Store(&tables) // before the next change in this batch, which must fill the new indexes
		return w.exec("RELEASE prepare")
	})
	if err != nil {
		e.tables.Store(before)
	}
	return lines, err
}

func (e *Engine) compareAll(schema []store.Collection) (tables map[string]*table, do, did []string, err error) {
	tables = maps.Clone(*e.tables.Load())
	for _, c := range schema {
		t, sql, words, err := compare(tables[c.Name], c)
		if err != nil {
			return nil, nil, nil, err
		}
		tables[c.Name] = t
		do, did = append(do, sql...), append(did, words...)
	}
	return tables, do, did, nil
}

// compare says what brings a stored collection (nil: none yet) to its declaration, in SQL and in words.
func compare(old *table, c store.Collection) (t *table, do, did []string, err error) {
	if old == nil {
		t = newTable(c)
		cols := strings.Join(append(prefixed("k_", t.fields), "body BLOB NOT NULL"), ", ")
		do = append(do, fmt.Sprintf(`CREATE TABLE %q(id TEXT NOT NULL PRIMARY KEY, rev INTEGER NOT NULL, %s)`, c.Name, cols))
		did = append(did, "create collection "+c.Name)
		old = newTable(store.Collection{Name: c.Name})
	} else {
		t = newTable(old.With(c))
		if err := t.Check(); err != nil {
			return nil, nil, nil, err
		}
		for _, f := range t.fields {
			if !slices.Contains(old.fields, f) {
				do = append(do, fmt.Sprintf(`ALTER TABLE %q ADD COLUMN k_%s`, c.Name, f))
			}
		}
	}
	for _, ix := range t.Indexes {
		at := slices.IndexFunc(old.Indexes, func(o store.Index) bool { return o.Name == ix.Name })
		verb := "create"
		if at >= 0 {
			if reflect.DeepEqual(old.Indexes[at], ix) {
				continue
			}
			if old.Indexes[at].Multi != ix.Multi && slices.Contains(old.fields, ix.Fields[0]) {
				return nil, nil, nil, fault.New(fault.Invalid, "index %s of %s cannot change between Multi and single", ix.Name, c.Name)
			}
			verb = "change"
			do = append(do, old.drop(old.Indexes[at]))
		}
		do = append(do, t.create(ix)...)
		did = append(did, verb+" index "+c.Name+"."+ix.Name)
	}
	if len(did) > 0 {
		declared, err := json.Marshal(t.Collection)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("write the catalog: %w", err)
		}
		do = append(do, fmt.Sprintf(`INSERT INTO ".catalog" VALUES ('%s', '%s') ON CONFLICT DO UPDATE SET declared = excluded.declared`, c.Name, declared))
	}
	return t, do, did, nil
}
