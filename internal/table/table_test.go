package table

import (
	"strings"
	"testing"
	"testing/fstest"
)

func read(content string, columns ...string) ([]Row, *Mistakes) {
	ms := new(Mistakes)
	return Read(fstest.MapFS{"a.csv": {Data: []byte(content)}}, "a.csv", columns, ms), ms
}

func TestEveryMistakeIsNamedWithItsPlace(t *testing.T) {
	rows, ms := read("code,states\nMBPJ,MY-10\n,MY-10\nX\n\"A\",\"MY-1;MY-2\"\nbad\xff,MY-01\n", "code", "states")
	for _, r := range rows {
		r.Need("code")
		if s := r.List("states"); len(s) == 2 {
			r.Wrong("states", "no state %q", s[0])
		}
	}
	want := strings.Join([]string{
		`a.csv:3:1: code: must not be empty`,
		`a.csv:4: has 1 fields where the header has 2`,
		`a.csv:5:5: states: no state "MY-1"`,
		`a.csv:6: is not valid UTF-8; save the file as UTF-8`,
	}, "\n")
	if err := ms.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestAMistakeThatTwoReadersFindIsNamedOnce(t *testing.T) {
	rows, ms := read("code\nX\n", "code")
	for range 2 {
		rows[0].Wrong("code", "no code %q", "X")
	}
	if got, want := ms.Err().Error(), `a.csv:2:1: code: no code "X"`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAFileThatCannotBeReadIsAMistakeNotAPanic(t *testing.T) {
	cases := map[string]string{
		"":                         "a.csv: has no header line: EOF",
		"name\nx\n":                `a.csv:1: column "code" is missing`,
		"code\n\"open\nto the end": `a.csv:3:11: extraneous or missing " in quoted-field`,
	}
	for content, want := range cases {
		if _, ms := read(content, "code"); ms.Err() == nil || ms.Err().Error() != want {
			t.Errorf("%q: got %v, want %s", content, ms.Err(), want)
		}
	}
	var ms Mistakes
	if Read(fstest.MapFS{}, "gone.csv", nil, &ms); ms.Err() == nil {
		t.Error("a missing file is no mistake")
	}
}

func TestAByteOrderMarkIsNoPartOfTheFirstColumn(t *testing.T) {
	rows, ms := read("\ufeffcode\n MBPJ \n", "code")
	if ms.Err() != nil || len(rows) != 1 || rows[0].Get("code") != "MBPJ" {
		t.Errorf("rows %v, mistakes %v", rows, ms.Err())
	}
}
