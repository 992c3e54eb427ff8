package seal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"

	"respons/internal/fault"
)

// indexKey is the id of the key behind Digest among the data keys. No citizen has it: theirs are ULIDs and guest:….
const indexKey = "index"

// Digest gives the blind index of a value: equal values of a kind have equal digests, and without the master key nobody
// can try out which value has which. Values are to be normalised before.
func (v *Vault) Digest(ctx context.Context, kind, value string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.index == nil {
		if err := v.openIndex(ctx); err != nil {
			return "", err
		}
	}
	sum, err := v.index.ComputeMAC(bound(kind, value))
	if err != nil {
		return "", fmt.Errorf("blind index: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// openIndex reads the key, which never changes, or makes it on the first start.
func (v *Vault) openIndex(ctx context.Context) error {
	for v.index == nil {
		d, _, err := v.read(ctx, indexKey)
		var h *keyset.Handle
		switch {
		case err == nil:
			h, err = v.unwrap(ctx, indexKey, d)
		case errors.Is(err, fault.NotFound):
			if h, err = keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate()); err == nil {
				err = v.insert(ctx, indexKey, h)
			}
		}
		if errors.Is(err, fault.Duplicate) {
			continue // somebody else made it at this moment
		}
		if err != nil {
			return fmt.Errorf("key of the blind index: %w", err)
		}
		if v.index, err = mac.New(h); err != nil {
			return fmt.Errorf("key of the blind index: %w", err)
		}
	}
	return nil
}
