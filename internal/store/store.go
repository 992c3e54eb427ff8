// Package store is the document port: the few operations that every engine offers alike. Repositories are written once
// on it; internal/store/sqlite and internal/store/mongo implement it and pass one contract suite (storetest).
package store

import "context"

// Keys are the values of a document's indexed fields, by field name: string, int64, or []string for a field declared
// Multi. Times are int64, Unix milliseconds UTC. A field of a Unique index must always be there; one left out of another
// index keeps the document out of that index. Text is compared by bytes. A key that no index declares is not kept.
type Keys map[string]any

// Record is a stored document.
type Record struct {
	ID   string
	Rev  int64  // revision: 1 after Insert, one more after each Replace
	Keys Keys   // given on write; on read filled in only where Query.Keys asks
	Body []byte // the document as a JSON object, MaxBody bytes at the most; read back equal as JSON, not byte for byte
}

// Collection declares one kind of document and how it can be found.
type Collection struct {
	Name    string
	Indexes []Index
}

// Index is an ordered list of fields. A query fixes the leading fields and may range over the next one. The fields of a
// Multi index that follow the first hold single values, and a query of it always fixes the first; it cannot be Unique.
type Index struct {
	Name   string
	Fields []string
	Multi  bool // the first field holds a []string; the document is found under each element
	Unique bool
}

// Query asks for documents by one declared index.
type Query struct {
	Index string
	Equal []any  // values of the index's leading fields, in order
	Also  []any  // of a Multi index: more values that its first field must hold, too
	From  any    // inclusive lower bound of the field after those; nil: open
	To    any    // exclusive upper bound of the same field; nil: open
	Desc  bool   // largest first; ties are broken by id in the same direction
	After string // Next of the page before, of the same index, Equal, Also and Desc; empty: from the start
	Limit int    // documents at the most; 0: 100, capped at 1000
	Most  int64  // of Count: it stops there, so that it costs no more however many there are; 0: it counts all
	Keys  bool   // read the keys too, as they were written: what the indexes hold, whatever the document says
}

// Page is one answer to a query.
type Page struct {
	Records []Record
	Next    string // cursor for Query.After; empty on the last page
}

// Engine is a document store. Faults: fault.NotFound (Get, GetUnless, Replace and Delete of an id that is not there),
// fault.Stale (Replace and Delete where Rev is not the stored revision), fault.Duplicate (Insert of a taken id; Insert
// or Replace with a taken unique key; the detail names the index), fault.Invalid (a collection that is not declared, a
// query that no declared index answers, a malformed cursor, a record that breaks the rules above), fault.TooLarge (a body
// over MaxBody), fault.Unavailable (the database is out of reach; trying again may help, and a write may have been
// carried out all the same). A context that was canceled comes back as context.Canceled without a fault; a write that
// was under way by then may have been carried out.
// Every acknowledged write survives a crash of the process and of the machine, and is seen by whoever reads after it.
type Engine interface {
	// Insert stores a new document at revision 1.
	Insert(ctx context.Context, collection string, r Record) error
	// Get reads a document.
	Get(ctx context.Context, collection, id string) (Record, error)
	// GetUnless reads a document as Get does, but leaves Body out (nil) where it is at revision rev, which the caller has.
	// One that was deleted and inserted again counts its revisions anew.
	GetUnless(ctx context.Context, collection, id string, rev int64) (Record, error)
	// Replace stores r over the revision r.Rev and gives the new revision.
	Replace(ctx context.Context, collection string, r Record) (rev int64, err error)
	// Delete removes the document at revision rev; rev 0: whatever the revision.
	Delete(ctx context.Context, collection, id string, rev int64) error
	// Find gives a page of documents in index order.
	Find(ctx context.Context, collection string, q Query) (Page, error)
	// Count counts what Find would give without limit, as far as Most; After and Limit are ignored.
	Count(ctx context.Context, collection string, q Query) (int64, error)
	// Increment adds to named counters of the counter document id, which begins at zero, and loses nothing under
	// concurrency. Counter documents live apart from collections.
	Increment(ctx context.Context, id string, by map[string]int64) error
	// Counters reads a counter document; one never incremented is empty.
	Counters(ctx context.Context, id string) (map[string]int64, error)
	// Prepare creates collections and indexes that are declared and not there yet, makes an index anew whose
	// declaration has changed, and gives what it did or, with plan, would do, a line each. What is there and not
	// declared stays. A store that was prepared once needs no Prepare when it is opened again. Documents written
	// before a field was declared are not found by it until they are written again.
	Prepare(ctx context.Context, schema []Collection, plan bool) ([]string, error)
	// Ping says whether the database answers.
	Ping(ctx context.Context) error
	// Close waits for writes under way and lets go of the database.
	Close() error
}

// Scrubber is an engine that can make its files forget what was deleted or replaced. One that is no Scrubber leaves that
// to its database.
type Scrubber interface {
	// Scrub returns once nothing that was deleted or replaced before stands in the files any more; fault.Unavailable
	// where readers keep it from that now.
	Scrub(ctx context.Context) error
}
