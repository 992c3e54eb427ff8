// Package seal encrypts what identifies a citizen. Each citizen has a data key of their own; a master key outside the
// store wraps it. Whoever has a copy of the store alone reads nothing, and destroying the data key makes everything that
// was sealed under it unreadable at once, wherever copies of it lie.
package seal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"respons/internal/fault"
	"respons/internal/store"
)

// Collection is how data keys are stored: wrapped, by the citizen's id.
var Collection = store.Collection{Name: "data_keys", Indexes: []store.Index{
	{Name: "master", Fields: []string{"master"}},
}}

// dataKey is a stored data key, or the mark that it was destroyed.
type dataKey struct {
	Master    string    `json:"master,omitempty"`  // name of the master key that wraps it
	Wrapped   []byte    `json:"wrapped,omitempty"` // the keyset, encrypted
	Made      time.Time `json:"made"`
	Destroyed time.Time `json:"destroyed,omitzero"` // no key can be made again
}

// Vault keeps the data keys. An unwrapped one is held for one use and never kept: a key destroyed by one process is
// destroyed for all of them at that moment.
type Vault struct {
	Engine  store.Engine
	Masters Masters
	Now     func() time.Time

	mu    sync.Mutex
	index tink.MAC // of Digest, once it was needed
}

// wrapping bounds how long a new data key may take from the choice of its master key to the store. A master key is
// retired no sooner than Grace after it was replaced, so that nothing is wrapped under it unseen.
const wrapping = 10 * time.Second

// Key is a citizen's data key.
type Key struct {
	citizen string
	aead    tink.AEAD
}

// Seal encrypts a field; what it gives opens only as the same field of the same citizen.
func (k *Key) Seal(field string, plain []byte) ([]byte, error) {
	b, err := k.aead.Encrypt(plain, bound(k.citizen, field))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", field, err)
	}
	return b, nil
}

// Open decrypts a field. The error says nothing of the content.
func (k *Key) Open(field string, sealed []byte) ([]byte, error) {
	b, err := k.aead.Decrypt(sealed, bound(k.citizen, field))
	if err != nil {
		return nil, fmt.Errorf("open %s of %s: it was changed, or sealed as something else: %w", field, k.citizen, err)
	}
	return b, nil
}

// bound is the associated data that ties a ciphertext to its place.
func bound(citizen, field string) []byte { return fmt.Appendf(nil, "%q %q", citizen, field) }

// Key gives a citizen's data key and makes it on first use; fault.Conflict where it was destroyed.
func (v *Vault) Key(ctx context.Context, citizen string) (*Key, error) {
	for {
		k, err := v.Existing(ctx, citizen)
		if !errors.Is(err, fault.NotFound) {
			return k, err
		}
		h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, fmt.Errorf("make data key: %w", err)
		}
		switch err := v.insert(ctx, citizen, h); {
		case errors.Is(err, fault.Duplicate): // somebody else made it at this moment
		case err != nil:
			return nil, fmt.Errorf("make data key: %w", err)
		default:
			return newKey(citizen, h)
		}
	}
}

// Existing is Key for what must be there; fault.NotFound where the citizen has no data key.
func (v *Vault) Existing(ctx context.Context, citizen string) (*Key, error) {
	d, _, err := v.read(ctx, citizen)
	if err != nil {
		return nil, err
	}
	if !d.Destroyed.IsZero() {
		return nil, fault.New(fault.Conflict, "the citizen's data were erased; they cannot be read or added to any more")
	}
	h, err := v.unwrap(ctx, citizen, d)
	if err != nil {
		return nil, err
	}
	return newKey(citizen, h)
}

// Seal encrypts one field under the citizen's key, which is made on first use.
func (v *Vault) Seal(ctx context.Context, citizen, field string, plain []byte) ([]byte, error) {
	k, err := v.Key(ctx, citizen)
	if err != nil {
		return nil, err
	}
	return k.Seal(field, plain)
}

