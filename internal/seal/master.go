package seal

import (
	"context"

	"github.com/tink-crypto/tink-go/v2/tink"

	"respons/internal/fault"
)

// Master is a key that wraps data keys.
type Master struct {
	Name string // file:NUMBER, or the URI at its key service
	AEAD tink.AEADWithContext
}

// Masters gives the master keys: File, or Service.
type Masters interface {
	// Current is the one that wraps new data keys.
	Current(ctx context.Context) (Master, error)
	// Named is one that wrapped a data key at some time.
	Named(ctx context.Context, name string) (Master, error)
}

// Service gives a master key kept by a key management service, which never lets it out. Replacing it: set another URI;
// Rotation re-wraps what the former one wrapped, which therefore stays in use until then.
type Service struct {
	URI  string
	Open func(ctx context.Context, uri string) (tink.AEADWithContext, error)
	Old  File // master keys from before a service was used; it may have none
}

// Current is the key of the settings.
func (s Service) Current(ctx context.Context) (Master, error) { return s.Named(ctx, s.URI) }

// Named opens a key by its URI, or by its name in the file of old.
func (s Service) Named(ctx context.Context, name string) (Master, error) {
	if isFile(name) {
		return s.Old.Named(ctx, name)
	}
	a, err := s.Open(ctx, name)
	if err != nil {
		return Master{}, fault.Wrap(fault.Unavailable, err, "the key service does not answer; please try again")
	}
	return Master{name, a}, nil
}
