// Package table reads the CSV files of configs/ and collects every mistake in them with file, line and column, so
// that whoever edits one learns all of it at once.
package table

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mistake is one thing wrong in one place of a file.
type Mistake struct {
	File   string
	Line   int    // from 1; 0 where the whole file is meant
	Column int    // byte position in the line from 1; 0 where the whole line is meant
	Name   string // header of the column, empty where none is meant
	Text   string // what is wrong and what would be right
}

// Error gives the mistake in the form that editors jump to: file:line:column: text.
func (m Mistake) Error() string {
	s := m.File
	if m.Line > 0 {
		s += fmt.Sprintf(":%d", m.Line)
	}
	if m.Column > 0 {
		s += fmt.Sprintf(":%d", m.Column)
	}
	if m.Name != "" {
		return s + ": " + m.Name + ": " + m.Text
	}
	return s + ": " + m.Text
}

// Mistakes collects what is wrong in any number of files. The zero value is ready.
type Mistakes []Mistake

// Err is nil where there is no mistake, else all of them joined in order of file and line, each once however many
// readers of the file came upon it.
func (ms Mistakes) Err() error {
	if len(ms) == 0 {
		return nil
	}
	ms = slices.Clone(ms)
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var errs []error
	named := map[Mistake]bool{}
	for _, m := range ms {
		if !named[m] {
			errs = append(errs, m)
		}
		named[m] = true
	}
	return errors.Join(errs...)
}

// MistakesIn gives the mistakes that an error of Err holds; what is none comes as one without a file.
func MistakesIn(err error) (out Mistakes) {
	switch e := err.(type) {
	case nil:
	case Mistake:
		out = append(out, e)
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			out = append(out, MistakesIn(part)...)
		}
	default:
		out = append(out, Mistake{Text: err.Error()})
	}
	return out
}

// Add notes a mistake about a whole file.
func (ms *Mistakes) Add(file, format string, args ...any) {
	*ms = append(*ms, Mistake{File: file, Text: fmt.Sprintf(format, args...)})
}

// Row is one data line of a table.
type Row struct {
	File   string
	Line   int
	fields []string
	pos    []int
	index  map[string]int
	into   *Mistakes
}

// Get is the value in the named column with surrounding space removed. The column is one of those given to Read.
func (r Row) Get(column string) string {
	i, ok := r.index[column]
	if !ok {
		panic("table: column " + column + " was not asked for in Read") // a slip in our code, not in data
	}
	return strings.TrimSpace(r.fields[i])
}

// Has says whether the file has a column that it may leave out.
func (r Row) Has(column string) bool { _, ok := r.index[column]; return ok }

// List is the value split at semicolons, with empty parts dropped.
func (r Row) List(column string) []string {
	var out []string
	for part := range strings.SplitSeq(r.Get(column), ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Wrong notes a mistake in the named column of this row.
func (r Row) Wrong(column, format string, args ...any) {
	*r.into = append(*r.into, Mistake{File: r.File, Line: r.Line, Column: r.pos[r.index[column]], Name: column,
		Text: fmt.Sprintf(format, args...)})
}

// Need is the value of a column that must not be empty; an empty one is noted as a mistake.
func (r Row) Need(column string) string {
	v := r.Get(column)
	if v == "" {
		r.Wrong(column, "must not be empty")
	}
	return v
}

// Read gives the rows of a CSV file in fsys whose header has at least the named columns. What cannot be read is noted in
// ms; rows that can be read are given all the same, so that one look finds every mistake.
func Read(fsys fs.FS, file string, columns []string, ms *Mistakes) []Row {
	f, err := fsys.Open(file)
	if err != nil {
		ms.Add(file, "cannot be opened: %v", err)
		return nil
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.ReuseRecord = false
	header, err := r.Read()
	if err != nil {
		ms.Add(file, "has no header line: %v", err)
		return nil
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // Excel writes a byte order mark
	index := make(map[string]int, len(header))
	for i, name := range header {
		index[strings.TrimSpace(name)] = i
	}
	for _, c := range columns {
		if _, ok := index[c]; !ok {
			*ms = append(*ms, Mistake{File: file, Line: 1, Text: fmt.Sprintf("column %q is missing", c)})
		}
	}
	if len(*ms) > 0 && (*ms)[len(*ms)-1].File == file {
		return nil
	}
	var rows []Row
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return rows
		}
		if pe, ok := errors.AsType[*csv.ParseError](err); ok {
			*ms = append(*ms, Mistake{File: file, Line: pe.Line, Column: pe.Column, Text: pe.Err.Error()})
			return rows // past a broken quote the rest of the file cannot be told apart
		} else if err != nil {
			ms.Add(file, "cannot be read: %v", err)
			return rows
		}
		line, _ := r.FieldPos(0)
		if len(fields) != len(header) {
			*ms = append(*ms, Mistake{File: file, Line: line,
				Text: fmt.Sprintf("has %d fields where the header has %d", len(fields), len(header))})
			continue
		}
		row := Row{File: file, Line: line, fields: fields, pos: make([]int, len(fields)), index: index, into: ms}
		for i := range fields {
			_, row.pos[i] = r.FieldPos(i)
		}
		if !slices.ContainsFunc(fields, func(s string) bool { return !utf8.ValidString(s) }) {
			rows = append(rows, row)
			continue
		}
		*ms = append(*ms, Mistake{File: file, Line: line, Text: "is not valid UTF-8; save the file as UTF-8"})
	}
}
