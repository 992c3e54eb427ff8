package sla

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"time"

	"respons/internal/table"
)

// Book is calendars, classes and ladders. It does not change, so any number of goroutines may use it.
type Book struct {
	calendars map[string]*calendar // by state, all sixteen
	classes   map[string]Class
	ladders   []ladder
	years     map[int]bool // whose holidays are known
	mark      string       // of the files it was read from
}

// files are what a book is read from.
var files = []string{"weekends.csv", "office_hours.csv", "holidays.csv", "sla_classes.csv", "ladder.csv"}

// Load reads weekends.csv, office_hours.csv, holidays.csv, sla_classes.csv and ladder.csv, and notes every mistake. The
// book of files with mistakes is not to be used.
func Load(fsys fs.FS, ms *table.Mistakes) *Book {
	b := &Book{calendars: map[string]*calendar{}, classes: map[string]Class{}, years: map[int]bool{}}
	for _, s := range States {
		b.calendars[s] = &calendar{holidays: map[Date][]Holiday{}}
	}
	b.loadWeekends(fsys, ms)
	b.loadHours(fsys, ms)
	b.loadHolidays(fsys, ms)
	b.loadClasses(fsys, ms)
	b.loadLadder(fsys, ms)
	b.mark = mark(fsys)
	return b
}

// Mark tells the files that a book was read from from all others: equal files, equal marks.
func (b *Book) Mark() string { return b.mark }

func mark(fsys fs.FS) string {
	sum := sha256.New()
	for _, name := range files {
		content, _ := fs.ReadFile(fsys, name) // one that cannot be read has been noted as a mistake
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// date reads a cell; ok is false where the mistake has been noted.
func date(r table.Row, column string) (d Date, ok bool) {
	v := r.Need(column)
	if v == "" {
		return 0, false
	}
	d, err := ParseDate(v)
	if err != nil {
		r.Wrong(column, "%v", err)
	}
	return d, err == nil
}

// minutes reads a time of day as minutes after midnight; ok is false where the mistake has been noted.
func minutes(r table.Row, column string) (m int, ok bool) {
	v := r.Need(column)
	if v == "" {
		return 0, false
	}
	t, err := time.Parse("15:04", v)
	if err != nil {
		r.Wrong(column, "%q is no time such as 08:00", v)
	}
	return t.Hour()*60 + t.Minute(), err == nil
}

func boolean(r table.Row, column string) bool {
	v := r.Get(column)
	if v != "true" && v != "false" {
		r.Wrong(column, "must be true or false")
	}
	return v == "true"
}

// oneOf reads a cell that must hold one of the words; ok is false where the mistake has been noted.
func oneOf[T ~string](r table.Row, column string, words ...T) (word T, ok bool) {
	v := r.Need(column)
	for _, w := range words {
		if v == string(w) {
			return w, true
		}
	}
	if v != "" {
		r.Wrong(column, "%q is none of %v", v, words)
	}
	return "", false
}
