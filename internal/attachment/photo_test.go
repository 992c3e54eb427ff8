package attachment_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"respons/internal/attachment"
)

// picture is red on the left and blue on the right.
func picture(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: 230, A: 255}
			if x >= w/2 {
				c = color.NRGBA{B: 230, A: 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is an EXIF segment that says how the phone was held, by whom, and where: 3°06'58.08" N, 101°37'18.12" E.
func exif(orientation uint16) []byte {
	le := binary.LittleEndian
	var b bytes.Buffer
	put := func(v ...any) {
		for _, x := range v {
			binary.Write(&b, le, x)
		}
	}
	put([]byte("II"), uint16(42), uint32(8))
	put(uint16(3)) // first directory, at 8
	put(uint16(0x0112), uint16(3), uint32(1), orientation, uint16(0))
	put(uint16(0x013B), uint16(2), uint32(18), uint32(50)) // artist, at 50
	put(uint16(0x8825), uint16(4), uint32(1), uint32(68))  // GPS directory, at 68
	put(uint32(0))
	put([]byte("Aminah binti Ali\x00\x00"))
	put(uint16(4))
	put(uint16(1), uint16(2), uint32(2), []byte("N\x00\x00\x00"))
	put(uint16(2), uint16(5), uint32(3), uint32(122))
	put(uint16(3), uint16(2), uint32(2), []byte("E\x00\x00\x00"))
	put(uint16(4), uint16(5), uint32(3), uint32(146))
	put(uint32(0))
	put(gps()[:24], gps()[24:])
	body := append([]byte("Exif\x00\x00"), b.Bytes()...)
	return append([]byte{0xFF, 0xE1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// gps is the position as the rationals that stand in the file.
func gps() []byte {
	var b []byte
	for _, v := range []uint32{3, 1, 6, 1, 5808, 100, 101, 1, 37, 1, 1812, 100} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// photographed is a JPEG as a phone makes it.
func photographed(t *testing.T, w, h int, orientation uint16) []byte {
	b := asJPEG(t, picture(w, h), 90)
	return append(append(bytes.Clone(b[:2]), exif(orientation)...), b[2:]...)
}

func TestAPhotoLosesWhereAndByWhomItWasTaken(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sent := photographed(t, 3000, 1500, 6) // held upright: to be turned a quarter to the right
		for _, telling := range [][]byte{gps()[:24], gps()[24:], []byte("Aminah"), []byte("Exif")} {
			if !bytes.Contains(sent, telling) {
				t.Fatalf("the photo that is sent does not hold %q", telling)
			}
		}
		a := w.processed(t, sent)
		if a.State != attachment.Ready || a.Kind != attachment.Photo || a.Type != "image/jpeg" || a.Width != 1024 || a.Height != 2048 || a.SHA256 == "" {
			t.Fatalf("attachment %+v, why %v", a, a.Why)
		}
		file, thumb := w.content(t, a.File), w.content(t, a.Thumb)
		for _, b := range [][]byte{file, thumb} {
			for _, telling := range [][]byte{gps()[:24], gps()[24:], []byte("Aminah"), []byte("Exif")} {
				if bytes.Contains(b, telling) {
					t.Errorf("what is given out still holds %q", telling)
				}
			}
		}
		img, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, b, _ := img.At(512, 100).RGBA(); r < b {
			t.Error("the photo does not stand upright: what was left must be on top")
		}
		small, err := jpeg.DecodeConfig(bytes.NewReader(thumb))
		if err != nil || small.Width != 160 || small.Height != 320 {
			t.Errorf("thumbnail %dx%d, %v", small.Width, small.Height, err)
		}
		if keys := w.keys(t); len(keys) != 2 || prefixed(keys, "files/") != 1 || prefixed(keys, "thumbs/") != 1 {
			t.Errorf("the bucket holds %v", keys)
		}
		if c, err := w.Cases.Store.ByID(t.Context(), a.Complaint); err != nil || len(c.Attachments) != 1 || c.Attachments[0].Kind != "photo" {
			t.Errorf("the complaint does not know of it: %+v, %v", c, err)
		}
	})
}

func TestOriginalsAreKeptOnlyWhereThatIsSet(t *testing.T) {
	w := embedded(t)
	w.Originals = true
	sent := photographed(t, 300, 200, 1)
	a := w.processed(t, sent)
	if a.Raw == "" || !bytes.Equal(w.content(t, a.Raw), sent) {
		t.Errorf("original %q", a.Raw)
	}
	if bytes.Contains(w.content(t, a.File), []byte("Exif")) {
		t.Error("what is given out is the original")
	}
	it, err := w.Item(t.Context(), a)
	if err != nil || strings.Contains(it.URL+it.ThumbURL, "original") {
		t.Errorf("links %q %q, %v", it.URL, it.ThumbURL, err)
	}
}

func TestEachReadableTypeBecomesAJPEG(t *testing.T) {
	w := embedded(t)
	through := picture(64, 64)
	through.SetNRGBA(1, 1, color.NRGBA{})
	for name, sent := range map[string][]byte{"PNG": asPNG(t, picture(64, 48)), "PNG that lets something through": asPNG(t, through),
		"JPEG in grey": asJPEG(t, image.NewGray(image.Rect(0, 0, 40, 30)), 80), "WebP": webp1x1, "one pixel": asPNG(t, picture(1, 1))} {
		a := w.processed(t, sent)
		if a.State != attachment.Ready || a.Type != "image/jpeg" {
			t.Errorf("%s: %s, %v", name, a.State, a.Why)
		}
	}
}

// webp1x1 is the smallest lossy WebP.
var webp1x1 = []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x000\x01\x00\x9d\x01*\x01\x00\x01\x00\x02\x004%\xa4\x00\x03p\x00\xfe\xfb\xfdP\x00")

// pngFlood says that it has w x h pixels.
func pngFlood(w, h uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(name string, body []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(body)))
		b.WriteString(name)
		b.Write(body)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(name), body...)))
	}
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	chunk("IHDR", append(head, 8, 6, 0, 0, 0))
	chunk("IDAT", bytes.Repeat([]byte("x"), 4000))
	chunk("IEND", nil)
	return b.Bytes()
}

