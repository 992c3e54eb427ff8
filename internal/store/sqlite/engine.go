// Package sqlite keeps documents in one SQLite file that belongs to one process: the embedded store.
//
// All writes go through one goroutine, which takes whatever is waiting, carries it out in one transaction and commits
// once: the cost of reaching the disk is shared by all who wait for it. Reads run beside it on connections of their own
// and see every write that was acknowledged.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	driver "modernc.org/sqlite"

	"respons/internal/fault"
	"respons/internal/store"
)

// Engine is a store.Engine on an SQLite file. Use it from any number of goroutines.
type Engine struct {
	path   string
	lock   *os.File // nil where it only reads
	reads  *sql.DB
	stmts  sync.Map // SQL text to *sql.Stmt on reads
	writer *writer  // nil where it only reads
	tables atomic.Pointer[map[string]*table]

	preparing sync.Mutex
}

var (
	_ store.Engine   = (*Engine)(nil)
	_ store.Scrubber = (*Engine)(nil)
)

// Open opens the file, or makes it, readable by its owner only, with the folders above it. fault.Unavailable where
// another Engine, in whatever process, has it open.
func Open(path string) (_ *Engine, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	e := &Engine{path: path}
	if e.lock, err = lock(path + ".lock"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	// SQLite gives its log and index files the mode of the file they belong to.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close())
	}
	if err != nil {
		return e, fmt.Errorf("open store: %w", err)
	}
	// fdatasync keeps a commit as durable as fsync does and spares the file system's journal the timestamps. Where
	// there is none SQLite syncs as it always did.
	if _, err := driver.Fdatasync(true); err != nil && !errors.Is(err, driver.ErrFdatasyncUnavailable) {
		return e, fmt.Errorf("open store: %w", err)
	}
	if e.writer, err = startWriter(path); err != nil {
		return e, err
	}
	return e, e.openReads(path)
}

// Read opens a file that is there to read only, also beside the process that it belongs to: each read sees all that was
// acknowledged before it. Every write is refused with fault.Unavailable. fault.NotFound where there is no file.
func Read(path string) (*Engine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no store in %s", filepath.Dir(path))
	} else if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	e := &Engine{}
	if err := e.openReads(path); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) openReads(path string) (err error) {
	if e.reads, err = sql.Open("sqlite", dsn(path, "query_only(1)", "cache_size(-4000)")); err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	e.reads.SetMaxOpenConns(readers)
	e.reads.SetMaxIdleConns(readers)
	return e.loadCatalog()
}

// dsn names the file and the settings that every connection begins with.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// Ping says whether the file can be read.
func (e *Engine) Ping(ctx context.Context) error {
	var n int
	return failed(e.reads.QueryRowContext(ctx, `SELECT count(*) FROM ".catalog"`).Scan(&n), "read")
}

// Close answers the writes that wait, then lets go of the file. What comes later gets fault.Unavailable; closing twice
// is harmless.
func (e *Engine) Close() error {
	var errs []error
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	if e.reads != nil {
		errs = append(errs, e.reads.Close())
	}
	if e.lock != nil {
		errs = append(errs, unlock(e.lock))
	}
	return errors.Join(errs...)
}

// table gives the table of a declared collection; fault.Invalid.
func (e *Engine) table(collection string) (*table, error) {
	if t := (*e.tables.Load())[collection]; t != nil {
		return t, nil
	}
	return nil, fault.New(fault.Invalid, "collection %q is not declared", collection)
}

// read gives a prepared query, which is kept: the shapes of queries are few.
func (e *Engine) read(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := e.stmts.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := e.reads.PrepareContext(ctx, query)
	if err != nil {
		return nil, failed(err, "read")
	}
	if old, loaded := e.stmts.LoadOrStore(query, s); loaded {
		return old.(*sql.Stmt), s.Close()
	}
	return s, nil
}
