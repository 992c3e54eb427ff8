// Package fcmtest is Firebase Cloud Messaging for tests: it signs senders in, refuses what Google would refuse, answers as
// it is told to, and keeps what each phone would show. It knows FCM's documentation, not our sender.
package fcmtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// The one project and service account that the server knows.
const (
	Project = "respons-test"
	email   = "pusher@respons-test.iam.gserviceaccount.com"
	keyID   = "test-key-1"
)

// Server answers the OAuth token endpoint and POST /v1/projects/{project}/messages:send. Its methods may be called from
// any goroutine.
type Server struct {
	http  *httptest.Server
	key   *rsa.PrivateKey
	mu    sync.Mutex
	state state
}

type state struct {
	grants   map[string]time.Time // access token to its end
	signIn   []Answer             // scripted answers of the token endpoint
	script   map[string][]Answer  // by registration token, Any for all
	always   map[string]Answer
	phones   map[string][]Shown
	arrivals map[string]int // instead of phones, where only counts are kept
	requests int
	faults   []string
	serial   int
}

// newKey makes one key for the whole process: it takes longer than all the rest.
var newKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Start runs a server on a free port of this machine until Close.
func Start() (*Server, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	s := &Server{key: key, state: state{grants: map[string]time.Time{}, script: map[string][]Answer{},
		always: map[string]Answer{}, phones: map[string][]Shown{}}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /v1/projects/{project}/{method}", s.send)
	s.http = httptest.NewServer(mux)
	return s, nil
}

// T is what New needs of a *testing.T.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// New starts a server that ends with the test.
func New(t T) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatalf("start the FCM server: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Close ends the server, and with it every answer that still hangs.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Endpoint is what push.Endpoint wants.
func (s *Server) Endpoint() string { return s.http.URL + "/v1" }

// Credentials is the JSON of a service account that signs in at this server.
func (s *Server) Credentials() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		return nil // an RSA key has a PKCS 8 form
	}
	body, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": Project, "private_key_id": keyID, "client_email": email,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_id":   "1", "token_uri": s.tokenURI(),
	})
	if err != nil {
		return nil // strings have a JSON form
	}
	return body
}

func (s *Server) tokenURI() string { return s.http.URL + "/token" }

// Requests counts what came to messages:send, refused ones included.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.requests
}

// Faults says what was wrong with requests that broke the documented form, oldest first. A test that scripts no such
// thing ends with none.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.state.faults...)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the caller hung up
}
