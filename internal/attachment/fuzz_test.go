package attachment

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/disintegration/imaging"
)

// Whatever bytes come as a photo of whatever type, the header is read or refused, and a photo that is small enough to
// decode becomes one that stands upright, or is refused.
func FuzzPhoto(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 5, 3))); err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(1), b.Bytes())
	f.Add(uint8(2), []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x000\x01\x00\x9d\x01*\x01\x00\x01\x00\x02\x004%\xa4\x00\x03p\x00\xfe\xfb\xfdP\x00"))
	f.Add(uint8(0), []byte{0xFF, 0xD8, 0xFF, 0xE1, 0, 8, 'E', 'x', 'i', 'f', 0, 0})
	f.Add(uint8(2), []byte("RIFF\xff\xff\xff\xffWEBPVP8X\n\x00\x00\x00\x10\x00\x00\x00\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, which uint8, file []byte) {
		mediaType := readable[int(which)%len(readable)]
		h, why, err := readHeader(mediaType, bytes.NewReader(file))
		if err != nil || why != nil || h.width*h.height > 1<<20 {
			return
		}
		if h.width <= 0 || h.height <= 0 || h.memory() <= 0 {
			t.Fatalf("a photo of %d x %d passes", h.width, h.height)
		}
		img, err := decodeImage(mediaType, bytes.NewReader(file))
		if err != nil || img.Bounds().Dx() != h.width || img.Bounds().Dy() != h.height {
			return
		}
		if _, err := encode(upright(flat(imaging.Fit(img, 64, 64, imaging.Box)), h.orientation)); err != nil {
			t.Error(err)
		}
	})
}

// Whatever the first bytes are, their kind is one that is taken, or the refusal names what they are.
func FuzzRecognise(f *testing.F) {
	l := Limits{Of: map[Kind]Limit{Photo: {Types: []string{"image/jpeg"}}, Document: {Types: []string{"application/pdf"}}}}
	for _, head := range []string{"", "%PDF-1.7", "\xff\xd8\xff", "PK\x03\x04", "<svg", "GIF89a", "\x00\x00\x00\x18ftypheic"} {
		f.Add([]byte(head))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		kind, mediaType, refusal := l.recognise(head)
		if refusal == nil && (kind == "" || dangerous(mediaType)) || refusal != nil && refusal.Detail == "" {
			t.Errorf("%q is %s, %s, %v", head, kind, mediaType, refusal)
		}
	})
}
