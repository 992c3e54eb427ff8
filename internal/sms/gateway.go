// Package sms hands text messages to a gateway over HTTP.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"respons/internal/notify"
	"respons/internal/retryafter"
)

// Gateway takes text messages by POST.
type Gateway struct {
	address string
	body    any // decoded template; nil: everything is in the address
	header  [2]string
	client  *http.Client
	now     func() time.Time
}

var placeholder = regexp.MustCompile(`\{(to|text|id)\}`)

// New takes the gateway's address, a JSON document to post, and a header that holds the secret, such as
// "Authorization: Bearer abc"; empty: none. {to} (international form, +60123456789), {text} and {id} (the same for every
// attempt, by which a gateway can tell a repeat) stand in the address or in the document's strings, escaped as each
// asks for. Without a document the address must hold {to} and {text}.
func New(address, document, header string, now func() time.Time) (*Gateway, error) {
	g := &Gateway{address: address, now: now, client: &http.Client{Timeout: 15 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	u, err := url.Parse(placeholder.ReplaceAllString(address, "x"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("is no http:// or https:// address")
	}
	if document != "" {
		if err := json.Unmarshal([]byte(document), &g.body); err != nil || g.body == nil {
			return nil, errors.New("the document to post is no JSON")
		}
	}
	for _, need := range []string{"{to}", "{text}"} {
		if !strings.Contains(address+document, need) {
			return nil, fmt.Errorf("neither the address nor the document has %s", need)
		}
	}
	if header != "" {
		name, value, ok := strings.Cut(header, ":")
		if g.header = [2]string{strings.TrimSpace(name), strings.TrimSpace(value)}; !ok || g.header[0] == "" || g.header[1] == "" {
			return nil, errors.New("the header is not of the form Name: value")
		}
	}
	return g, nil
}

var _ notify.Texter = (*Gateway)(nil)

// Text posts one message. 2xx is accepted; 401 and 403 wait for an operator; 408, 429 and 5xx pass; every other answer says
// that this message will never go.
func (g *Gateway) Text(ctx context.Context, m notify.Text) notify.Outcome {
	req, err := g.request(ctx, m)
	if err != nil {
		return notify.Outcome{State: notify.Failed, Why: "the text message could not be written"}
	}
	res, err := g.client.Do(req)
	if err != nil {
		return notify.Outcome{State: notify.Waiting, Why: "the SMS gateway is out of reach", Down: true, Err: cause(err)}
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) //nolint:errcheck // so that the connection can be used again
	why := "the SMS gateway answered " + strconv.Itoa(res.StatusCode)
	after := retryafter.Of(res.Header, g.now())
	switch s := res.StatusCode; {
	case s/100 == 2:
		return notify.Outcome{State: notify.Accepted}
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return notify.Outcome{State: notify.Waiting, Alarm: true, Down: true, Why: why + ": check the secret header"}
	case s == http.StatusRequestTimeout || s == http.StatusTooManyRequests || s >= 500:
		return notify.Outcome{State: notify.Waiting, Down: s != http.StatusRequestTimeout, Why: why, After: after}
	}
	return notify.Outcome{State: notify.Failed, Why: why}
}

func (g *Gateway) request(ctx context.Context, m notify.Text) (*http.Request, error) {
	values := map[string]string{"{to}": m.To, "{text}": m.Body, "{id}": m.ID}
	address := placeholder.ReplaceAllStringFunc(g.address, func(p string) string { return url.QueryEscape(values[p]) })
	var body io.Reader
	if g.body != nil {
		encoded, err := json.Marshal(fill(g.body, values))
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if g.header[0] != "" {
		req.Header.Set(g.header[0], g.header[1])
	}
	return req, nil
}

// fill puts the values into every string of a decoded JSON document.
func fill(v any, values map[string]string) any {
	switch v := v.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(p string) string { return values[p] })
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = fill(x, values)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = fill(x, values)
		}
		return out
	}
	return v
}

// cause is an error without the address, which may hold the recipient's number.
func cause(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
