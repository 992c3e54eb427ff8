// Package fault gives errors a kind, so that a caller can be told what to do without the domain knowing HTTP.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what went wrong from the caller's point of view. It is an error itself, so that errors.Is(err,
// fault.Conflict) asks for it through any number of wrappers.
type Kind string

// The kinds. Anything without one is ours to mend, and its text is never shown to a caller.
const (
	Invalid      Kind = "invalid"      // the input breaks a rule; Detail says which and what to do
	Unauthorized Kind = "unauthorized" // nobody is signed in, or the credentials are wrong
	Forbidden    Kind = "forbidden"    // signed in, but this is not theirs to do
	NotFound     Kind = "not-found"    // no such thing, or not one the caller may know of
	Conflict     Kind = "conflict"     // the thing is in a state that refuses the move
	Mismatch     Kind = "key-reused"   // an idempotency key came back with another request
	TooMany      Kind = "too-many"     // slow down
	Unavailable  Kind = "unavailable"  // a part we depend on is out; try again
	Stale        Kind = "stale"        // somebody else changed the document first
	Duplicate    Kind = "duplicate"    // a unique key is taken
	TooLarge     Kind = "too-large"    // more than we take
)

// Error makes a Kind an error.
func (k Kind) Error() string { return string(k) }

// Error is a fault with a kind. Detail is for the caller and holds no personal data; Err is only for the log.
type Error struct {
	Kind   Kind
	Detail string
	Fields []Field       // what is wrong field by field, where the input is a form; may be empty
	Wait   time.Duration // of TooMany and Unavailable: how long to wait before the next try; 0: nobody knows
	Err    error
}

// Field is one thing wrong with one field of the input.
type Field struct {
	Path string // as in the request, such as "body.location.lat"
	Text string // what is wrong and what would be right
}

// New makes a fault; the format becomes its Detail.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Detail: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault that keeps err for the log.
func Wrap(k Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: k, Detail: fmt.Sprintf(format, args...), Err: err}
}

// Error is the text for the log: kind, detail and cause.
func (e *Error) Error() string {
	s := string(e.Kind)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Is reports whether target is this error's kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the outermost fault in err, or "" where there is none.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Kind
	}
	return ""
}
