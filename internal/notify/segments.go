package notify

import (
	"strings"
	"unicode/utf16"
)

// The alphabet of text messages, 3GPP TS 23.038, 6.2.1; those of gsmDouble take two places.
const (
	gsmSingle = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmDouble = "\f^{}\\[~]|€"
)

// What fits into one segment alone and into each of several, whose header takes room: of the alphabet above, and of
// UTF-16 where a single character is not in it.
const (
	gsmAlone, gsmEach = 160, 153
	u16Alone, u16Each = 70, 67
)

// gsmOr16 gives the text as places that are not torn apart between segments: of the alphabet above where all of it is
// there, else of UTF-16. The number at each place is how many it takes.
func gsmOr16(s string) (places []int) {
	alone, _ := capacity(s)
	for _, r := range s {
		switch {
		case alone == u16Alone:
			places = append(places, utf16.RuneLen(r))
		case strings.ContainsRune(gsmDouble, r):
			places = append(places, 2)
		default:
			places = append(places, 1)
		}
	}
	return places
}

func capacity(s string) (alone, each int) {
	for _, r := range s {
		if !strings.ContainsRune(gsmSingle, r) && !strings.ContainsRune(gsmDouble, r) {
			return u16Alone, u16Each
		}
	}
	return gsmAlone, gsmEach
}

// Segments is how many segments a text message takes, and so what it costs.
func Segments(s string) int {
	alone, each := capacity(s)
	places := gsmOr16(s)
	sum := 0
	for _, n := range places {
		sum += n
	}
	if sum <= alone {
		return 1
	}
	segments, left := 1, each
	for _, n := range places {
		if n > left {
			segments, left = segments+1, each
		}
		left -= n
	}
	return segments
}
