package amend

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/fault"
)

// Sheet is a table as rows of fields; each row has a field for every column.
type Sheet struct {
	Columns []string
	Rows    [][]string
}

// ParseSheet reads CSV; fault.Invalid with the line where it is none. Space around fields is dropped, as every reader of the
// reference data drops it.
func ParseSheet(content []byte) (Sheet, error) {
	if !utf8.Valid(content) {
		return Sheet{}, fault.New(fault.Invalid, "the file is not UTF-8; save it as CSV UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return Sheet{}, fault.New(fault.Invalid, "line %d, column %d: %v", wrong.Line, wrong.Column, wrong.Err)
	} else if err != nil {
		return Sheet{}, fault.New(fault.Invalid, "this is no CSV: %v", err)
	}
	if len(all) == 0 {
		return Sheet{}, fault.New(fault.Invalid, "the file is empty; its first line names the columns")
	}
	for i, row := range all {
		if len(row) != len(all[0]) {
			return Sheet{}, fault.New(fault.Invalid, "row %d has %d fields where the header has %d", i+1, len(row), len(all[0]))
		}
		for j := range row {
			row[j] = strings.TrimSpace(row[j])
		}
	}
	return Sheet{Columns: all[0], Rows: all[1:]}, nil
}

// Bytes writes the sheet as CSV.
func (s Sheet) Bytes() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(s.Columns) // a buffer takes everything
	_ = w.WriteAll(s.Rows)
	return b.Bytes()
}

// Lines gives the line of the file, from 1, on which each row begins.
func (s Sheet) Lines() []int {
	out := make([]int, len(s.Rows))
	line := 2
	for i, row := range s.Rows {
		out[i] = line
		line++
		for _, field := range row {
			line += strings.Count(field, "\n")
		}
	}
	return out
}

// Column is the position of a column; -1: there is none.
func (s Sheet) Column(name string) int { return slices.Index(s.Columns, name) }

// Mark tells a row from every other content: a form says by it which row it has seen.
func Mark(row []string) string {
	sum := sha256.Sum256([]byte(strings.Join(row, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// insert adds a row below another, counted from 1; 0: as the first.
func (s Sheet) insert(below int, values map[string]string) Sheet {
	s = s.clone()
	at := min(max(below, 0), len(s.Rows))
	s.Rows = slices.Insert(s.Rows, at, make([]string, len(s.Columns)))
	return s.with(at, values)
}

// clone copies the list of rows, not the rows, which are never changed in place.
func (s Sheet) clone() Sheet { return Sheet{Columns: s.Columns, Rows: slices.Clone(s.Rows)} }

// in gives the rows with the fields in the order of other columns; fault.Invalid where the columns are not the same ones.
func (s Sheet) in(columns []string) (Sheet, error) {
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = s.Column(name); at[i] < 0 {
			return s, fault.New(fault.Invalid, "column %q is missing; the columns are %s", name, strings.Join(columns, ", "))
		}
	}
	if len(s.Columns) != len(columns) {
		return s, fault.New(fault.Invalid, "there are %d columns; they are %s", len(s.Columns), strings.Join(columns, ", "))
	}
	out := Sheet{Columns: columns, Rows: make([][]string, len(s.Rows))}
	for i, row := range s.Rows {
		out.Rows[i] = make([]string, len(columns))
		for j, k := range at {
			out.Rows[i][j] = row[k]
		}
	}
	return out, nil
}
