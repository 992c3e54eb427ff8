package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cloud.google.com/go/auth"
	"firebase.google.com/go/v4/errorutils"
	"firebase.google.com/go/v4/messaging"
)

const (
	quotaPause   = time.Minute // after 429 without Retry-After; source: FCM's documentation of error codes
	longestPause = 24 * time.Hour
)

// unanswered judges an attempt that brought nothing to read: a network error, a timeout, 503, or no access token.
func (f *FCM) unanswered(a *attempt) Outcome {
	if e, ok := errors.AsType[*auth.Error](a.err); ok && e.Response != nil {
		err := fmt.Errorf("sign in to Google: HTTP %d: %s", e.Response.StatusCode, short(e.Error()))
		if !passing(e.Response.StatusCode) {
			return Outcome{State: Alarm, Err: err, Down: true}
		}
		return Outcome{State: Retry, After: f.retryAfter(e.Response.Header), Err: err, Down: true}
	}
	return Outcome{State: Retry, After: f.retryAfter(a.header), Err: a.err, Down: true}
}

// refused judges FCM's error answers: by FCM's own code where there is one, else by the HTTP status. Only the code
// UNREGISTERED says that a token is dead. A bare 404 can be a wrong project or somebody's proxy, and must not cost
// citizens their notifications. Of what is wrong with a message itself, only a wrong token concerns the device. A wrong
// sender or a certificate of Apple's concerns some devices, refused credentials and quotas all of them.
func (f *FCM) refused(a *attempt, err error) Outcome {
	resp := errorutils.HTTPResponse(err)
	if resp == nil { // 200 that cannot be read: it may have been taken, and a repeat is harmless
		return Outcome{State: Retry, Err: errors.New(short(err.Error()))}
	}
	status := resp.StatusCode
	out := Outcome{State: Alarm, Err: fmt.Errorf("FCM: HTTP %d: %s", status, short(err.Error()))}
	switch {
	case messaging.IsUnregistered(err):
		out.State = Unregistered
	case messaging.IsSenderIDMismatch(err), messaging.IsThirdPartyAuthError(err):
	case wrongToken(a.body):
		out.State = Unregistered
	case messaging.IsInvalidArgument(err), status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge:
		out.State = Invalid
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		out.Down = true
	case messaging.IsQuotaExceeded(err), messaging.IsUnavailable(err), messaging.IsInternal(err), passing(status):
		out.State, out.After = Retry, f.retryAfter(resp.Header)
		if out.After == 0 && status == http.StatusTooManyRequests {
			out.After = quotaPause
		}
		out.Down = status == http.StatusTooManyRequests
	}
	return out
}

// wrongToken says whether a refusal is of the registration token and of nothing else: by google.rpc.BadRequest.
func wrongToken(body []byte) bool {
	var doc struct {
		Error struct {
			Details []struct {
				Violations []struct{ Field string } `json:"fieldViolations"`
			}
		}
	}
	if json.Unmarshal(body, &doc) != nil {
		return false
	}
	found := false
	for _, d := range doc.Error.Details {
		for _, v := range d.Violations {
			if v.Field != "message.token" {
				return false
			}
			found = true
		}
	}
	return found
}

// passing says whether the same request may be answered better later.
func passing(status int) bool {
	return status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
}

// retryAfter reads seconds or a date; 0 where there is neither, or the date is over.
func (f *FCM) retryAfter(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	d, err := time.ParseDuration(v + "s")
	if err != nil {
		at, err := http.ParseTime(v)
		if err != nil {
			return 0
		}
		d = at.Sub(f.now())
	}
	return min(max(d, 0), longestPause)
}

// short keeps a page that a proxy sent out of the log.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
