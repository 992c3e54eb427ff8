package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"respons/internal/fault"
)

// maxBatch bounds a transaction, and with it how long the first of a batch waits for the last.
const maxBatch = 512

// writer carries out all changes, one batch after the other.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // of the writer's goroutine only

	mu     sync.RWMutex // held for reading while a change is put into the queue
	closed bool
	queue  chan *change
	ended  chan struct{}
}

// change is one write in the queue. Do is run by the writer's goroutine inside a transaction. A fault that it returns
// goes to its own caller and must leave nothing half done; any other error undoes the whole batch.
type change struct {
	do    func(*writer) error
	state atomic.Int32 // waiting, then taken by the writer or dropped by its caller
	err   error
	done  chan error // one answer
}

const (
	waiting int32 = iota
	taken
	dropped
)

func startWriter(path string) (*writer, error) {
	// A log of up to 64 MiB makes checkpoints rare, which write each page once however often it changed in between.
	// The cache, of up to 64 MiB, holds the pages at which the indexes of some millions of complaints grow.
	// secure_delete overwrites what was deleted: an erased citizen must not be found in the file's free space.
	db, err := sql.Open("sqlite", dsn(path, "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-64000)",
		"wal_autocheckpoint(16000)", "secure_delete(1)", "journal_size_limit(67108864)"))
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	w := &writer{db: db, stmts: map[string]*sql.Stmt{}, queue: make(chan *change, maxBatch), ended: make(chan struct{})}
	if w.conn, err = db.Conn(context.Background()); err == nil {
		_, err = w.conn.ExecContext(context.Background(), base)
	}
	if err != nil {
		return nil, errors.Join(failed(err, "written"), db.Close())
	}
	go w.run()
	return w, nil
}

// write queues a change and waits for its outcome. A ctx that ends while the change waits in the queue takes it back;
// once the writer has it, the outcome is awaited, so that the caller always knows.
func (w *writer) write(ctx context.Context, do func(*writer) error) error {
	if w == nil {
		return fault.New(fault.Unavailable, "the store was opened to read only")
	}
	if err := ctx.Err(); err != nil {
		return failed(err, "written")
	}
	c := &change{do: do, done: make(chan error, 1)}
	if err := w.enqueue(ctx, c); err != nil {
		return failed(err, "written")
	}
	select {
	case err := <-c.done:
		return failed(err, "written")
	case <-ctx.Done():
		if c.state.CompareAndSwap(waiting, dropped) {
			return failed(ctx.Err(), "written")
		}
		return failed(<-c.done, "written")
	}
}

func (w *writer) enqueue(ctx context.Context, c *change) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	select {
	case w.queue <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run commits batches until the queue is closed and empty.
func (w *writer) run() {
	defer close(w.ended)
	batch := make([]*change, 0, maxBatch)
	for c := range w.queue {
		batch = w.commit(append(batch[:0], c))
		clear(batch)
	}
}

// commit carries out the batch and whatever else waits by then, and answers each.
func (w *writer) commit(batch []*change) []*change {
	err := w.exec("BEGIN IMMEDIATE")
	yielded := false
	for i := 0; err == nil && i < len(batch); i++ {
		if c := batch[i]; c.state.CompareAndSwap(waiting, taken) {
			c.err = c.do(w)
			if fault.KindOf(c.err) == "" {
				err = c.err
			}
		}
		if len(batch) < maxBatch && i == len(batch)-1 {
			if !yielded { // who is about to write gets the processor first, and shares the cost of reaching the disk
				yielded = true
				runtime.Gosched()
			}
			batch = w.more(batch)
		}
	}
	if err == nil {
		err = w.exec("COMMIT")
	}
	if err != nil {
		// SQLite may have rolled back by itself, then this fails and there is nothing to do.
		_ = w.exec("ROLLBACK")
	}
	for _, c := range batch {
		if err != nil {
			c.err = err
		}
		c.done <- c.err
	}
	return batch
}

// more adds what waits in the queue.
func (w *writer) more(batch []*change) []*change {
	for len(batch) < maxBatch {
		select {
		case c, ok := <-w.queue:
			if !ok {
				return batch
			}
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// close carries out what is queued, then closes the connection, which puts the log into the main file.
func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.ended
	errs := make([]error, 0, len(w.stmts)+2)
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

func (w *writer) stmt(query string) (*sql.Stmt, error) {
	if s := w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), query)
	if err == nil {
		w.stmts[query] = s
	}
	return s, err
}

func (w *writer) exec(query string, args ...any) error {
	s, err := w.stmt(query)
	if err == nil {
		_, err = s.ExecContext(context.Background(), args...)
	}
	return err
}

// once is exec for a statement that will not come again.
func (w *writer) once(query string) error {
	_, err := w.conn.ExecContext(context.Background(), query)
	return err
}

// changed is exec for a statement that may find nothing to change.
func (w *writer) changed(query string, args ...any) (bool, error) {
	s, err := w.stmt(query)
	if err != nil {
		return false, err
	}
	res, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
