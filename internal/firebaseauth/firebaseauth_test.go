package firebaseauth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"respons/internal/fault"
	"respons/internal/firebaseauth"
)

const project = "respons-trial"

// google stands where the SDK asks for the keys that tokens are signed with. The SDK makes its own connections from the
// default transport, which is led here for the time of the test.
func google(t *testing.T, keys map[string]*rsa.PrivateKey) {
	t.Helper()
	certificates := map[string]string{}
	for kid, key := range keys {
		now := time.Now()
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "securetoken"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		certificates[kid] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "www.googleapis.com" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		json.NewEncoder(w).Encode(certificates) // fails only where the client has hung up
	}))
	t.Cleanup(server.Close)
	lead(t, server.Listener.Addr().String())
}

// lead sends every TLS connection of the default transport to an address.
func lead(t *testing.T, address string) {
	t.Helper()
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	led := before.(*http.Transport).Clone()
	led.Proxy = nil
	led.DialTLSContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // #nosec G402 -- the test's own server
		return d.DialContext(ctx, network, address)
	}
	http.DefaultTransport = led
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// token is one as Firebase signs it, with some claims changed.
func token(t *testing.T, key *rsa.PrivateKey, kid string, change map[string]any) string {
	t.Helper()
	now := time.Now()
	claims := map[string]any{"iss": "https://securetoken.google.com/" + project, "aud": project, "sub": "uid-1", "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"auth_time": now.Add(-time.Minute).Unix()}
	maps.Copy(claims, change)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTokensOfOurProjectAndNoOthers(t *testing.T) {
	key, other := newKey(t), newKey(t)
	google(t, map[string]*rsa.PrivateKey{"kid-1": key})
	v, err := firebaseauth.New(t.Context(), project, "")
	if err != nil {
		t.Fatal(err)
	}
	good := token(t, key, "kid-1", nil)
	uid, expires, err := v.Verify(t.Context(), good)
	if left := time.Until(expires); err != nil || uid != "uid-1" || left < 58*time.Minute || left > time.Hour {
		t.Fatalf("%q, good for %s, %v", uid, left, err)
	}
	parts := strings.Split(good, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	for name, raw := range map[string]string{
		"another project":          token(t, key, "kid-1", map[string]any{"aud": "evil", "iss": "https://securetoken.google.com/evil"}),
		"another project's issuer": token(t, key, "kid-1", map[string]any{"iss": "https://securetoken.google.com/evil"}),
		"over":                     token(t, key, "kid-1", map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}),
		"from the future":          token(t, key, "kid-1", map[string]any{"iat": time.Now().Add(time.Hour).Unix()}),
		"of nobody":                token(t, key, "kid-1", map[string]any{"sub": ""}),
		"under another key":        token(t, other, "kid-1", nil),
		"under an unknown key":     token(t, other, "kid-2", nil),
		"signed by nobody":         unsigned,
		"with its payload changed": parts[0] + "." + strings.Split(token(t, key, "kid-1", map[string]any{"sub": "uid-2"}), ".")[1] + "." + parts[2],
		"no token":                 "abc",
		"empty":                    "",
	} {
		if _, _, err := v.Verify(t.Context(), raw); !errors.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTokensWaitWhereTheKeysCannotBeRead(t *testing.T) {
	lead(t, "127.0.0.1:1")
	v, err := firebaseauth.New(t.Context(), project, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Verify(t.Context(), token(t, newKey(t), "kid-1", nil)); !errors.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

// With an emulator tokens that nobody signed are taken, of users whom the emulator has; without one, and after one, none.
func TestTheEmulator(t *testing.T) {
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "")
	disabled := false
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/projects/"+project+"/accounts:lookup") {
			http.NotFound(w, r)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"users": []map[string]any{{"localId": "uid-9", "validSince": "0", "disabled": disabled}}}) // fails only where the client has hung up
	}))
	defer emulator.Close()
	claims, err := json.Marshal(map[string]any{"iss": "https://securetoken.google.com/" + project, "aud": project, "sub": "uid-9", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	raw := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
	v, err := firebaseauth.New(t.Context(), project, emulator.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if uid, _, err := v.Verify(t.Context(), raw); err != nil || uid != "uid-9" {
		t.Errorf("with an emulator: %q, %v", uid, err)
	}
	disabled = true
	if _, _, err := v.Verify(t.Context(), raw); !errors.Is(err, fault.Unauthorized) {
		t.Errorf("a user who was put out: %v", err)
	}
	if v, err = firebaseauth.New(t.Context(), project, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Verify(t.Context(), raw); !errors.Is(err, fault.Unauthorized) {
		t.Errorf("without one: %v", err)
	}
}
