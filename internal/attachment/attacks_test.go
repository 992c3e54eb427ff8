package attachment_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"respons/internal/attachment"
)

// zeros is a reader of n zero bytes, which pack to a thousandth.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bomb is an archive whose files unpack to size bytes each.
func bomb(t *testing.T, size int64, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.Copy(f, zeros(size))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packed(t *testing.T, w io.WriteCloser, b *bytes.Buffer, content io.Reader) []byte {
	t.Helper()
	if _, err := io.Copy(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// overfull is a PNG of 10 x 10 pixels whose pixels, and a comment, unpack to size bytes
// each.
func overfull(t *testing.T, size int64) []byte {
	t.Helper()
	var z bytes.Buffer
	pixels := packed(t, zlib.NewWriter(&z), &z, zeros(size))
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(name string, body []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(body)))
		b.WriteString(name)
		b.Write(body)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(name), body...)))
	}
	chunk("IHDR", []byte{0, 0, 0, 10, 0, 0, 0, 10, 8, 2, 0, 0, 0})
	chunk("zTXt", append([]byte("Comment\x00\x00"), pixels...))
	chunk("IDAT", pixels)
	chunk("IEND", nil)
	return b.Bytes()
}

// What unpacks to a flood, whatever it calls itself, is refused, or taken without being unpacked.
func TestWhatUnpacksToAFloodTakesNoMemory(t *testing.T) {
	const size = 64 << 20
	w := embedded(t)
	var z bytes.Buffer
	for name, c := range map[string]struct {
		sent []byte
		want attachment.State
		says string
	}{
		"a zip":                     {bomb(t, size, "a", "b"), attachment.Refused, "application/zip"},
		"a letter of Word":          {bomb(t, size, "[Content_Types].xml", "word/document.xml"), attachment.Refused, "application/zip"},
		"a table of Excel":          {bomb(t, size, "[Content_Types].xml", "xl/workbook.xml"), attachment.Refused, "application/zip"},
		"an SVG in gzip":            {packed(t, gzip.NewWriter(&z), &z, io.MultiReader(strings.NewReader("<svg>"), zeros(size))), attachment.Refused, "gzip"},
		"a PNG fuller than it says": {overfull(t, size), attachment.Refused, "cannot be read"},
		"a PDF with a zip behind":   {append(pdf(4000), bomb(t, size, "a")...), attachment.Ready, ""},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a := w.processed(t, c.sent)
		runtime.ReadMemStats(&after)
		if a.State != c.want || c.says != "" && (a.Why == nil || !strings.Contains(a.Why.EN, c.says)) {
			t.Errorf("%s: %s, %v", name, a.State, a.Why)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
			t.Errorf("%s took %d MB", name, took>>20)
		}
	}
}

// A picture that a browser would run is refused however it begins.
func TestAPictureThatRunsIsRefusedHoweverItBegins(t *testing.T) {
	w := embedded(t)
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`
	for name, sent := range map[string]string{
		"plain": svg, "with a prologue": `<?xml version="1.0"?><!DOCTYPE svg>` + svg, "behind a mark of byte order": "\xef\xbb\xbf" + svg,
		"behind blanks": strings.Repeat(" \n", 50) + svg, "behind a comment": "<!-- GIF89a -->" + svg, "in a page": "<html><body>" + svg,
		"behind the beginning of a GIF": "GIF89a" + svg,
		"as wide characters":            "\xff\xfe<\x00s\x00v\x00g\x00>\x00",
	} {
		if a := w.processed(t, []byte(sent+strings.Repeat(" ", 4000))); a.State != attachment.Refused {
			t.Errorf("%s: %s as %s", name, a.State, a.Type)
		}
	}
	if keys := w.keys(t); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
}
