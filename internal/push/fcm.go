package push

import (
	"context"
	"errors"
	"net/http"
	"time"

	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/auth/httptransport"
	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/messaging"
	"google.golang.org/api/option"

	"respons/internal/fault"
)

// scope is the least that sending needs.
const scope = "https://www.googleapis.com/auth/firebase.messaging"

// FCM sends through Firebase Cloud Messaging, HTTP v1. Each Send is one request: what is to be repeated, and when, is for
// the ledger to decide, so the SDK's own retries are cut off (see once).
type FCM struct {
	client  *messaging.Client
	timeout time.Duration
	now     func() time.Time
}

type settings struct {
	endpoint string
	timeout  time.Duration
	now      func() time.Time
}

// Option changes a default of NewFCM.
type Option func(*settings)

// Endpoint sends to another address than Google's, such as that of a test server: http://127.0.0.1:1234/v1.
func Endpoint(url string) Option { return func(s *settings) { s.endpoint = url } }

// Timeout limits one Send, signing in included; 10 seconds when absent.
func Timeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// Clock is read for the expiry of a message on iOS and for a Retry-After that is a date; time.Now when absent.
func Clock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// NewFCM makes a sender from the JSON of a service account, which also names the project. It does not reach for the
// network: whether Google takes the key shows at the first Send. fault.Invalid: the JSON is no service account.
func NewFCM(ctx context.Context, credentialsJSON []byte, opts ...Option) (*FCM, error) {
	s := settings{timeout: 10 * time.Second, now: time.Now}
	for _, o := range opts {
		o(&s)
	}
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = 64
	creds, err := credentials.NewCredentialsFromJSON(credentials.ServiceAccount, credentialsJSON,
		&credentials.DetectOptions{Scopes: []string{scope}, Client: &http.Client{Transport: base, Timeout: s.timeout}})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the Firebase credentials are not the JSON of a service account")
	}
	project, err := creds.ProjectID(ctx)
	if err != nil || project == "" {
		return nil, fault.Wrap(fault.Invalid, err, "the Firebase credentials name no project_id")
	}
	hc := &http.Client{Transport: base}
	if err := httptransport.AddAuthorizationMiddleware(hc, creds); err != nil {
		return nil, err
	}
	hc.Transport = once{next: hc.Transport}
	sdk := []option.ClientOption{option.WithHTTPClient(hc)}
	if s.endpoint != "" {
		sdk = append(sdk, option.WithEndpoint(s.endpoint))
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: project}, sdk...)
	if err != nil {
		return nil, err
	}
	client, err := app.Messaging(ctx)
	if err != nil {
		return nil, err
	}
	return &FCM{client: client, timeout: s.timeout, now: s.now}, nil
}

// Send makes one request, whatever its answer.
func (f *FCM) Send(ctx context.Context, m Message) Outcome {
	if err := m.check(); err != nil {
		return Outcome{State: Invalid, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	a := &attempt{stop: cancel}
	name, err := f.client.Send(context.WithValue(ctx, attemptKey{}, a), payload(m, f.now()))
	switch {
	case a.err != nil:
		return f.unanswered(a)
	case err != nil && !a.sent:
		return Outcome{State: Invalid, Err: err} // the SDK refused it before any request
	case err != nil:
		return f.refused(a, err)
	case name == "":
		return Outcome{State: Retry, Err: errors.New("the answer names no message")}
	}
	return Outcome{State: Accepted, ProviderID: name}
}
