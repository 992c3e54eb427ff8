package report

import (
	"strconv"
	"time"
)

// Took are the upper ends of the classes of how long something took; the last class has none. They lie closer together
// where most of what is promised lies.
var Took = classes(1, 2, 4, 8, 12, 24, 36, 48, 72, 96, 120, 144, 168, 192, 240, 288, 336, 408, 504, 600, 720, 1080, 1440, 2160, 2880, 4320)

func classes(hours ...int) (out []time.Duration) {
	for _, h := range hours {
		out = append(out, time.Duration(h)*time.Hour)
	}
	return out
}

// class is the place in Took of a duration; len(Took) for one longer than the longest.
func class(d time.Duration) int {
	i := 0
	for i < len(Took) && d > Took[i] {
		i++
	}
	return i
}

// Spread counts durations by the classes of Took. The zero Spread is empty.
type Spread []int64

// spreadOf reads the counts under a prefix, such as took: or c:JLN01:took:.
func spreadOf(s Sums, prefix string) Spread {
	out := make(Spread, len(Took)+1)
	for i := range out {
		out[i] = s[prefix+strconv.Itoa(i)]
	}
	return out
}

func (s Spread) add(o Spread) Spread {
	if len(s) == 0 {
		s = make(Spread, len(Took)+1)
	}
	for i, n := range o {
		s[i] += n
	}
	return s
}

// All is how many durations were counted.
func (s Spread) All() (all int64) {
	for _, n := range s {
		all += n
	}
	return all
}

// Share is which part of the durations was d or less, from 0 to 1. Within a class they are taken to lie evenly; of the
// last one all are longer than any d.
func (s Spread) Share(d time.Duration) float64 {
	all := s.All()
	if all == 0 || d <= 0 {
		return 0
	}
	var under float64
	from := time.Duration(0)
	for i, to := range Took {
		switch {
		case d >= to:
			under += float64(s[i])
		case d > from:
			under += float64(s[i]) * float64(d-from) / float64(to-from)
		}
		from = to
	}
	return under / float64(all)
}

// At is the duration that the part p of them did not exceed: At(.5) is the median. Ok is false where nothing was counted,
// or where it lies among those longer than the longest class.
func (s Spread) At(p float64) (d time.Duration, ok bool) {
	all := s.All()
	if all == 0 {
		return 0, false
	}
	var before float64
	want, from := p*float64(all), time.Duration(0)
	for i, to := range Took {
		if n := float64(s[i]); n > 0 && before+n >= want {
			return from + time.Duration(max(0, want-before)/n*float64(to-from)), true
		}
		before, from = before+float64(s[i]), to
	}
	return 0, false
}

// Within is the shortest of the times of Took within which at least the part p lay; ok is false where fewer than five
// were counted, or it took longer than the longest. It is what the public is told.
func (s Spread) Within(p float64) (time.Duration, bool) {
	all := s.All()
	var so int64
	for i, to := range Took {
		if len(s) == 0 || all < fewest {
			break
		}
		if so += s[i]; float64(so) >= p*float64(all) {
			return to, true
		}
	}
	return 0, false
}

// Hours writes a duration as ISO 8601 in whole hours, such as PT72H.
func Hours(d time.Duration) string { return "PT" + strconv.Itoa(int((d + time.Hour/2).Hours())) + "H" }
