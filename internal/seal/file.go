package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// File keeps master keys in a file outside the store that only its owner can read: the newest one and, until Rotation
// has re-wrapped everything, those before it. The file is read at each use, so that every process sees a new key at once.
type File struct{ Path string }

// MasterKey is what may be told of a master key.
type MasterKey struct {
	Name    string
	Current bool
}

func isFile(name string) bool { return strings.HasPrefix(name, "file:") }

func nameOf(id uint32) string { return fmt.Sprintf("file:%d", id) }

// Exists says whether the file is there.
func (f File) Exists() (bool, error) {
	_, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Current is the newest key.
func (f File) Current(context.Context) (Master, error) {
	h, err := f.read()
	if err != nil {
		return Master{}, err
	}
	p, err := h.Primary()
	if err != nil {
		return Master{}, fmt.Errorf("master key %s: %w", f.Path, err)
	}
	return f.master(h, nameOf(p.KeyID()))
}

// Named is a key of the file.
func (f File) Named(_ context.Context, name string) (Master, error) {
	h, err := f.read()
	if err != nil {
		return Master{}, err
	}
	for _, k := range h.KeysetInfo().GetKeyInfo() {
		if nameOf(k.GetKeyId()) == name {
			return f.master(h, name)
		}
	}
	return Master{}, fmt.Errorf("master key %s is not in %s; copy the file from where the keys were rotated, or from its backup", name, f.Path)
}

// master makes the whole keyset usable under a name: a ciphertext says itself which of its keys opens it.
func (f File) master(h *keyset.Handle, name string) (Master, error) {
	a, err := aead.New(h)
	if err != nil {
		return Master{}, fmt.Errorf("master key %s: %w", f.Path, err)
	}
	return Master{name, local{a}}, nil
}

// local is a key in this process: it has nothing to wait for.
type local struct{ aead tink.AEAD }

func (l local) EncryptWithContext(_ context.Context, plain, bound []byte) ([]byte, error) {
	return l.aead.Encrypt(plain, bound)
}

func (l local) DecryptWithContext(_ context.Context, sealed, bound []byte) ([]byte, error) {
	return l.aead.Decrypt(sealed, bound)
}

// List gives the keys of the file.
func (f File) List() ([]MasterKey, error) {
	h, err := f.read()
	if err != nil {
		return nil, err
	}
	var out []MasterKey
	info := h.KeysetInfo()
	for _, k := range info.GetKeyInfo() {
		out = append(out, MasterKey{nameOf(k.GetKeyId()), k.GetKeyId() == info.GetPrimaryKeyId()})
	}
	return out, nil
}

// Make makes the file with its first key; one that is there is left as it is.
func (f File) Make() error {
	return f.change(func(old *keyset.Handle) (*keyset.Handle, error) {
		if old != nil {
			return old, nil
		}
		return keyset.NewHandle(aead.AES256GCMKeyTemplate())
	})
}

// Add puts a new key into the file, which from now on wraps new data keys, and gives its name.
func (f File) Add() (name string, err error) {
	err = f.change(func(old *keyset.Handle) (*keyset.Handle, error) {
		if old == nil {
			return nil, fmt.Errorf("there is no key file %s to add a key to; the first start of the server makes it", f.Path)
		}
		m := keyset.NewManagerFromHandle(old)
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err == nil {
			err = m.SetPrimary(id)
		}
		name = nameOf(id)
		return finish(m, err)
	})
	return name, err
}

// Retire removes every key but the current one, if that is still the one named.
func (f File) Retire(current string) error {
	return f.change(func(old *keyset.Handle) (*keyset.Handle, error) {
		if old == nil || nameOf(old.KeysetInfo().GetPrimaryKeyId()) != current {
			return old, nil
		}
		m := keyset.NewManagerFromHandle(old)
		var err error
		for _, k := range old.KeysetInfo().GetKeyInfo() {
			if nameOf(k.GetKeyId()) != current {
				err = errors.Join(err, m.Delete(k.GetKeyId()))
			}
		}
		return finish(m, err)
	})
}

func finish(m *keyset.Manager, err error) (*keyset.Handle, error) {
	if err != nil {
		return nil, err
	}
	return m.Handle()
}

// Changed is when a key was added or removed last.
func (f File) Changed() (time.Time, error) {
	st, err := os.Stat(f.Path)
	if err != nil {
		return time.Time{}, fmt.Errorf("master key: %w", err)
	}
	return st.ModTime(), nil
}

func (f File) read() (*keyset.Handle, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no master key file %s; restore it from its backup: without it no reporter can be read", f.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b)))
	if err != nil {
		return nil, fmt.Errorf("master key %s is no Tink keyset in JSON: %w", f.Path, err)
	}
	return h, nil
}

// change replaces the file by what decide makes of it, one process at a time; decide gets nil where there is none.
func (f File) change(decide func(*keyset.Handle) (*keyset.Handle, error)) error {
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	lock, err := os.OpenFile(f.Path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	defer lock.Close() // lets go of the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	var old *keyset.Handle
	if there, err := f.Exists(); err != nil {
		return fmt.Errorf("master key: %w", err)
	} else if there {
		if old, err = f.read(); err != nil {
			return err
		}
	}
	h, err := decide(old)
	if err != nil || h == old {
		return err
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	return f.replace(b.Bytes())
}

// replace puts the content in place at once and on the disk before it returns: data keys depend on it.
func (f File) replace(content []byte) error {
	tmp := f.Path + ".new"
	file, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(tmp, f.Path)
	}
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	dir, err := os.Open(filepath.Dir(f.Path))
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
