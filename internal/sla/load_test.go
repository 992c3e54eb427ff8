package sla

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"respons/internal/table"
)

var update = flag.Bool("update", false, "write the golden lists of mistakes anew")

// Each folder of testdata/bad holds one broken table, which takes the place of the shipped one, and the mistakes that are
// found in it.
func TestEveryMistakeInATableIsNamedWithItsPlace(t *testing.T) {
	tables, err := filepath.Glob("testdata/bad/*/*.csv")
	if err != nil || len(tables) < 5 {
		t.Fatalf("%d broken tables: %v", len(tables), err)
	}
	for _, path := range tables {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var ms table.Mistakes
			Load(changed(t, map[string]string{filepath.Base(path): string(data)}), &ms)
			if ms.Err() == nil {
				t.Fatal("no mistake was found")
			}
			got := ms.Err().Error() + "\n"
			golden := filepath.Join(filepath.Dir(path), "mistakes.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABookOfBrokenTablesStillAnswers(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"no files at all":           {},
		"all days are days of rest": changed(t, map[string]string{"weekends.csv": "state,from,to,days\nMY-16,2014-01-01,,Sun;Mon;Tue;Wed;Thu;Fri;Sat\n"}),
		"no office hours":           changed(t, map[string]string{"office_hours.csv": "state,weekday,open,close\n"}),
	} {
		t.Run(name, func(t *testing.T) {
			var ms table.Mistakes
			b := Load(fsys, &ms)
			if ms.Err() == nil {
				t.Error("no mistake was found")
			}
			if _, ok := b.Due(Target{Kind: WorkingDays, Days: 3}, "", local(t, "2026-01-08 10:00"), nil, 100); !ok {
				t.Error("no due time")
			}
		})
	}
}

func TestTheShippedClassesAreThoseOfTheTable(t *testing.T) {
	b := shipped(t)
	parse := func(kind, value string) Target {
		target, err := ParseTarget(kind, value)
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	for _, want := range []Class{
		{Code: "S0", Emergency: true, Targets: map[ClockName]Target{Accept: parse("wall", "PT30M"), FirstResponse: parse("wall", "PT1H"), MakeSafe: parse("wall", "PT6H"), Resolve: parse("wall", "PT24H")}},
		{Code: "S15", Targets: map[ClockName]Target{Accept: parse("working_days", "1"), FirstResponse: parse("working_days", "3"), Resolve: parse("working_days", "15")}},
		{Code: "C28", Restricted: true, Targets: map[ClockName]Target{Accept: parse("wall", "PT24H"), FirstResponse: parse("wall", "PT24H"), Resolve: parse("working_days", "28")}},
		{Code: "X", Emergency: true, Targets: map[ClockName]Target{FirstResponse: parse("wall", "PT0S")}},
	} {
		got, ok := b.Class(want.Code)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: %v %s", want.Code, ok, diff)
		}
	}
	if _, ok := b.Class("S99"); ok {
		t.Error("there is a class S99")
	}
}