// jpegFlood is a JPEG header of w x h pixels, progressive or not, with something behind.
func jpegFlood(w, h uint16, progressive bool) []byte {
	sof := byte(0xC0)
	if progressive {
		sof = 0xC2
	}
	b := []byte{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
		0xFF, sof, 0, 17, 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
		0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0}
	return append(b, bytes.Repeat([]byte{0x55}, 4000)...)
}

// A photo that would fill the memory is refused by its header.
func TestAFloodOfPixelsIsRefusedWithoutMemory(t *testing.T) {
	w := embedded(t)
	for name, c := range map[string]struct {
		sent []byte
		says string
	}{
		"a PNG of 30,000 x 30,000":             {pngFlood(30_000, 30_000), "30000 x 30000"},
		"a PNG of 2,000,000 x 1":               {pngFlood(2_000_000, 1), "2000000 x 1"},
		"a JPEG of 65,500 x 65,500":            {jpegFlood(65_500, 65_500, false), "65500 x 65500"},
		"a progressive JPEG of 7,000 x 7,000":  {jpegFlood(7_000, 7_000, true), "7000 x 7000"},
		"a JPEG without a picture in its name": {append([]byte{0xFF, 0xD8, 0xFF}, bytes.Repeat([]byte{0xFF}, 4000)...), "cannot be read"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a := w.processed(t, c.sent)
		runtime.ReadMemStats(&after)
		if a.State != attachment.Refused || !strings.Contains(a.Why.EN, c.says) {
			t.Errorf("%s: %s, %v", name, a.State, a.Why)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
			t.Errorf("%s took %d MB", name, took>>20)
		}
	}
	if keys := w.keys(t); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
}

// All that is allocated while a photo of 20 MB is taken in and worked on, garbage too, stays within the budget.
func TestAPhotoOf20MBIsTakenWithinTheBudget(t *testing.T) {
	img := image.NewYCbCr(image.Rect(0, 0, 6000, 4000), image.YCbCrSubsampleRatio420)
	r := rand.New(rand.NewPCG(1, 2))
	for _, plane := range [][]byte{img.Y, img.Cb, img.Cr} {
		for i := range plane {
			plane[i] = byte(128 + r.IntN(96) - 48)
		}
	}
	sent := asJPEG(t, img, 95)
	img = nil
	if len(sent) < 18_000_000 || len(sent) > 26_000_000 {
		t.Fatalf("the photo has %d bytes", len(sent))
	}
	w := embedded(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := w.processed(t, sent)
	runtime.ReadMemStats(&after)
	if a.State != attachment.Ready || a.Width != 2048 {
		t.Errorf("%s %dx%d, %v", a.State, a.Width, a.Height, a.Why)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
		t.Errorf("it took %d MB", took>>20)
	}
}

func TestWhatIsNoPhotoIsRefusedByName(t *testing.T) {
	w := embedded(t)
	whole := asJPEG(t, picture(800, 600), 90)
	html := []byte("<!DOCTYPE html><html><script>alert(1)</script></html>" + strings.Repeat(" ", 4000))
	for name, c := range map[string]struct {
		sent []byte
		says string
	}{
		"HTML":                       {html, "text/html"},
		"HTML that begins as a JPEG": {append([]byte{0xFF, 0xD8, 0xFF, 0xE0}, html...), "cannot be read"},
		"an SVG with a script":       {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "image/svg+xml"},
		"half a photo":               {whole[:len(whole)/2], "cannot be read"},
		"a zip":                      {append([]byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"), make([]byte, 5000)...), "application/zip"},
		"a program":                  {append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 5000)...), "application/x-elf"},
		"a phone's HEIC":             {append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 5000)...), "let the phone send the photo as image/jpeg"},
		"plain text":                 {[]byte("hello"), "text/plain"},
		"a GIF":                      {append([]byte("GIF89a\x01\x00\x01\x00"), make([]byte, 100)...), "image/gif"},
	} {
		a := w.processed(t, c.sent)
		if a.State != attachment.Refused || a.Why == nil || !strings.Contains(a.Why.EN, c.says) || a.Why.MS == "" {
			t.Errorf("%s: %s, %v", name, a.State, a.Why)
		}
	}
	if keys := w.keys(t); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
}

// What hangs behind a photo is not given out with it.
func TestAPolyglotLosesItsOtherHalf(t *testing.T) {
	w := embedded(t)
	const tail = "<script>alert(1)</script>PK\x03\x04"
	a := w.processed(t, append(asJPEG(t, picture(64, 64), 90), tail...))
	if a.State != attachment.Ready || bytes.Contains(w.content(t, a.File), []byte("script")) || bytes.Contains(w.content(t, a.Thumb), []byte("script")) {
		t.Errorf("%s, %v", a.State, a.Why)
	}
}
