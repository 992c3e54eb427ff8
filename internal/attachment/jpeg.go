package attachment

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The markers of a JPEG file that say something here (ITU-T T.81, table B.1).
const (
	markerSOF0 = 0xC0 // baseline
	markerSOF1 = 0xC1 // extended sequential
	markerSOF2 = 0xC2 // progressive
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerAPP1 = 0xE1 // EXIF
)

var errJPEG = errors.New("no JPEG that can be decoded")

// jpegHeader walks through the segments before the picture. It says what image.DecodeConfig does not: whether the file is
// progressive, for which the decoder keeps every coefficient, and how the picture was held.
func jpegHeader(r io.Reader) (h header, err error) {
	in := bufio.NewReader(r)
	var soi [2]byte
	if _, err := io.ReadFull(in, soi[:]); err != nil || soi != [2]byte{0xFF, markerSOI} {
		return h, errJPEG
	}
	for {
		marker, body, err := segment(in)
		switch {
		case err != nil:
			return h, err
		case marker == markerSOF0 || marker == markerSOF1 || marker == markerSOF2:
			if err := h.frame(body, marker == markerSOF2); err != nil {
				return h, err
			}
		case marker == markerAPP1 && h.orientation == 0:
			h.orientation = orientation(body)
		case marker == markerSOS || marker == markerEOI:
			if h.width == 0 {
				return h, errJPEG
			}
			return h, nil
		}
	}
}

// segment reads the next marker and what belongs to it.
func segment(in *bufio.Reader) (marker byte, body []byte, err error) {
	// As the decoder does: what stands between two segments is passed over.
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, nil, errJPEG
		}
		if b != 0xFF {
			continue
		}
		for b == 0xFF {
			if b, err = in.ReadByte(); err != nil {
				return 0, nil, errJPEG
			}
		}
		if b != 0 {
			marker = b
			break
		}
	}
	if marker == markerEOI || marker >= 0xD0 && marker <= markerSOI || marker == 0x01 {
		return marker, nil, nil // stands alone
	}
	var size [2]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return 0, nil, errJPEG
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n < 2 {
		return 0, nil, errJPEG
	}
	body = make([]byte, n-2)
	if _, err := io.ReadFull(in, body); err != nil {
		return 0, nil, errJPEG
	}
	return marker, body, nil
}

// frame reads size and sampling.
func (h *header) frame(b []byte, progressive bool) error {
	if len(b) < 6 || len(b) < 6+3*int(b[5]) || b[5] == 0 {
		return errJPEG
	}
	h.height, h.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	most, sum := 0, 0
	for i := range int(b[5]) {
		across, down := int(b[7+3*i]>>4), int(b[7+3*i]&15)
		most, sum = max(most, across*down), sum+across*down
	}
	if most == 0 {
		return errJPEG
	}
	h.perPixel = float64(sum) / float64(most)
	if progressive {
		h.perPixel *= 5 // a coefficient of four bytes beside each sample of one
	}
	return nil
}

// orientation reads tag 0x0112 of the first directory of an EXIF segment; 0: there is none.
func orientation(b []byte) int {
	if len(b) < 14 || string(b[:6]) != "Exif\x00\x00" {
		return 0
	}
	b = b[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(b[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 0
	}
	for i, n := int64(0), int64(order.Uint16(b[at:])); i < n && at+2+12*(i+1) <= int64(len(b)); i++ {
		entry := b[at+2+12*i:]
		if order.Uint16(entry) == 0x0112 {
			if o := int(order.Uint16(entry[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}
