package console

import (
	"context"
	"iter"
	"strings"

	"respons/internal/identity"
)

// countedColumns are the columns of a file of complaints behind a figure.
var countedColumns = []struct{ ms, en string }{
	{"Nombor", "Number"}, {"Jenis", "Kind"}, {"Status", "State"}, {"Sejak", "Since"}, {"Agensi", "Agency"}, {"Nama agensi", "Name of the agency"},
	{"Kategori", "Category"}, {"Nama kategori", "Name of the category"}, {"Kelas", "Class"}, {"Daerah", "District"}, {"Pegawai", "Officer"}, {"Diterima", "Received"},
	{"Tarikh akhir", "Due"}, {"Kedudukan", "Standing"}, {"Dijangka lewat", "Foreseen to be late"}, {"Menunggu", "Waits for"}, {"Tempoh terlepas", "Deadlines missed"}, {"Dibaiki", "Mended"},
}

// CountedColumns are the headings of CountedRows, in ms or en.
func CountedColumns(lang string) (out []string) {
	for _, c := range countedColumns {
		if lang == "en" {
			out = append(out, c.en)
		} else {
			out = append(out, c.ms)
		}
	}
	return out
}

// CountedRows reads the complaints behind a figure page by page, as rows of a file; times are UTC. It ends with the first
// error. Nobody's name and no text of a citizen is in it.
func (a *API) CountedRows(ctx context.Context, p identity.Person, in FilterInput) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		f, err := a.filter(p, in)
		if err != nil {
			yield(nil, err)
			return
		}
		for after := ""; ; {
			list, next, err := a.Figures.List(ctx, f, after, 200)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, x := range list {
				if !yield(a.countedRow(counted(x.Facts), p.Lang), nil) {
					return
				}
			}
			if after = next; after == "" {
				return
			}
		}
	}
}

func (a *API) countedRow(c Counted, lang string) []any {
	yes := map[bool]string{true: "1"}
	waits := ""
	if c.Waits != nil {
		waits = c.Waits.For
	}
	var missed []string
	for _, m := range c.Missed {
		missed = append(missed, m.Clock)
	}
	name := func(of func(code, lang string) string, code string) string {
		if code == "" || code == "DESK" {
			return ""
		}
		return of(code, lang)
	}
	return []any{c.Number, c.Kind, c.State, c.Since, c.Agency, name(a.Names.Agency, c.Agency), c.Category, name(a.Names.Category, c.Category), c.Class, c.District,
		c.Officer, c.Received, orZero(c.Due), c.Standing, yes[c.Predicted], waits, strings.Join(missed, " "), orZero(c.Mended)}
}
