package retryafter_test

import (
	"net/http"
	"testing"
	"time"

	"respons/internal/retryafter"
)

func TestSecondsDatesAndNonsense(t *testing.T) {
	now := time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "99999999": 24 * time.Hour,
		"Thu, 08 Jan 2026 02:10:00 GMT": 10 * time.Minute, "Thu, 08 Jan 2026 01:10:00 GMT": 0} {
		if got := retryafter.Of(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
