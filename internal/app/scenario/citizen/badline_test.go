package citizen_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// mast is the address that phones know. It passes their connections on to whichever server runs and cuts some of them
// anywhere: in the middle of a request, in the middle of an answer.
type mast struct {
	URL     string
	backend atomic.Pointer[string] // host:port; nil: nothing runs
	cut     atomic.Int64           // connections
	served  sync.WaitGroup
}

// raise puts up a mast, which stands until the test ends.
func raise(t *testing.T) *mast {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mast{URL: "http://" + l.Addr().String()}
	m.served.Go(func() {
		for {
			phone, err := l.Accept()
			if err != nil {
				return
			}
			m.served.Go(func() { m.serve(phone) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		m.served.Wait()
	})
	return m
}

func (m *mast) serve(phone net.Conn) {
	defer phone.Close()
	address := m.backend.Load()
	if address == nil {
		return
	}
	server, err := net.Dial("tcp", *address)
	if err != nil {
		return
	}
	defer server.Close()
	up, down := int64(1<<40), int64(1<<40)
	switch rand.N(4) {
	case 0:
		up = rand.N(int64(200_000))
	case 1:
		down = rand.N(int64(20_000))
	}
	pass := func(to, from net.Conn, most int64) {
		if n, _ := io.CopyN(to, from, most); n == most { // an error is the end of one of the two
			m.cut.Add(1)
		}
		to.Close()
		from.Close()
	}
	var both sync.WaitGroup
	both.Go(func() { pass(server, phone, up) })
	both.Go(func() { pass(phone, server, down) })
	both.Wait()
}

// air is what lies between a phone and the mast: requests get lost, their answers do, they arrive twice, or a copy
// arrives after requests that were sent later.
type air struct {
	transport                  http.RoundTripper
	lost, unheard, twice, late atomic.Int64
	copies                     sync.WaitGroup
}

var errAir = errors.New("the line broke")

func (a *air) RoundTrip(req *http.Request) (*http.Response, error) {
	switch rand.N(10) {
	case 0:
		a.lost.Add(1)
		return nil, errAir
	case 1:
		a.unheard.Add(1)
		return nil, errors.Join(errAir, a.send(req))
	case 2:
		a.twice.Add(1)
		if err := a.send(req); err != nil {
			return nil, err
		}
	case 3:
		a.late.Add(1)
		later := copyOf(req)
		a.copies.Go(func() {
			time.Sleep(rand.N(200 * time.Millisecond)) // on its way
			a.send(later)                              // nobody waits for what becomes of it
		})
		return nil, errAir
	}
	return a.transport.RoundTrip(copyOf(req))
}

// send sends a copy whose answer nobody hears.
func (a *air) send(req *http.Request) error {
	res, err := a.transport.RoundTrip(copyOf(req))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close())
}

// copyOf is the same request with a body of its own, which lives on when the phone has given the request up.
func copyOf(req *http.Request) *http.Request {
	c := req.Clone(context.WithoutCancel(req.Context()))
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			panic("a body that was sent once cannot be sent again: " + err.Error())
		}
		c.Body = body
	}
	return c
}
