package fcmtest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// The scopes of which a sender needs one.
var scopes = []string{"https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform"}

// token is the OAuth 2.0 grant for service accounts: a JWT that the account's key signed (RFC 7523).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if a, ok := s.nextSignIn(); ok {
		a.write(w, r)
		return
	}
	if err := s.checkGrant(r); err != nil {
		s.fault("sign-in: %v", err)
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": err.Error()})
		return
	}
	s.mu.Lock()
	s.state.serial++
	access := fmt.Sprintf("ya29.test-%d", s.state.serial)
	s.state.grants[access] = time.Now().Add(time.Hour)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"access_token": access, "expires_in": 3600, "token_type": "Bearer"})
}

func (s *Server) checkGrant(r *http.Request) error {
	if t := r.PostFormValue("grant_type"); t != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		return fmt.Errorf("grant_type is %q", t)
	}
	tok, err := jwt.ParseSigned(r.PostFormValue("assertion"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return fmt.Errorf("the assertion is no JWT: %w", err)
	}
	var c struct {
		jwt.Claims
		Scope string `json:"scope"`
	}
	if err := tok.Claims(&s.key.PublicKey, &c); err != nil {
		return fmt.Errorf("the signature is not the service account's: %w", err)
	}
	if tok.Headers[0].KeyID != keyID {
		return fmt.Errorf("kid is %q", tok.Headers[0].KeyID)
	}
	if c.IssuedAt == nil || c.Expiry == nil || c.Expiry.Time().Sub(c.IssuedAt.Time()) > time.Hour {
		return errors.New("iat and exp are not within an hour")
	}
	if !slices.ContainsFunc(strings.Fields(c.Scope), func(x string) bool { return slices.Contains(scopes, x) }) {
		return fmt.Errorf("scope %q does not allow messaging", c.Scope)
	}
	return c.Validate(jwt.Expected{Issuer: email, AnyAudience: jwt.Audience{s.tokenURI()}, Time: time.Now()})
}

// bearer says whether the request carries an access token that is still good.
func (s *Server) bearer(r *http.Request) bool {
	access, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok && time.Now().Before(s.state.grants[access])
}

// Revoke makes every access token so far worthless, as when the key is deleted in the cloud console.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state.grants)
}
