package apptest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"respons/internal/config"
	"respons/internal/oidc/oidctest"
)

// gateway is an SMS gateway that keeps what it is given.
type gateway struct {
	mu    sync.Mutex
	texts []string
}

// StartGateway gives a gateway and the setting that sends there.
func StartGateway(t *testing.T) (*gateway, config.Secret) {
	g := new(gateway)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body) // a body cut off holds no code, which the test finds
		g.mu.Lock()
		defer g.mu.Unlock()
		g.texts = append(g.texts, string(b))
	}))
	t.Cleanup(server.Close)
	return g, config.Secret(server.URL)
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// LastCode is the code of six digits in the last text message.
func (g *gateway) LastCode(t *testing.T) string {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.texts) == 0 {
		t.Fatal("no text message went out")
	}
	return sixDigits.FindString(g.texts[len(g.texts)-1])
}

// Providers is the setting for a provider of the test.
func Providers(t *testing.T, list ...map[string]any) config.Secret {
	t.Helper()
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return config.Secret(raw)
}

// Registered is an identity provider of the test as it stands in the settings, with more beside.
func Registered(name string, p *oidctest.Provider, more map[string]any) map[string]any {
	out := map[string]any{"name": name, "title": "MyDigital ID", "issuer": p.Issuer, "client_id": oidctest.ClientID, "client_secret": oidctest.Secret, "scopes": []string{"email"}}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// SignedIn is what is answered to somebody who signed in.
type SignedIn struct {
	ID, Role, Token string
	New             bool
}

// Passwords that are long and common enough to be let pass.
const (
	AdminPassword   = "kerusi merah dekat tingkap"
	OfficerPassword = "payung hijau di atas meja"
)

// Fast makes hashing of passwords cheap.
func Fast(c *config.Config) { c.ArgonMemoryKiB, c.ArgonIterations = 8<<10, 1 }

// FirstLink makes the first administrator and gives what stands behind # in their link.
func (s *System) FirstLink(t *testing.T) string {
	t.Helper()
	token, err := s.App.FirstAdministrator(t.Context())
	if err != nil || token == "" {
		t.Fatalf("first administrator: %q, %v", token, err)
	}
	s.Admin = "Bearer " + token
	link, err := s.App.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, secret, ok := strings.Cut(link, "/sign-in/first#")
	if !ok {
		t.Fatalf("the link %q", link)
	}
	return secret
}

// Invited is what an invitation shows to the person who opens it.
type Invited struct {
	Name, Email, Secret, URI, QR string
	Factor                       bool
}

var invitationLink = regexp.MustCompile(`/sign-in/invitation#([a-z2-7]+)`)

// LastLink is what stands behind # in the last invitation in the log.
func (s *System) LastLink(t *testing.T) string {
	t.Helper()
	s.Logged.Mu.Lock()
	defer s.Logged.Mu.Unlock()
	found := invitationLink.FindAllStringSubmatch(s.Logged.all.String(), -1)
	if len(found) == 0 {
		t.Fatal("no invitation in the log")
	}
	return found[len(found)-1][1]
}

// AppCode is the code that an authenticator shows at a moment.
func AppCode(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
