package seal_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"respons/internal/fault"
	"respons/internal/seal"
)

// service is a key service with keys of its own that can be out of reach.
type service struct {
	keys map[string]tink.AEAD
	down bool
}

func (s *service) open(_ context.Context, uri string) (tink.AEADWithContext, error) {
	if s.keys[uri] == nil {
		h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, err
		}
		if s.keys[uri], err = aead.New(h); err != nil {
			return nil, err
		}
	}
	return remote{s, uri}, nil
}

type remote struct {
	s   *service
	uri string
}

var errDown = errors.New("no answer")

func (r remote) EncryptWithContext(_ context.Context, plain, bound []byte) ([]byte, error) {
	if r.s.down {
		return nil, errDown
	}
	return r.s.keys[r.uri].Encrypt(plain, bound)
}

func (r remote) DecryptWithContext(_ context.Context, sealed, bound []byte) ([]byte, error) {
	if r.s.down {
		return nil, errDown
	}
	return r.s.keys[r.uri].Decrypt(sealed, bound)
}

// What a file's key wrapped moves to the key service of the settings, then to another of its keys; meanwhile all opens.
func TestDataKeysMoveFromAFileToAKeyService(t *testing.T) {
	onEach(t, func(t *testing.T, v *seal.Vault, f seal.File) {
		b := sealed(t, v, "aminah", "name", "Aminah")
		s := &service{keys: map[string]tink.AEAD{}}
		for _, uri := range []string{"gcp-kms://one", "aws-kms://two"} {
			v.Masters = seal.Service{URI: uri, Open: s.open, Old: f}
			if got, err := opened(t, v, "aminah", "name", b); err != nil || got != "Aminah" {
				t.Errorf("before the move to %s: %q, %v", uri, got, err)
			}
			r := &seal.Rotation{Vault: v, Log: slog.New(slog.DiscardHandler)}
			if n, retired, err := r.Once(t.Context()); err != nil || n != 1 || retired {
				t.Errorf("move to %s: %d, %v, %v", uri, n, retired, err)
			}
			if names, _, err := v.Wrapped(t.Context()); err != nil || len(names) != 1 || names[0] != uri {
				t.Errorf("wrapped by %v, %v", names, err)
			}
			if got, err := opened(t, v, "aminah", "name", b); err != nil || got != "Aminah" {
				t.Errorf("after the move to %s: %q, %v", uri, got, err)
			}
		}
		s.down = true
		if _, err := opened(t, v, "aminah", "name", b); !errors.Is(err, fault.Unavailable) {
			t.Errorf("while the service is down: %v", err)
		}
		if _, err := v.Seal(t.Context(), "bala", "name", []byte("Bala")); !errors.Is(err, fault.Unavailable) {
			t.Errorf("a new key while the service is down: %v", err)
		}
		s.down = false
		fresh := &seal.Vault{Engine: v.Engine, Masters: v.Masters, Now: time.Now}
		sealed(t, fresh, "bala", "name", "Bala")
	})
}
