package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"respons/internal/fault"
)

// lock marks the store as ours. The mark goes with the process, however it ends; the empty file stays.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fault.Wrap(fault.Unavailable, err, "the store is in use by another process; stop it first, or ask it over HTTP")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func unlock(f *os.File) error {
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
