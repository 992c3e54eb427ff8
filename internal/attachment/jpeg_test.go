package attachment

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
)

// Whatever stands in a file, its header is read or refused, and what is read is what the decoder will find: otherwise the
// memory would be reckoned for another picture than the one that is decoded.
func FuzzJPEGHeader(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 10)), nil); err != nil {
		f.Fatal(err)
	}
	whole := b.Bytes()
	exif := append([]byte{0xFF, 0xE1, 0, 34}, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"...)
	f.Add(whole)
	f.Add(append(append(bytes.Clone(whole[:2]), exif...), whole[2:]...))
	f.Add([]byte{0xFF, 0xD8, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, file []byte) {
		ours, err := jpegHeader(bytes.NewReader(file))
		theirs, err2 := jpeg.DecodeConfig(bytes.NewReader(file))
		if err == nil && err2 == nil && (ours.width != theirs.Width || ours.height != theirs.Height) {
			t.Errorf("%dx%d, the decoder finds %dx%d", ours.width, ours.height, theirs.Width, theirs.Height)
		}
		if err == nil && (ours.orientation < 0 || ours.orientation > 8) {
			t.Errorf("orientation %d", ours.orientation)
		}
	})
}

func TestTheOrientationIsReadInBothByteOrders(t *testing.T) {
	for name, c := range map[string]struct {
		segment string
		want    int
	}{
		"big-endian":              {"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00", 6},
		"little-endian":           {"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00", 8},
		"a value there is not":    {"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x09\x00\x00\x00", 0},
		"a directory far outside": {"Exif\x00\x00II*\x00\xff\xff\xff\xff\x01\x00\x12\x01\x03\x00", 0},
		"a directory cut off":     {"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff\x12\x01", 0},
		"something else":          {"http://ns.adobe.com/xap/1.0/", 0},
	} {
		if got := orientation([]byte(c.segment)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
