package audit

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Key seals the chain. Anybody can compute the hashes of a chain anew; the seals only who has the secret, which is not in
// the store. So whoever has the store alone cannot write another chain in place of this one. The zero Key seals nothing.
type Key struct {
	name string // tells keys apart and gives nothing away
	raw  []byte
}

// NewKey derives the key from the system's secret, apart from everything else that is derived from it.
func NewKey(secret []byte) (Key, error) {
	raw, err := hkdf.Key(sha256.New, secret, nil, "respons audit seal", sha256.Size)
	if err != nil {
		return Key{}, fmt.Errorf("derive the audit key: %w", err)
	}
	k := Key{raw: raw}
	k.name = k.mac("name")[:8]
	return k, nil
}

// Name tells one key from another.
func (k Key) Name() string { return k.name }

func (k Key) mac(format string, args ...any) string {
	if len(k.raw) == 0 {
		return ""
	}
	m := hmac.New(sha256.New, k.raw)
	fmt.Fprintf(m, format, args...)
	return hex.EncodeToString(m.Sum(nil))
}

// Citizen is what the record calls a citizen: always the same, and without the key no way back. It can never be taken out
// again, so the id itself, by which an account is found, does not get in. Empty for the zero Key.
func (k Key) Citizen(id string) string {
	if len(k.raw) == 0 {
		return ""
	}
	return k.mac("citizen\n%s", id)[:20]
}

type addressKey struct{}

// WithAddress remembers where a request came from, for what is recorded under ctx.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// Address is what an entry recorded under ctx holds of the network address: enough to tell that two acts came from the
// same place, and without the key no way back. Empty where ctx has none.
func (r *Recorder) Address(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	if address == "" || len(r.Key.raw) == 0 {
		return ""
	}
	return r.Key.mac("address\n%s", address)[:20]
}
