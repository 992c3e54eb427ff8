package operation_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"

	"respons/configs"
	"respons/internal/app/apptest"
)

// filings are the labelled complaints where they lie beside the checkout, else those of the demonstration.
func filings(t *testing.T) []apptest.Filing {
	t.Helper()
	const labelled = "../../../../../shared/data/complaints-dev.csv"
	content, err := os.ReadFile(labelled)
	if err != nil {
		t.Logf("the labelled complaints are not there; the demonstration's are used")
		if content, err = configs.FS.ReadFile("demo.csv"); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var out []apptest.Filing
	for _, row := range rows[1:] {
		location := map[string]any{}
		for _, name := range []string{"lat", "lon"} {
			if x, err := strconv.ParseFloat(row[column[name]], 64); err == nil {
				location[name] = x
			}
		}
		for _, name := range []string{"address", "postcode"} {
			if v := row[column[name]]; v != "" {
				location[name] = v
			}
		}
		f := apptest.Filing{"text": row[column["text"]], "location": location}
		out = append(out, f)
	}
	if len(out) < 40 {
		t.Fatalf("only %d complaints to file", len(out))
	}
	return out
}

func key(i int) string { return fmt.Sprintf("scenario-%04d", i) }
