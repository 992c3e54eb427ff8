package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"respons/internal/sheet"
)

var (
	zone = time.FixedZone("MYT", 8*3600)
	noon = time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)
)

func rows(list ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range list {
			if !yield(slices.Clone(r), nil) {
				return
			}
		}
	}
}

func table() sheet.Table {
	return sheet.Table{Name: "Aduan", Columns: []string{"Nombor", "Perkara", "Lewat", "Tarikh", "Bahagian"}, Zone: zone, Rows: rows(
		[]any{"RR-1", "坑洞 \"besar\", SS2", 3, noon, 0.5},
		[]any{"RR-2", "=HYPERLINK(\"http://x\")", int64(0), time.Time{}, 1.0},
		[]any{"RR-3", "+60 dan\nbaris lain"},
	)}
}

func TestBothFormsReadBackAsWritten(t *testing.T) {
	want := [][]string{{"Nombor", "Perkara", "Lewat", "Tarikh", "Bahagian"}, {"RR-1", "坑洞 \"besar\", SS2", "3", "2026-01-05 12:00", "0.5"},
		{"RR-2", "'=HYPERLINK(\"http://x\")", "0", "", "1"}, {"RR-3", "'+60 dan\nbaris lain", "", "", ""}}
	var b bytes.Buffer
	if err := sheet.CSV(&b, table()); err != nil {
		t.Fatal(err)
	}
	raw, ok := bytes.CutPrefix(b.Bytes(), []byte("\ufeff"))
	got, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if !ok || err != nil || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("CSV: %q, %v", got, err)
	}

	b.Reset()
	second := table()
	second.Name = "Lagi"
	if err := sheet.XLSX(&b, table(), second); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want[2][1], want[3][1] = "=HYPERLINK(\"http://x\")", "+60 dan\nbaris lain" // text there, no formula
	want[3] = want[3][:2]
	for _, name := range []string{"Aduan", "Lagi"} {
		got, err := f.GetRows(name)
		if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("XLSX %s: %q, %v", name, got, err)
		}
		if formula, err := f.GetCellFormula(name, "B3"); err != nil || formula != "" {
			t.Errorf("a citizen's text is the formula %q, %v", formula, err)
		}
	}
}

func TestAFailingTableIsNoFile(t *testing.T) {
	broken := errors.New("the store is gone")
	bad := sheet.Table{Name: "x", Columns: []string{"a"}, Rows: func(yield func([]any, error) bool) { yield(nil, broken) }}
	if err := sheet.CSV(new(bytes.Buffer), bad); !errors.Is(err, broken) {
		t.Error(err)
	}
	var b bytes.Buffer
	if err := sheet.XLSX(&b, bad); !errors.Is(err, broken) || b.Len() > 0 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
}
