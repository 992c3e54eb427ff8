package retryafter

import (
	"net/http"
	"testing"
	"time"
)

// Whatever a server says, it is a pause that is not negative.
func FuzzOf(f *testing.F) {
	for _, v := range []string{"", "0", "-5", "120", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "1.5", "soon"} {
		f.Add(v)
	}
	now := time.Date(2026, 10, 21, 7, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, v string) {
		if d := Of(http.Header{"Retry-After": {v}}, now); d < 0 {
			t.Errorf("%q means %s", v, d)
		}
	})
}
