package push_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"respons/internal/push"
)

func TestMessagesThatAProviderWouldRefuseAreNotSent(t *testing.T) {
	cases := []struct {
		name   string
		change func(*push.Message)
		want   push.State
	}{
		{"as it is", func(*push.Message) {}, push.Accepted},
		{"no id", func(m *push.Message) { m.ID = "" }, push.Invalid},
		{"no token", func(m *push.Message) { m.Token = "" }, push.Invalid},
		{"no title", func(m *push.Message) { m.Title = "" }, push.Invalid},
		{"no body", func(m *push.Message) { m.Body = "" }, push.Invalid},
		{"unknown platform", func(m *push.Message) { m.Platform = "pager" }, push.Invalid},
		{"badge below 0", func(m *push.Message) { m.Badge = -1 }, push.Invalid},
		{"64 bytes of id on iOS", func(m *push.Message) { m.Platform, m.ID = push.IOS, strings.Repeat("a", 64) }, push.Accepted},
		{"65 bytes of id on iOS", func(m *push.Message) { m.Platform, m.ID = push.IOS, strings.Repeat("a", 65) }, push.Invalid},
		{"32 characters of id on the web", func(m *push.Message) { m.Platform, m.ID = push.Web, strings.Repeat("-", 32) }, push.Accepted},
		{"33 characters of id on the web", func(m *push.Message) { m.Platform, m.ID = push.Web, strings.Repeat("a", 33) }, push.Invalid},
		{"a colon in an id on the web", func(m *push.Message) { m.Platform, m.ID = push.Web, "a:b" }, push.Invalid},
		{"a colon in an id on Android", func(m *push.Message) { m.ID = "a:b" }, push.Accepted},
		{"a data key of FCM", func(m *push.Message) { m.Data = map[string]string{"from": "x"} }, push.Invalid},
		{"a data key with FCM's prefix", func(m *push.Message) { m.Data = map[string]string{"gcm.x": "x"} }, push.Invalid},
		{"4096 bytes", func(m *push.Message) { fill(m, 4096) }, push.Accepted},
		{"4097 bytes", func(m *push.Message) { fill(m, 4097) }, push.Invalid},
	}
	f, s := newFCM(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, before := message(push.Android, true), s.Requests()
			c.change(&m)
			out := f.Send(t.Context(), m)
			if out.State != c.want || (out.Err == nil) != (c.want == push.Accepted) {
				t.Errorf("outcome %+v, want %s", out, c.want)
			}
			if sent := s.Requests() > before; sent != (c.want == push.Accepted) {
				t.Errorf("sent: %t", sent)
			}
		})
	}
	if len(s.Faults()) > 0 {
		t.Errorf("the server found faults that we did not: %q", s.Faults())
	}
}

// fill brings notification and data to n bytes.
func fill(m *push.Message, n int) {
	m.Data, m.Link = nil, ""
	m.Body = strings.Repeat("x", n-len(m.Title)-len("id")-len(m.ID))
}

type slow struct {
	running, most atomic.Int32
	hold          chan struct{}
}

func (s *slow) Send(_ context.Context, m push.Message) push.Outcome {
	if n := s.running.Add(1); n > s.most.Load() {
		s.most.Store(n)
	}
	defer s.running.Add(-1)
	<-s.hold
	return push.Outcome{State: push.Accepted, ProviderID: m.ID}
}

func TestSendAllKeepsTheOrderAndTheLimit(t *testing.T) {
	s := &slow{hold: make(chan struct{})}
	var list []push.Message
	for i := range 100 {
		list = append(list, push.Message{ID: fmt.Sprint(i)})
	}
	go func() {
		for range list {
			s.hold <- struct{}{}
		}
	}()
	for i, out := range push.SendAll(t.Context(), s, list, 4) {
		if out.ProviderID != list[i].ID {
			t.Fatalf("outcome %d is %+v", i, out)
		}
	}
	if s.most.Load() > 4 {
		t.Errorf("%d at once", s.most.Load())
	}
}

func TestSendAllGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, out := range push.SendAll(ctx, &slow{}, make([]push.Message, 3), 0) {
		if out.State != push.Retry || out.Err == nil {
			t.Errorf("outcome %+v", out)
		}
	}
}

func TestManyPhonesAtOnce(t *testing.T) {
	f, s := newFCM(t)
	var list []push.Message
	for i := range 200 {
		m := message([]string{push.Android, push.IOS, push.Web}[i%3], i%2 == 0)
		m.Token = fmt.Sprint("phone-", i)
		list = append(list, m)
	}
	for i, out := range push.SendAll(t.Context(), f, list, 16) {
		if out.State != push.Accepted || len(s.Phone(list[i].Token)) != 1 {
			t.Fatalf("%d: %+v, faults %q", i, out, s.Faults())
		}
	}
}

func TestTheLogSenderWritesNoToken(t *testing.T) {
	var buf bytes.Buffer
	l := push.Log{Log: slog.New(slog.NewTextHandler(&buf, nil))}
	m := message(push.Android, true)
	if out := l.Send(t.Context(), m); out.State != push.Accepted || out.ProviderID == "" {
		t.Errorf("outcome %+v", out)
	}
	for _, want := range []string{m.ID, m.Platform, m.Title, m.Link} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("the log lacks %q: %s", want, buf.String())
		}
	}
	if strings.Contains(buf.String(), m.Token) || strings.Contains(buf.String(), m.Body) {
		t.Errorf("the log says too much: %s", buf.String())
	}
	m.Token = ""
	if out := l.Send(t.Context(), m); out.State != push.Invalid {
		t.Errorf("without a token: %+v", out)
	}
}
