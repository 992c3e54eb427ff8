package amend

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"respons/configs"
	"respons/internal/fault"
)

func sheet(columns string, rows ...string) Sheet {
	s := Sheet{Columns: strings.Split(columns, ",")}
	for _, r := range rows {
		s.Rows = append(s.Rows, strings.Split(r, ","))
	}
	return s
}

func file(t *testing.T, name string) File {
	t.Helper()
	f, err := FileOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Whatever an administrator makes of a table comes back when the change is made to the same table.
func TestAChangeMadeToItsOwnTableGivesWhatWasWanted(t *testing.T) {
	ordered := File{Name: "responsibility.csv", Ordered: true}
	row := rapid.Custom(func(t *rapid.T) []string {
		return []string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "rule"), rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "when")}
	})
	rapid.Check(t, func(t *rapid.T) {
		from := Sheet{Columns: []string{"rule", "when"}, Rows: rapid.SliceOfN(row, 0, 12).Draw(t, "from")}
		to := Sheet{Columns: []string{"rule", "when"}, Rows: rapid.SliceOfN(row, 0, 12).Draw(t, "to")}
		c, err := Compare(ordered, from, to)
		if err != nil {
			t.Fatal(err)
		}
		if equal(from, to) && len(c.Edits) > 0 {
			t.Fatalf("equal tables differ by %v", c.Edits)
		}
		distinct := func(s Sheet) bool {
			seen := map[string]bool{}
			for _, r := range s.Rows {
				seen[strings.Join(r, ",")] = true
			}
			return len(seen) == len(s.Rows)
		}
		if !distinct(from) || !distinct(to) {
			return // of equal rows nobody can say which was meant; no table may have them
		}
		got, clashes, err := c.Apply(from)
		if err != nil || len(clashes) > 0 || !equal(got, to) {
			t.Fatalf("%v to %v: got %v, clashes %v, %v by %v", from.Rows, to.Rows, got.Rows, clashes, err, c.Edits)
		}
	})
}

// So it is where rows have keys, too, and come, go, move and change at once.
func TestAKeyedTableComesBackHoweverItsRowsMove(t *testing.T) {
	ladder := file(t, "ladder.csv")
	columns := []string{"class", "agency", "clock", "percent", "note"}
	draw := func(t *rapid.T, label string) Sheet {
		s := Sheet{Columns: columns}
		for _, class := range rapid.Permutation([]string{"S0", "S1", "S2", "S3", "S4", "S5"}).Draw(t, label)[:rapid.IntRange(0, 6).Draw(t, label+" rows")] {
			s.Rows = append(s.Rows, []string{class, "*", "*", "50", rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "note")})
		}
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		from, to := draw(t, "from"), draw(t, "to")
		c, err := Compare(ladder, from, to)
		if err != nil {
			t.Fatal(err)
		}
		got, clashes, err := c.Apply(from)
		if err != nil || len(clashes) > 0 || !equal(got, to) {
			t.Fatalf("%v to %v: got %v, clashes %v, %v by %v", from.Rows, to.Rows, got.Rows, clashes, err, c.Edits)
		}
	})
}

func TestTwoRowsForOneKeyAreRefused(t *testing.T) {
	classes := file(t, "sla_classes.csv")
	from := Sheet{Columns: []string{"code", "accept"}, Rows: [][]string{{"S0", "1"}, {"S1", "2"}}}
	to := Sheet{Columns: from.Columns, Rows: append(slices.Clone(from.Rows), []string{"S0", "3"})}
	if _, err := Compare(classes, from, to); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "S0") {
		t.Errorf("%v", err)
	}
}

// A rule that an amendment removes and another one changed meanwhile stays, and is told.
func TestARemovedRowThatWasChangedIsTold(t *testing.T) {
	rules := file(t, "responsibility.csv")
	from := Sheet{Columns: []string{"rule", "when", "note"}, Rows: [][]string{{"ROAD", "", "old"}, {"DRAIN", "", ""}}}
	c, err := Compare(rules, from, Sheet{Columns: from.Columns, Rows: from.Rows[1:]})
	if err != nil {
		t.Fatal(err)
	}
	by := Sheet{Columns: from.Columns, Rows: [][]string{{"ROAD", "", "new"}, {"DRAIN", "", ""}}}
	if got, clashes, err := c.Apply(by); err != nil || len(clashes) != 1 || !equal(got, by) {
		t.Errorf("%v, %+v, %v", got.Rows, clashes, err)
	}
}

