// Package sheet writes tables as CSV and as XLSX, row by row, so that large ones take no more memory than small ones.
package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Table is rows under named columns. A cell is a string, an integer, a float64 or a time; a zero time is empty.
type Table struct {
	Name    string // of the sheet, 31 characters at the most
	Columns []string
	Rows    iter.Seq2[[]any, error]
	Zone    *time.Location // in which times are written; nil: UTC
}

// MostRows is how many rows one sheet of XLSX holds below its heading.
const MostRows = 1<<20 - 1

// ErrTooLong is the error of a table with more rows than a sheet of XLSX holds.
var ErrTooLong = errors.New("the table has more rows than a sheet of XLSX holds; take CSV, or narrow it")

const timeLayout = "2006-01-02 15:04"

// CSV writes a table in UTF-8 with a byte order mark, by which spreadsheets know the encoding. Text that a spreadsheet would
// take for a formula gets an apostrophe before it (OWASP, CSV injection).
func CSV(w io.Writer, t Table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(t.Columns); err != nil {
		return err
	}
	line := make([]string, len(t.Columns))
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		for i := range line {
			line[i] = ""
			if i < len(row) {
				line[i] = t.text(row[i])
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (t Table) text(cell any) string {
	switch v := cell.(type) {
	case string:
		return harmless(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(t.zone()).Format(timeLayout)
	}
	return harmless(fmt.Sprint(cell))
}

// harmless keeps text from being a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (t Table) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// XLSX writes tables, each as a sheet. In XLSX text is text, whatever it begins with.
func XLSX(w io.Writer, tables ...Table) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }() // takes away what it wrote to the disk
	heading, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	layout := "yyyy-mm-dd hh:mm"
	times, err := f.NewStyle(&excelize.Style{CustomNumFmt: &layout})
	if err != nil {
		return err
	}
	for i, t := range tables {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), t.Name)
		} else {
			_, err = f.NewSheet(t.Name)
		}
		if err == nil {
			err = t.stream(f, heading, times)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", t.Name, err)
		}
	}
	return f.Write(w)
}

func (t Table) stream(f *excelize.File, heading, times int) error {
	out, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, max(1, len(t.Columns)), 18); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: heading, Value: c}
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	n := 1
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if n++; n > MostRows+1 {
			return ErrTooLong
		}
		for i, cell := range row {
			if at, ok := cell.(time.Time); ok {
				row[i] = nil
				if !at.IsZero() {
					// XLSX knows no zones: what the clock on the wall showed is written.
					_, offset := at.In(t.zone()).Zone()
					row[i] = excelize.Cell{StyleID: times, Value: at.UTC().Add(time.Duration(offset) * time.Second)}
				}
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(n), row); err != nil {
			return err
		}
	}
	return out.Flush()
}