// Open decrypts one field; fault.NotFound where the citizen has no data key, fault.Conflict where it was destroyed.
func (v *Vault) Open(ctx context.Context, citizen, field string, sealed []byte) ([]byte, error) {
	k, err := v.Existing(ctx, citizen)
	if err != nil {
		return nil, err
	}
	return k.Open(field, sealed)
}

// Destroy makes the citizen's data key unrecoverable and keeps another from being made; again is harmless.
func (v *Vault) Destroy(ctx context.Context, citizen string) error {
	for {
		d, rev, err := v.read(ctx, citizen)
		missing := errors.Is(err, fault.NotFound)
		if err != nil && !missing {
			return err
		}
		if !d.Destroyed.IsZero() {
			return nil
		}
		now := v.Now().UTC().Truncate(time.Millisecond)
		rec, err := record(citizen, rev, dataKey{Made: d.Made, Destroyed: now})
		if err != nil {
			return err
		}
		if missing {
			err = v.Engine.Insert(ctx, Collection.Name, rec)
		} else {
			_, err = v.Engine.Replace(ctx, Collection.Name, rec)
		}
		if !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
}

// Forget removes the mark of a destroyed key, once nothing can ask for the citizen any more; again is harmless.
func (v *Vault) Forget(ctx context.Context, citizen string) error {
	d, rev, err := v.read(ctx, citizen)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if d.Destroyed.IsZero() {
		return fmt.Errorf("forget %s: its data key was not destroyed", citizen)
	}
	err = v.Engine.Delete(ctx, Collection.Name, citizen, rev)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func newKey(citizen string, h *keyset.Handle) (*Key, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("data key of %s: %w", citizen, err)
	}
	return &Key{citizen, a}, nil
}

func (v *Vault) read(ctx context.Context, id string) (d dataKey, rev int64, err error) {
	rec, err := v.Engine.Get(ctx, Collection.Name, id)
	if err != nil {
		return d, 0, err
	}
	if err := json.Unmarshal(rec.Body, &d); err != nil {
		return d, 0, fmt.Errorf("decode data key of %s: %w", id, err)
	}
	return d, rec.Rev, nil
}

func (v *Vault) insert(ctx context.Context, id string, h *keyset.Handle) error {
	ctx, stop := context.WithTimeout(ctx, wrapping)
	defer stop()
	m, err := v.Masters.Current(ctx)
	if err != nil {
		return err
	}
	wrapped, err := wrap(ctx, m, id, h)
	if err != nil {
		return err
	}
	rec, err := record(id, 0, dataKey{Master: m.Name, Wrapped: wrapped, Made: v.Now().UTC().Truncate(time.Millisecond)})
	if err != nil {
		return err
	}
	return v.Engine.Insert(ctx, Collection.Name, rec)
}

func wrap(ctx context.Context, m Master, id string, h *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := h.WriteWithContext(ctx, keyset.NewBinaryWriter(&b), m.AEAD, bound(id, "data key")); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the master key cannot be used now; please try again")
	}
	return b.Bytes(), nil
}

func (v *Vault) unwrap(ctx context.Context, id string, d dataKey) (*keyset.Handle, error) {
	m, err := v.Masters.Named(ctx, d.Master)
	if err != nil {
		return nil, err
	}
	h, err := keyset.ReadWithContext(ctx, keyset.NewBinaryReader(bytes.NewReader(d.Wrapped)), m.AEAD, bound(id, "data key"))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, fmt.Errorf("unwrap data key of %s with %s: %w", id, m.Name, err),
			"the master key cannot be used now; please try again")
	}
	return h, nil
}

func record(id string, rev int64, d dataKey) (store.Record, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode data key: %w", err)
	}
	keys := store.Keys{}
	if d.Master != "" {
		keys["master"] = d.Master
	}
	return store.Record{ID: id, Rev: rev, Keys: keys, Body: body}, nil
}
