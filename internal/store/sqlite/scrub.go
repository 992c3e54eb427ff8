package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"respons/internal/fault"
)

// Scrub moves the log into the file, where deleted content is overwritten, and empties the log. It waits for readers and
// the writer as any other connection does.
func (e *Engine) Scrub(ctx context.Context) (err error) {
	db, err := sql.Open("sqlite", dsn(e.path, "secure_delete(1)"))
	if err != nil {
		return failed(err, "scrubbed")
	}
	defer func() { err = errors.Join(err, failed(db.Close(), "scrubbed")) }()
	var busy, log, moved int
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return failed(err, "scrubbed")
	}
	if busy != 0 {
		return fault.New(fault.Unavailable, "the store is read too busily to be scrubbed now; try again")
	}
	return nil
}
