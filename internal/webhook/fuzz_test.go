package webhook_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"respons/internal/notify"
	"respons/internal/webhook"
)

// Whatever bytes an agency's system answers, the call has an outcome that the ledger knows.
func FuzzAnswers(f *testing.F) {
	for _, answer := range []string{"", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 503 x\r\nRetry-After: -9\r\nContent-Length: 5\r\n\r\nx", "HTTP/1.1 410 Gone\r\n\r\n",
		"HTTP/1.1 307 x\r\nLocation: http://169.254.169.254/\r\n\r\n", "HTTP/1.1 999 \r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 100 Continue\r\n\r\n", "\x00\x01\x02"} {
		f.Add([]byte(answer))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	var next atomic.Pointer[[]byte] // a call may come by a second connection where the first one is given up
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 4096)) // the call
			c.Write(*next.Load())
			c.Close()
		}
	}()
	sender := webhook.New(true, time.Now)
	secret := webhook.Secrets(make([]byte, 32))("x", 1)
	f.Fuzz(func(t *testing.T, answer []byte) {
		next.Store(&answer)
		out := sender.Call(t.Context(), call("http://"+l.Addr().String(), secret))
		switch out.State {
		case notify.Accepted:
		case notify.Waiting, notify.Failed:
			if out.Why == "" || out.After < 0 {
				t.Errorf("%+v", out)
			}
		default:
			t.Errorf("the outcome is %q", out.State)
		}
	})
}
