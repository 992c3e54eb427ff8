package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"respons/internal/store"
)

// base is what every file has: the declared collections and the counters. No collection can have a name with a dot.
const base = `
CREATE TABLE IF NOT EXISTS ".catalog"(collection TEXT NOT NULL PRIMARY KEY, declared TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ".counters"(id TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(id, name)) WITHOUT ROWID;`

// table is a collection with the statements that write it. Collection c is the table "c" with a column k_f for each
// indexed field f, a Multi field being a JSON array there. Its index i is the SQL index "c.i" or, when it is Multi, the
// table "c.i" with a row for each element. All are sparse: a document that lacks a field of an index is not in it.
type table struct {
	store.Collection
	fields []string      // all indexed fields, in the order of the statements
	lists  []string      // those that are Multi
	multi  []store.Index // the Multi indexes

	insert, remove, get, revision string
	insertRow, removeRow          map[string]string // by name of the Multi index
}

func newTable(c store.Collection) *table {
	t := &table{Collection: c, insertRow: map[string]string{}, removeRow: map[string]string{}}
	for _, ix := range c.Indexes {
		t.fields = union(t.fields, ix.Fields)
		if ix.Multi {
			t.multi = append(t.multi, ix)
			name := c.Name + "." + ix.Name
			t.insertRow[ix.Name] = fmt.Sprintf(`INSERT INTO %q VALUES (?%s)`, name, strings.Repeat(", ?", len(ix.Fields)))
			t.removeRow[ix.Name] = fmt.Sprintf(`DELETE FROM %q WHERE %s = ? AND id = ?`, name, strings.Join(prefixed("k_", ix.Fields), " = ? AND "))
			t.lists = union(t.lists, ix.Fields[:1])
		}
	}
	cols := prefixed("k_", t.fields)
	t.insert = fmt.Sprintf(`INSERT INTO %q(%s) VALUES (1%s)`, t.Name,
		strings.Join(slices.Concat([]string{"rev"}, cols, []string{"body", "id"}), ", "), strings.Repeat(", ?", len(cols)+2))
	t.remove = fmt.Sprintf(`DELETE FROM %q WHERE id = ?`, t.Name)
	t.get = fmt.Sprintf(`SELECT rev, CASE WHEN rev <> ? THEN body END FROM %q WHERE id = ?`, t.Name)
	t.revision = fmt.Sprintf(`SELECT %s FROM %q WHERE id = ?`, strings.Join(append([]string{"rev"}, cols...), ", "), t.Name)
	return t
}

// create gives the statements that make an index and fill it from what is stored.
func (t *table) create(ix store.Index) []string {
	cols := strings.Join(prefixed("k_", ix.Fields), ", ")
	present := strings.Join(prefixed("k_", ix.Fields), " IS NOT NULL AND ") + " IS NOT NULL"
	name := t.Name + "." + ix.Name
	switch {
	case ix.Unique:
		return []string{fmt.Sprintf(`CREATE UNIQUE INDEX %q ON %q(%s)`, name, t.Name, cols)}
	case ix.Multi:
		others := strings.Join(prefixed("t.k_", ix.Fields[1:]), ", ")
		if others != "" {
			others += ", "
		}
		return []string{
			fmt.Sprintf(`CREATE TABLE %q(%s, id, PRIMARY KEY(%s, id)) WITHOUT ROWID`, name, cols, cols),
			fmt.Sprintf(`INSERT INTO %q SELECT DISTINCT e.value, %st.id FROM %q t, json_each(t.k_%s) e WHERE %s`, name, others, t.Name, ix.Fields[0], present),
		}
	}
	return []string{fmt.Sprintf(`CREATE INDEX %q ON %q(%s, id) WHERE %s`, name, t.Name, cols, present)}
}

func (t *table) drop(ix store.Index) string {
	kind := "INDEX"
	if ix.Multi {
		kind = "TABLE"
	}
	return fmt.Sprintf(`DROP %s %q`, kind, t.Name+"."+ix.Name)
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names), len(names)+2)
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
