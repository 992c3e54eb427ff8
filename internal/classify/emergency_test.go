package classify

import (
	"os"
	"testing"

	"respons/internal/table"
)

// dangers are the rows of testdata/danger.csv: sentences of our own in every language, dangers of each kind, and what only
// sounds like one.
func dangers(t *testing.T) []table.Row {
	t.Helper()
	var ms table.Mistakes
	rows := table.Read(os.DirFS("testdata"), "danger.csv", []string{"number", "text"}, &ms)
	if err := ms.Err(); err != nil || len(rows) < 100 {
		t.Fatalf("%d sentences, %v", len(rows), err)
	}
	return rows
}

func TestDangersOfEveryKindAreHeardAndTheirLookalikesAreNot(t *testing.T) {
	c := shipped(t)
	for _, r := range dangers(t) {
		if got := c.Emergency(r.Get("text")); got != r.Get("number") {
			t.Errorf("%q: %q, want %q", r.Get("text"), got, r.Get("number"))
		}
	}
}
