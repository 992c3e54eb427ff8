package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"respons/internal/fault"
	"respons/internal/notify"
	"respons/internal/retryafter"
)

// Sender posts calls.
type Sender struct {
	client *http.Client
	now    func() time.Time
}

// New makes a Sender; loopback lets it reach this machine, which only tests and trials want.
func New(loopback bool, now func() time.Time) *Sender {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: control(loopback)}
	return &Sender{now: now, client: &http.Client{
		Timeout: 15 * time.Second,
		Transport: &http.Transport{ // without a proxy: it would dial in our place, unchecked
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second,
			MaxIdleConns: 100, MaxIdleConnsPerHost: 4, IdleConnTimeout: 60 * time.Second, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: 16 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var _ notify.Caller = (*Sender)(nil)

// Call posts once. 2xx is accepted; 410 says that nothing is wanted any more; everything else is tried again, for an
// agency mends its system rather than its questions.
func (s *Sender) Call(ctx context.Context, c notify.Call) notify.Outcome {
	req, err := s.request(ctx, c)
	if err != nil {
		return notify.Outcome{State: notify.Failed, Why: "the call could not be made", Err: err}
	}
	res, err := s.client.Do(req)
	switch {
	case errors.Is(err, fault.Invalid): // from control
		return notify.Outcome{State: notify.Waiting, Why: "the address lies in a private or reserved network", Err: err}
	case err != nil:
		return notify.Outcome{State: notify.Waiting, Why: "the agency's system is out of reach", Err: err}
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10)) //nolint:errcheck // so that the connection can be used again; what it says is of no interest
	why := "the agency's system answered " + strconv.Itoa(res.StatusCode)
	switch {
	case res.StatusCode/100 == 2:
		return notify.Outcome{State: notify.Accepted}
	case res.StatusCode == http.StatusGone:
		return notify.Outcome{State: notify.Failed, Gone: true, Why: why}
	}
	return notify.Outcome{State: notify.Waiting, Why: why, After: retryafter.Of(res.Header, s.now())}
}

func (s *Sender) request(ctx context.Context, c notify.Call) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	var signatures []string
	for _, secret := range c.Secrets {
		w, err := standard.NewWebhook(secret)
		if err != nil {
			return nil, err
		}
		signature, err := w.Sign(c.ID, c.At, c.Body)
		if err != nil {
			return nil, err
		}
		signatures = append(signatures, signature)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Respons")
	req.Header.Set(standard.HeaderWebhookID, c.ID)
	req.Header.Set(standard.HeaderWebhookTimestamp, strconv.FormatInt(c.At.Unix(), 10))
	req.Header.Set(standard.HeaderWebhookSignature, strings.Join(signatures, " "))
	return req, nil
}

// Secrets derives the secret of a target from the system's own, so that none is stored: whsec_ and 32 bytes in base 64.
func Secrets(system []byte) func(target string, generation int) string {
	return func(target string, generation int) string {
		m := hmac.New(sha256.New, system)
		fmt.Fprintf(m, "webhook:%s:%d", target, generation)
		return "whsec_" + base64.StdEncoding.EncodeToString(m.Sum(nil))
	}
}