// A column that a newer program dropped takes no value any more.
func TestAnEditOfADroppedColumnIsAConflict(t *testing.T) {
	classes := file(t, "sla_classes.csv")
	from := Sheet{Columns: []string{"code", "accept", "note"}, Rows: [][]string{{"S0", "1", "a"}}}
	c, err := Compare(classes, from, Sheet{Columns: from.Columns, Rows: [][]string{{"S0", "1", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Apply(Sheet{Columns: []string{"code", "accept"}, Rows: [][]string{{"S0", "1"}}}); !errors.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
}

// Edits of different cells of a keyed table, one by the administrator and one by a newer program, both stand.
func TestAChangeMadeToANewerTableKeepsBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "rows")
		base := Sheet{Columns: []string{"code", "accept", "resolve"}}
		for i := range n {
			base.Rows = append(base.Rows, []string{fmt.Sprint("S", i), "1", "2"})
		}
		mine, theirs := base.clone(), base.clone()
		edit := func(s *Sheet, column int, value, label string) {
			i := rapid.IntRange(0, n-1).Draw(t, label)
			r := slices.Clone(s.Rows[i])
			r[column] = value
			s.Rows[i] = r
		}
		edit(&mine, 1, "mine", "mine")
		edit(&theirs, 2, "theirs", "theirs")
		theirs.Rows = slices.Insert(theirs.Rows, rapid.IntRange(0, n).Draw(t, "at"), []string{"NEW", "3", "4"})
		c, err := Compare(File{Name: "sla_classes.csv", Key: []string{"code"}}, base, mine)
		if err != nil {
			t.Fatal(err)
		}
		got, clashes, err := c.Apply(theirs)
		if err != nil || len(clashes) > 0 {
			t.Fatal(clashes, err)
		}
		for _, row := range got.Rows {
			at := slices.IndexFunc(base.Rows, func(r []string) bool { return r[0] == row[0] })
			if at < 0 {
				continue
			}
			other := slices.IndexFunc(theirs.Rows, func(r []string) bool { return r[0] == row[0] })
			if row[1] != mine.Rows[at][1] || row[2] != theirs.Rows[other][2] {
				t.Fatalf("got %v of mine %v and theirs %v", row, mine.Rows[at], theirs.Rows[other])
			}
		}
		if len(got.Rows) != n+1 {
			t.Fatalf("%d rows", len(got.Rows))
		}
	})
}

func TestWhatBothSidesChangedIsTold(t *testing.T) {
	classes := file(t, "sla_classes.csv")
	base := sheet("code,accept,resolve", "S1,1,2", "S2,1,2")
	for _, c := range []struct {
		name          string
		mine, theirs  Sheet
		want          []string
		clash, refuse string
	}{
		{"the same cell", sheet("code,accept,resolve", "S1,9,2", "S2,1,2"), sheet("code,accept,resolve", "S1,8,2", "S2,1,2"),
			[]string{"S1,9,2", "S2,1,2"}, "S1 accept 1 8 9", ""},
		{"the same cell to the same value", sheet("code,accept,resolve", "S1,9,2", "S2,1,2"), sheet("code,accept,resolve", "S1,9,2", "S2,1,2"),
			[]string{"S1,9,2", "S2,1,2"}, "", ""},
		{"both added the row", sheet("code,accept,resolve", "S1,1,2", "S2,1,2", "S3,5,5"), sheet("code,accept,resolve", "S1,1,2", "S2,1,2", "S3,6,6"),
			[]string{"S1,1,2", "S2,1,2", "S3,5,5"}, "S3   S3,6,6 S3,5,5", ""},
		{"I removed what they changed", sheet("code,accept,resolve", "S1,1,2"), sheet("code,accept,resolve", "S1,1,2", "S2,1,7"),
			[]string{"S1,1,2"}, "S2  S2,1,2 S2,1,7 ", ""},
		{"both removed it", sheet("code,accept,resolve", "S1,1,2"), sheet("code,accept,resolve", "S1,1,2"), []string{"S1,1,2"}, "", ""},
		{"they removed what I changed", sheet("code,accept,resolve", "S1,1,2", "S2,9,2"), sheet("code,accept,resolve", "S1,1,2"), nil, "",
			"in sla_classes.csv the row S2, which the amendment changes, is gone"},
		{"they have a new column", sheet("code,accept,resolve", "S1,9,2", "S2,1,2", "S3,5,5"), sheet("code,note,accept,resolve", "S1,old,1,2", "S2,,1,2"),
			[]string{"S1,old,9,2", "S2,,1,2", "S3,,5,5"}, "", ""},
		{"they dropped a column that I fill", sheet("code,accept,resolve", "S1,1,2", "S2,1,2", "S3,5,5"), sheet("code,resolve", "S1,2", "S2,2"), nil, "",
			"has no column accept any more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			change, err := Compare(classes, base, c.mine)
			if err != nil {
				t.Fatal(err)
			}
			got, clashes, err := change.Apply(c.theirs)
			if c.refuse != "" {
				if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), c.refuse) {
					t.Errorf("got %v", err)
				}
				return
			}
			var rows, told []string
			for _, r := range got.Rows {
				rows = append(rows, strings.Join(r, ","))
			}
			for _, x := range clashes {
				told = append(told, strings.Join([]string{x.Row, x.Column, x.Was, x.Theirs, x.Ours}, " "))
			}
			if err != nil || !reflect.DeepEqual(rows, c.want) || strings.Join(told, "; ") != c.clash {
				t.Errorf("rows %q, clashes %q, %v", rows, told, err)
			}
		})
	}
}

