package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/identity"
)

// Verifier knows whose Firebase ID token it is; fault.Unauthorized, fault.Unavailable where Google's keys cannot be read.
type Verifier interface {
	Verify(ctx context.Context, token string) (uid string, expires time.Time, err error)
}

// longest is how long a token is remembered at the most; Firebase gives out none that lasts longer than an hour.
const longest = 24 * time.Hour

// FirebaseToken lets in whoever has an ID token of our Firebase project. Each token lets in once: it is remembered by a
// hash of what is signed until it expires, so that one that was overheard is worth nothing any more.
func (s *Service) FirebaseToken(ctx context.Context, token, lang string, c Client) (In, error) {
	if s.Firebase == nil {
		return In{}, fault.New(fault.Conflict, "sign-in by Firebase is not set up here; sign in another way")
	}
	uid, expires, err := s.Firebase.Verify(ctx, token)
	if err != nil {
		return In{}, err
	}
	now := s.now()
	if expires.After(now.Add(longest)) {
		return In{}, fault.New(fault.Unauthorized, "the token lasts too long to be one of Firebase")
	}
	signed := token
	if at := strings.LastIndexByte(token, '.'); at >= 0 {
		signed = token[:at] // not the signature, of which there may be several good ones
	}
	sum := sha256.Sum256([]byte(signed))
	ends := expires.Add(10 * time.Minute) // beyond every difference of clocks
	err = s.save(ctx, fleeting{id: "firebase:" + hex.EncodeToString(sum[:]), ends: ends}, map[string]any{"ends": ends})
	if errors.Is(err, fault.Duplicate) {
		return In{}, fault.New(fault.Unauthorized, "this token was used before; ask Firebase for a fresh one, getIdToken(true)")
	}
	if err != nil {
		return In{}, err
	}
	return s.citizen(ctx, identity.Firebase, "", uid, lang, c)
}
