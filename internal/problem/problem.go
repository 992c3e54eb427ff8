// Package problem turns errors into the problem documents of RFC 9457. It is the only place that knows which kind of
// fault has which HTTP status.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
)

// base begins the type of every problem; Types lists them.
const base = "urn:respons:problem:"

var status = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden: http.StatusForbidden, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Stale: http.StatusConflict, fault.Duplicate: http.StatusConflict, fault.Mismatch: http.StatusUnprocessableEntity,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
	fault.TooLarge: http.StatusRequestEntityTooLarge,
}

// Details is the problem document.
type Details struct {
	Type   string  `json:"type" doc:"What kind of problem it is; x-extensible-enum lists the kinds, and others may come" example:"urn:respons:problem:conflict"`
	Title  string  `json:"title" doc:"The HTTP status in words" example:"Conflict"`
	Status int     `json:"status" doc:"HTTP status code" example:"409"`
	Detail string  `json:"detail,omitempty" doc:"What is wrong and what to do, for a person" example:"cannot resolve a complaint that is closed"`
	Errors []Field `json:"errors,omitempty" doc:"What is wrong field by field"`

	wait time.Duration // for Retry-After; 0: none
}

// Field is one thing wrong with one part of the request.
type Field struct {
	Location string `json:"location" doc:"Part of the request" example:"body.text"`
	Message  string `json:"message" doc:"What is wrong with it" example:"must not be empty"`
}

// Error is the document as one line.
func (d *Details) Error() string { return d.Type + ": " + d.Detail }

// GetStatus is the HTTP status.
func (d *Details) GetStatus() int { return d.Status }

// ContentType is that of RFC 9457.
func (d *Details) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives Retry-After, in whole seconds, where it is known how long to wait.
func (d *Details) GetHeaders() http.Header {
	if d.wait <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(d.wait.Seconds())))}}
}

// Of gives the document for an error. What has no kind is ours to mend: the caller learns nothing about it.
func Of(err error) *Details {
	if d, ok := errors.AsType[*Details](err); ok {
		return d
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || status[f.Kind] == 0 {
		return &Details{Type: base + "internal", Title: http.StatusText(500), Status: 500,
			Detail: "something went wrong on our side; nothing was lost, please try again"}
	}
	d := &Details{Type: base + string(f.Kind), Title: http.StatusText(status[f.Kind]), Status: status[f.Kind], Detail: f.Detail, wait: f.Wait}
	for _, w := range f.Fields {
		d.Errors = append(d.Errors, Field{Location: w.Path, Message: w.Text})
	}
	return d
}

// Handle makes an endpoint out of a function that returns faults. An answer that is not changed since the caller last saw
// it is no problem and passes as it is.
func Handle[I, O any](log *slog.Logger, fn func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err == nil {
			return out, nil
		}
		if same, ok := errors.AsType[huma.StatusError](err); ok && same.GetStatus() == http.StatusNotModified {
			return nil, err
		}
		return nil, Logged(ctx, log, err)
	}
}

// Logged gives the document for an error. Errors that are ours to mend are logged here, once.
func Logged(ctx context.Context, log *slog.Logger, err error) *Details {
	d := Of(err)
	switch {
	case ctx.Err() != nil: // the client hung up: nobody reads the answer
	case d.Status >= 500:
		log.ErrorContext(ctx, "request failed", "err", err)
	default:
		log.DebugContext(ctx, "request refused", "status", d.Status, "kind", d.Type)
	}
	return d
}

// kinds of what huma itself finds wrong with a request, by status.
var kinds = map[int]fault.Kind{400: "malformed", 401: fault.Unauthorized, 403: fault.Forbidden, 404: fault.NotFound,
	405: "method", 406: "not-acceptable", 408: "timeout", 409: fault.Conflict, 412: "precondition", 413: fault.TooLarge,
	415: "content-type", 422: fault.Invalid, 429: fault.TooMany, 503: fault.Unavailable}

// Types lists the type of every problem that there is.
func Types() []string {
	all := map[string]bool{base + "internal": true}
	for k := range status {
		all[base+string(k)] = true
	}
	for _, k := range kinds {
		all[base+string(k)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// TransformSchema names the types in the document. They are no enum: a program that is older than a type shall take it for
// what its status says.
func (*Details) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["type"].Extensions = map[string]any{"x-extensible-enum": Types()}
	return s
}

// Plain is the document for what a library says with a status and a few words.
func Plain(code int, detail string) *Details {
	d := &Details{Type: base + "internal", Title: http.StatusText(code), Status: code, Detail: detail}
	if k, ok := kinds[code]; ok {
		d.Type = base + string(k)
	}
	return d
}

// Huma makes huma answer with these documents too.
func Huma() {
	huma.NewError = func(code int, msg string, errs ...error) huma.StatusError {
		d := Plain(code, msg)
		for _, err := range errs {
			if detailer, ok := err.(huma.ErrorDetailer); ok {
				e := detailer.ErrorDetail()
				d.Errors = append(d.Errors, Field{Location: e.Location, Message: e.Message}) // never the value: it may be the complaint
			} else if err != nil {
				d.Errors = append(d.Errors, Field{Location: "request", Message: err.Error()})
			}
		}
		if code == http.StatusUnsupportedMediaType {
			d.Detail = "send the body as application/json"
		}
		return d
	}
}

// Write answers a plain HTTP request with the document for err.
func Write(w http.ResponseWriter, err error) {
	d := Of(err)
	w.Header().Set("Content-Type", "application/problem+json")
	for name, values := range d.GetHeaders() {
		w.Header()[name] = values
	}
	w.WriteHeader(d.Status)
	json.NewEncoder(w).Encode(d) // fails only where the client has hung up
}
