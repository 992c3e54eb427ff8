package place

import (
	"io/fs"
	"strings"

	"respons/internal/table"
)

// learnOrdinary takes the words of shortforms.csv, categories.csv and concepts.csv, where they are there, for words of everyday
// speech: what people complain about is no place by itself. Mistakes in those files are told by whom they belong to.
func (v *vocabulary) learnOrdinary(fsys fs.FS) {
	var elsewhere table.Mistakes
	for _, source := range []struct {
		file    string
		columns []string
	}{
		{"shortforms.csv", []string{"form", "normal"}},
		{"categories.csv", []string{"name_ms", "name_en", "keywords_ms", "keywords_en"}},
		{"concepts.csv", []string{"ms", "en"}},
	} {
		for _, row := range table.Read(fsys, source.file, source.columns, &elsewhere) {
			for _, column := range source.columns {
				for word := range strings.FieldsFuncSeq(strings.ToLower(row.Get(column)), func(r rune) bool { return !latin(r) }) {
					v.ordinary[v.id(word)] = true
				}
			}
		}
	}
}
