package push

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
)

// attempt is the one request of one Send.
type attempt struct {
	stop   context.CancelFunc
	sent   bool
	err    error       // set where the SDK would ask again: no answer, a broken one, or 503
	header http.Header // of 503
	body   []byte      // of 400: which field was wrong
}

type attemptKey struct{}

// once lets an attempt reach the network one time only. The SDK repeats network errors and 503 up to four times and
// sleeps as long as Retry-After says, up to two minutes, and has no setting for it. once keeps what came and ends the
// attempt's context, so that the SDK gives up at once.
type once struct{ next http.RoundTripper }

var (
	errBroken      = errors.New("the connection broke while the answer was read")
	errUnavailable = errors.New("FCM is unavailable: HTTP 503")
)

// RoundTrip wants a request whose context carries an attempt, as Send makes them.
func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	a, ok := r.Context().Value(attemptKey{}).(*attempt)
	if !ok {
		return nil, errors.New("a request outside Send")
	}
	if a.sent {
		return nil, a.end(errBroken)
	}
	a.sent = true
	resp, err := o.next.RoundTrip(r)
	if err != nil {
		return nil, a.end(err)
	}
	if resp.StatusCode == http.StatusServiceUnavailable {
		a.header = resp.Header
		resp.Body.Close()
		return nil, a.end(errUnavailable)
	}
	if resp.StatusCode == http.StatusBadRequest {
		if a.body, err = io.ReadAll(io.LimitReader(resp.Body, mostRefusal)); err != nil {
			resp.Body.Close()
			return nil, a.end(err)
		}
		resp.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(a.body), resp.Body}
	}
	return resp, nil
}

// mostRefusal is how much of a refusal is read, in bytes; Google's have a few hundred.
const mostRefusal = 64 << 10

func (a *attempt) end(err error) error {
	a.err = err
	a.stop()
	return err
}
