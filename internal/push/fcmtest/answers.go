package fcmtest

import (
	"io"
	"net/http"
	"strconv"
)

// Any stands for every registration token in Script and Always.
const Any = ""

// Answer is what a request gets instead of an acceptance.
type Answer struct {
	Status     int    // HTTP
	RPC        string // google.rpc.Code, such as NOT_FOUND
	Code       string // errorCode of google.firebase.fcm.v1.FcmError; empty: no such detail
	Text       string
	Field      string // field of a google.rpc.BadRequest violation; empty: no such detail
	RetryAfter string // header: seconds or a date; empty: none
	Body       string // sent as it is in place of Google's error document
	Delivered  bool   // the phone shows the message all the same: only the answer is spoiled
	Hang       bool   // no answer until the caller gives up
	Cut        bool   // the connection breaks in place of an answer
	Short      bool   // Body breaks off before its end
}

// The documented refusals, as Google words them.
var (
	Unregistered     = Answer{Status: 404, RPC: "NOT_FOUND", Code: "UNREGISTERED", Text: "Requested entity was not found."}
	InvalidToken     = Answer{Status: 400, RPC: "INVALID_ARGUMENT", Code: "INVALID_ARGUMENT", Field: "message.token", Text: "The registration token is not a valid FCM registration token"}
	SenderIDMismatch = Answer{Status: 403, RPC: "PERMISSION_DENIED", Code: "SENDER_ID_MISMATCH", Text: "SenderId mismatch"}
	QuotaExceeded    = Answer{Status: 429, RPC: "RESOURCE_EXHAUSTED", Code: "QUOTA_EXCEEDED", Text: "Quota exceeded for quota metric 'Send requests'."}
	Unavailable      = Answer{Status: 503, RPC: "UNAVAILABLE", Code: "UNAVAILABLE", Text: "The service is currently unavailable."}
	Internal         = Answer{Status: 500, RPC: "INTERNAL", Code: "INTERNAL", Text: "Internal error encountered."}
	ThirdPartyAuth   = Answer{Status: 401, RPC: "UNAUTHENTICATED", Code: "THIRD_PARTY_AUTH_ERROR", Text: "Auth error from APNS or Web Push Service"}
	Unspecified      = Answer{Status: 500, RPC: "UNKNOWN", Code: "UNSPECIFIED_ERROR", Text: "No more information is available about this error."}
	Unauthenticated  = Answer{Status: 401, RPC: "UNAUTHENTICATED", Text: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential."}
	PermissionDenied = Answer{Status: 403, RPC: "PERMISSION_DENIED", Text: "Permission 'cloudmessaging.messages.create' denied on resource."}

	// Of the token endpoint.
	InvalidGrant = Answer{Status: 400, Body: `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`}
)

// InvalidField is a refusal of another field than the token; empty: it does not say of which.
func InvalidField(field string) Answer {
	return Answer{Status: 400, RPC: "INVALID_ARGUMENT", Code: "INVALID_ARGUMENT", Field: field, Text: "Request contains an invalid argument."}
}

// After is the same answer with a Retry-After header.
func (a Answer) After(retryAfter string) Answer {
	a.RetryAfter = retryAfter
	return a
}

// Script gives the next requests for a registration token (Any: whichever comes) these answers, one each; afterwards
// messages are accepted again. The token's own script goes before Any's.
func (s *Server) Script(token string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.script[token] = append(s.state.script[token], answers...)
}

// Always gives every request for a registration token (or Any) this answer from now on, after what is scripted; the zero
// Answer accepts again. Always(token, Unregistered) is a citizen who removed the app.
func (s *Server) Always(token string, a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.always[token] = a
}

// ScriptSignIn gives the next requests to the token endpoint these answers.
func (s *Server) ScriptSignIn(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.signIn = append(s.state.signIn, answers...)
}

func (s *Server) nextSignIn() (a Answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok = len(s.state.signIn) > 0; ok {
		a, s.state.signIn = s.state.signIn[0], s.state.signIn[1:]
	}
	return a, ok
}

// next is the answer for a token; ok is false where the message is accepted.
func (s *Server) next(token string) (a Answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range []string{token, Any} {
		if q := s.state.script[t]; len(q) > 0 {
			s.state.script[t] = q[1:]
			return q[0], true
		}
	}
	for _, t := range []string{token, Any} {
		if a = s.state.always[t]; a != (Answer{}) {
			return a, true
		}
	}
	return Answer{}, false
}

// write gives the answer in the form of Google's JSON errors.
func (a Answer) write(w http.ResponseWriter, r *http.Request) {
	switch {
	case a.Hang:
		io.Copy(io.Discard, r.Body) //nolint:errcheck // only a body that was read lets the server see the caller go
		<-r.Context().Done()
		return
	case a.Cut:
		panic(http.ErrAbortHandler) // net/http's way to break a connection
	}
	if a.RetryAfter != "" {
		w.Header().Set("Retry-After", a.RetryAfter)
	}
	if a.Short {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)+1))
	}
	if a.Body != "" || a.RPC == "" {
		w.WriteHeader(a.Status)
		io.WriteString(w, a.Body) //nolint:errcheck // the caller hung up
		return
	}
	var details []map[string]any
	if a.Code != "" {
		details = append(details, map[string]any{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": a.Code})
	}
	if a.Field != "" {
		details = append(details, map[string]any{"@type": "type.googleapis.com/google.rpc.BadRequest",
			"fieldViolations": []map[string]string{{"field": a.Field, "description": a.Text}}})
	}
	e := map[string]any{"code": a.Status, "message": a.Text, "status": a.RPC}
	if details != nil {
		e["details"] = details
	}
	writeJSON(w, a.Status, map[string]any{"error": e})
}
