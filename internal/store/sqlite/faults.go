package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"respons/internal/fault"
)

// failed gives an error of the database its kind; what was done is "read" or "written".
func failed(err error, what string) error {
	switch {
	case err == nil || fault.KindOf(err) != "":
		return err
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("not %s: %w", what, err)
	}
	return fault.Wrap(fault.Unavailable, err, "the store cannot be %s at the moment", what)
}

// taken tells whether a write broke a unique key of t, and gives the fault that names the index.
func (t *table) taken(err error) error {
	bad, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return nil
	}
	switch bad.Code() {
	case codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.New(fault.Duplicate, "the id is taken in %s", t.Name)
	case codes.SQLITE_CONSTRAINT_UNIQUE: // "UNIQUE constraint failed: complaints.k_number (2067)"
		for _, ix := range t.Indexes {
			if ix.Unique && strings.Contains(bad.Error(), ": "+strings.Join(prefixed(t.Name+".k_", ix.Fields), ", ")+" (") {
				return fault.New(fault.Duplicate, "the key of index %s is taken in %s", ix.Name, t.Name)
			}
		}
		return fault.Wrap(fault.Duplicate, err, "a unique key is taken in %s", t.Name)
	}
	return nil
}
