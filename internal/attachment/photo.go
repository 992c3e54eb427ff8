package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/disintegration/imaging"
	"golang.org/x/image/webp"

	"respons/internal/reason"
)

// The longest sides of what is given out, in pixels, and how well it is kept.
const (
	longest      = 2048
	longestThumb = 320
	quality      = 85
)

// What a photo may have before it is decoded. maxMemory holds for all that one process decodes at the same time: a file
// that would take more by itself is refused by its header, whatever its length.
const (
	maxSide   = 20_000
	maxPixels = 64_000_000
	maxMemory = 256 << 20
)

// readable are the types that can be decoded.
var readable = []string{"image/jpeg", "image/png", "image/webp"}

// developed is what became of a photo.
type developed struct {
	file, thumb   []byte // JPEG
	width, height int
}

// develop decodes a photo within the memory there is and encodes it anew.
func (k *Keeper) develop(ctx context.Context, m *Attachment) (*developed, *reason.Reason, error) {
	content := k.content(ctx, m)
	h, why, err := readHeader(m.Type, content)
	if err = errors.Join(err, content.Close()); err != nil || why != nil {
		return nil, why, err
	}
	if err := k.budget().Acquire(ctx, h.memory()); err != nil {
		return nil, nil, fmt.Errorf("wait for memory: %w", err)
	}
	defer k.budget().Release(h.memory())
	content, sum := k.content(ctx, m), sha256.New()
	source := &remembering{r: io.TeeReader(content, sum)}
	img, err := decodeImage(m.Type, source)
	if err == nil {
		_, err = io.Copy(io.Discard, source) // what hangs behind belongs to the hash of what was sent
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := content.Close(); err != nil {
		return nil, nil, err
	}
	switch {
	case source.err != nil:
		return nil, nil, source.err // the blobs, not the photo
	case err != nil, img.Bounds().Dx() != h.width, img.Bounds().Dy() != h.height:
		return nil, &unreadable, nil
	}
	p, err := encode(upright(flat(imaging.Fit(img, longest, longest, imaging.CatmullRom)), h.orientation))
	return p, nil, err
}

// header is what is known of a photo before it is decoded.
type header struct {
	width, height int
	perPixel      float64 // bytes that the decoder takes for each pixel
	orientation   int     // as in EXIF, 1 to 8; 0: not said
}

// memory is how many bytes it takes to decode the photo and make it smaller.
func (h header) memory() int64 {
	pixels := float64(h.width) * float64(h.height)
	between := 4 * float64(min(longest, h.width)) * float64(h.height) // made narrow, not low yet
	return int64(pixels*h.perPixel + between)
}

// readHeader reads no more than it takes to know the size; why says that it is too large or that it is no photo.
func readHeader(mediaType string, r io.Reader) (h header, why *reason.Reason, err error) {
	source := &remembering{r: r}
	switch mediaType {
	case "image/jpeg":
		h, err = jpegHeader(source)
	case "image/png":
		var c image.Config
		c, err = png.DecodeConfig(source)
		h = header{width: c.Width, height: c.Height, perPixel: 4}
		if c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model || c.ColorModel == color.Gray16Model {
			h.perPixel = 8
		}
	case "image/webp":
		var c image.Config
		c, err = webp.DecodeConfig(source)
		h = header{width: c.Width, height: c.Height, perPixel: 8} // the lossless decoder holds a picture and its transform
	default:
		return h, &unreadable, nil
	}
	switch {
	case source.err != nil:
		return h, nil, source.err
	case err != nil || h.width <= 0 || h.height <= 0:
		return h, &unreadable, nil
	case h.width > maxSide || h.height > maxSide || h.width*h.height > maxPixels || h.memory() > maxMemory:
		why := tooManyPixels(h.width, h.height)
		return h, &why, nil
	}
	return h, nil, nil
}

// remembering tells an error of its reader from one of whoever reads.
type remembering struct {
	r   io.Reader
	err error
}

func (m *remembering) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// decodeImage decodes by the type that was recognised and no other. A decoder that stumbles over a crafted file ends here.
func decodeImage(mediaType string, r io.Reader) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("decode %s: %v", mediaType, p)
		}
	}()
	switch mediaType {
	case "image/jpeg":
		return jpeg.Decode(r)
	case "image/png":
		return png.Decode(r)
	}
	return webp.Decode(r)
}

// flat puts a picture that lets something through on white.
func flat(img *image.NRGBA) *image.NRGBA {
	if img.Opaque() {
		return img
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// upright turns a picture as its EXIF orientation says, which is lost with the rest of EXIF.
func upright(img *image.NRGBA, orientation int) *image.NRGBA {
	turn := map[int]func(image.Image) *image.NRGBA{2: imaging.FlipH, 3: imaging.Rotate180, 4: imaging.FlipV, 5: imaging.Transpose,
		6: imaging.Rotate270, 7: imaging.Transverse, 8: imaging.Rotate90}[orientation]
	if turn == nil {
		return img
	}
	return turn(img)
}

func encode(img *image.NRGBA) (*developed, error) {
	p := &developed{width: img.Bounds().Dx(), height: img.Bounds().Dy()}
	var err error
	if p.file, err = asJPEG(img); err != nil {
		return nil, err
	}
	p.thumb, err = asJPEG(imaging.Fit(img, longestThumb, longestThumb, imaging.Box))
	return p, err
}

func asJPEG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode a photo: %w", err)
	}
	return b.Bytes(), nil
}
