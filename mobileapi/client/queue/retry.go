package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"respons/mobileapi/client"
)

const (
	shortest = time.Second
	longest  = 5 * time.Minute
)

// Refused is a request that the server will refuse however often it is sent: the phone must sign in again, or the app is
// at fault.
type Refused struct {
	Status  int
	Problem client.Details // zero where the answer was none of the server's, such as a proxy's
}

// Error says what the server said.
func (r *Refused) Error() string {
	detail := "no reason given"
	if r.Problem.Detail != nil {
		detail = *r.Problem.Detail
	}
	return fmt.Sprintf("refused with %d: %s", r.Status, detail)
}

func refused(res *http.Response, body []byte) *Refused {
	r := &Refused{Status: res.StatusCode}
	if err := json.Unmarshal(body, &r.Problem); err != nil {
		r.Problem = client.Details{}
	}
	return r
}

// insist sends a request again, as it is, until it is answered for good. The error is the context's alone: a line that
// breaks is none.
func (q *Queue) insist(ctx context.Context, request func() (*http.Response, error)) (*http.Response, error) {
	for try := 0; ; try++ {
		res, err := request()
		if err == nil && !temporary(res.StatusCode) {
			return res, nil
		}
		if err := q.Wait(ctx, pause(try, res)); err != nil {
			return nil, err
		}
	}
}

// temporary says whether the same request may be answered otherwise later.
func temporary(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// pause is how long to wait after a try (from 0): what the server asks for, else from one second doubling to five minutes,
// with chance in it, so that a hundred thousand phones do not come back at once after an outage. res may be nil.
func pause(try int, res *http.Response) time.Duration {
	if res != nil {
		if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
			return time.Duration(seconds)*time.Second + rand.N(shortest) // #nosec G404 -- chance, no secret
		}
	}
	most := min(shortest<<min(try, 16), longest)
	return most/2 + rand.N(most/2) // #nosec G404 -- chance, no secret
}
