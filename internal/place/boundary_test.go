package place

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/agency"
	"respons/internal/table"
)

func area(authority, kind, coordinates string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"authority":%q},"geometry":{"type":%q,"coordinates":%s}}`, authority, kind, coordinates)
}

func features(f ...string) []byte {
	return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(f, ",") + `]}`)
}

const square = `[[[101.60,3.10],[101.64,3.10],[101.64,3.14],[101.60,3.14],[101.60,3.10]]]`

func TestBoundariesAreCheckedAndEveryMistakeIsNamed(t *testing.T) {
	var ms table.Mistakes
	register := agency.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		content []byte
		n       int
		says    []string // empty: nothing is wrong
	}{
		{"a polygon", features(area("MBPJ", "Polygon", square)), 1, nil},
		{"with heights, as RFC 7946 allows", features(area("MBPJ", "Polygon", strings.ReplaceAll(square, "3.10]", "3.10,12]"))), 1, nil},
		{"a multipolygon", features(area("MBPJ", "MultiPolygon", "["+square+"]")), 1, nil},
		{"no collection", []byte(`{"type":"Feature"}`), 0, []string{"no GeoJSON feature collection"}},
		{"no JSON", []byte(`authority,wkt`), 0, []string{"no GeoJSON feature collection"}},
		{"a line", features(area("MBPJ", "LineString", "[[101.6,3.1],[101.7,3.1]]")), 0, []string{`feature 0`, `"LineString"`}},
		{"an empty polygon", features(area("MBPJ", "Polygon", "[]")), 0, []string{"no ring"}},
		{"unknown council and open ring", features(area("NOBODY", "Polygon", square), area("MBPJ", "Polygon", "[[[101.6,3.1],[101.7,3.1],[101.7,3.2],[101.6,3.2]]]")), 0,
			[]string{"feature 0", `"NOBODY"`, "feature 1", "end where it begins"}},
		{"latitude first", features(area("MBPJ", "Polygon", `[[[3.1,101.6],[3.1,101.7],[3.2,101.7],[3.1,101.6]]]`)), 0, []string{"longitude first"}},
	} {
		told := 0
		n, err := CheckBoundaries(c.content, register, func(done, of int) { told = done })
		if len(c.says) == 0 {
			if err != nil || n != c.n || told != c.n {
				t.Errorf("%s: %d boundaries, told %d, %v", c.name, n, told, err)
			}
			continue
		}
		for _, words := range c.says {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: error %v does not say %q", c.name, err, words)
			}
		}
	}
}

// withFile is a folder with one more file.
type withFile struct {
	fs.FS
	extra fstest.MapFS
}

func (w withFile) Open(name string) (fs.File, error) {
	if _, ok := w.extra[name]; ok {
		return w.extra.Open(name)
	}
	return w.FS.Open(name)
}

func TestAnImportedBoundaryWinsOverTheGazetteer(t *testing.T) {
	folder := withFile{configs.FS, fstest.MapFS{BoundaryFile: {Data: features(area("MBSA", "Polygon", square))}}} // a part of Petaling Jaya, for the test
	var ms table.Mistakes
	f := Load(folder, agency.Load(folder, &ms), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	q := Query{HasPoint: true, Lat: 3.12, Lon: 101.62}
	if got := f.Find(q).Authority; got != "MBSA" {
		t.Errorf("inside the boundary of MBSA: %s", got)
	}
	if got := shipped().Find(q).Authority; got != "MBPJ" {
		t.Errorf("without boundaries: %s", got)
	}
}

// Whatever file is given as boundaries, it is taken or every mistake is named; what is taken answers for any position.
func FuzzBoundaries(f *testing.F) {
	var ms table.Mistakes
	register := agency.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		f.Fatal(err)
	}
	for _, content := range [][]byte{features(area("MBPJ", "Polygon", square)), features(area("MBPJ", "MultiPolygon", "["+square+"]")), features(), []byte("{"),
		features(area("MBPJ", "Polygon", "[[]]")), features(area("MBPJ", "MultiPolygon", "[[],[[]]]")), features(area("MBPJ", "Polygon", "null")),
		features(area("MBPJ", "Polygon", "[[[1e400,3]]]")), features("null"), []byte(`{"type":"FeatureCollection","features":[{}]}`)} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		n, err := CheckBoundaries(content, register, func(int, int) {})
		if err != nil {
			return
		}
		borders, err := parseBorders(content, register, func(int, int) {})
		if err != nil || len(borders) != n {
			t.Errorf("%d boundaries are taken, then %d, %v", n, len(borders), err)
		}
		(&Finder{borders: borders}).inside(3.12, 101.62)
	})
}
