// Package retryafter reads how long a server asks to be left alone.
package retryafter

import (
	"net/http"
	"time"
)

// longest is what a server may ask for.
const longest = 24 * time.Hour

// Of reads the Retry-After header, seconds or a date: 0 where there is neither, or the date is over; a day at the most.
func Of(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	d, err := time.ParseDuration(v + "s")
	if err != nil {
		at, err := http.ParseTime(v)
		if err != nil {
			return 0
		}
		d = at.Sub(now)
	}
	return min(max(d, 0), longest)
}