func TestTheOrderOfRulesIsKept(t *testing.T) {
	rules := file(t, "responsibility.csv")
	base := sheet("rule,agency", "ROAD,A", "ROAD,B", "ROAD,C")
	mine := sheet("rule,agency", "ROAD,A", "ROAD,X", "ROAD,Y", "ROAD,B", "ROAD,C")
	c, err := Compare(rules, base, mine)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := c.Apply(sheet("rule,agency", "FIRE,Z", "ROAD,A", "ROAD,B", "ROAD,C"))
	if err != nil || !reflect.DeepEqual(got, sheet("rule,agency", "FIRE,Z", "ROAD,A", "ROAD,X", "ROAD,Y", "ROAD,B", "ROAD,C")) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, _, err := c.Apply(sheet("rule,agency", "ROAD,B", "ROAD,C")); !errors.Is(err, fault.Conflict) {
		t.Errorf("where the row above is gone: %v", err)
	}
}

func TestFixedRowsStayWhereTheyAre(t *testing.T) {
	categories := file(t, "categories.csv")
	base := sheet("code,name_ms", "JLN01,Lubang", "JLN02,Rosak")
	for name, to := range map[string]Sheet{"added": sheet("code,name_ms", "JLN01,Lubang", "JLN02,Rosak", "JLN03,Baru"), "removed": sheet("code,name_ms", "JLN01,Lubang"),
		"moved": sheet("code,name_ms", "JLN02,Rosak", "JLN01,Lubang"), "renamed": sheet("code,name_ms", "JLN09,Lubang", "JLN02,Rosak")} {
		if _, err := Compare(categories, base, to); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c, err := Compare(categories, base, sheet("name_ms,code", "Lubang besar,JLN01", "Rosak,JLN02")); err != nil || len(c.Edits) != 1 {
		t.Errorf("a cell, with the columns in another order: %v, %v", c, err)
	}
}

func TestEveryTableHasItsKeyAndComesBackAsItWas(t *testing.T) {
	for _, f := range Files {
		content, err := configs.FS.ReadFile(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ParseSheet(content)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		again, err := ParseSheet(s.Bytes())
		if err != nil || !equal(again, s) {
			t.Errorf("%s is another when it is written and read again: %v", f.Name, err)
		}
		seen := map[string]bool{}
		for _, row := range s.Rows {
			key := f.key(s.Columns, row)
			if len(f.Key) == 0 {
				key = strings.Join(row, "\x00")
			}
			if key == "" || seen[key] {
				t.Errorf("%s: two rows with the key %q", f.Name, key)
			}
			seen[key] = true
		}
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	for content, want := range map[string]string{"": "empty", "a,b\n1\n": "row 2 has 1 fields where the header has 2", "a\n\"x\n": "line 2"} {
		if _, err := ParseSheet([]byte(content)); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if s, err := ParseSheet([]byte("\ufeffa,b\n 1 , 2\n")); err != nil || s.Columns[0] != "a" || s.Rows[0][0] != "1" {
		t.Errorf("as a spreadsheet writes it: %q, %v", s, err)
	}
}

func equal(a, b Sheet) bool {
	return slices.Equal(a.Columns, b.Columns) && slices.EqualFunc(a.Rows, b.Rows, slices.Equal[[]string])
}

// A table of thousands of rows of which most change, as after a new gazetteer.
func BenchmarkApplyThousandsOfEdits(b *testing.B) {
	from := Sheet{Columns: []string{"name", "state"}}
	to := Sheet{Columns: from.Columns}
	for i := range 4700 {
		from.Rows = append(from.Rows, []string{fmt.Sprint("place ", i), "MY-01"})
		to.Rows = append(to.Rows, []string{fmt.Sprint("place ", i), "MY-02"})
	}
	f, err := FileOf("localities.csv")
	if err != nil {
		b.Fatal(err)
	}
	c, err := Compare(f, from, to)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, _, err := c.Apply(from); err != nil || !equal(got, to) {
			b.Fatal(err)
		}
	}
}
