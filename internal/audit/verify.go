package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"respons/internal/store"
)

// Proof is what Verify compares the chain with.
type Proof struct {
	Keys    []Key         // that may have sealed it; none: seals are not checked, and a chain written anew as a whole goes unnoticed
	Hashes  []string      // of anchors that were kept outside the store
	Stored  []Anchor      // anchors of the store, read before the chain
	Finding func(Finding) // is given each finding as it is made; may be nil
}

// Finding is one thing wrong with the chain.
type Finding struct {
	Block int64  `json:"block,omitempty"` // 0: none in particular
	Entry int64  `json:"entry,omitempty"` // 0: none in particular
	What  string `json:"what"`
}

// Report is what Verify found.
type Report struct {
	Blocks   int64     `json:"blocks"`
	Entries  int64     `json:"entries"`
	First    time.Time `json:"first,omitzero"` // when the first entry was recorded
	Last     time.Time `json:"last,omitzero"`
	Hash     string    `json:"hash,omitempty"`  // of the last entry
	Sealed   int64     `json:"sealed"`          // blocks whose seal was checked
	Anchors  int       `json:"anchors"`         // anchors, of the store and given, that the chain was compared with
	Given    []Given   `json:"given,omitempty"` // where the given anchors stand
	Findings int       `json:"findings"`
}

// Given is an anchor from outside that is in the chain.
type Given struct {
	Hash  string    `json:"hash"`
	Entry int64     `json:"entry"`
	At    time.Time `json:"at"`
}

// page is how many blocks are read at once.
const page = 50

// Verify walks the whole chain and finds any change, gap and reordering, and what was cut off behind an anchor. It reads
// only; entries that are recorded meanwhile do not disturb it.
func Verify(ctx context.Context, e store.Engine, p Proof) (Report, error) {
	w := newWalk(p)
	q := store.Query{Index: "block", Limit: page}
	for {
		found, err := e.Find(ctx, Collection.Name, q)
		if err != nil {
			return w.report, fmt.Errorf("read the audit record: %w", err)
		}
		for _, rec := range found.Records {
			w.block(rec)
		}
		if found.Next == "" {
			return w.end(), nil
		}
		q.After = found.Next
	}
}

// walk is the state of one verification. After a finding it goes on with what is stored, so that one change is one
// finding, or two where it lies between two entries.
type walk struct {
	proof    Proof
	keys     map[string]Key
	wanted   map[string]bool    // hashes from outside not found yet
	anchored map[int64][]Anchor // stored anchors by entry
	head     head
	lost     bool // what stands before the next block is not known
	report   Report
}

func newWalk(p Proof) *walk {
	w := &walk{proof: p, keys: map[string]Key{}, wanted: map[string]bool{}, anchored: map[int64][]Anchor{}}
	for _, k := range p.Keys {
		w.keys[k.name] = k
	}
	for _, h := range p.Hashes {
		w.wanted[h] = true
	}
	for _, a := range p.Stored {
		w.anchored[a.Seq] = append(w.anchored[a.Seq], a)
	}
	w.report.Anchors = len(p.Stored) + len(w.wanted)
	return w
}

func (w *walk) find(block, entry int64, format string, args ...any) {
	w.report.Findings++
	if w.proof.Finding != nil {
		w.proof.Finding(Finding{Block: block, Entry: entry, What: fmt.Sprintf(format, args...)})
	}
}

// block checks the next document in the order of the numbers under which the store finds it.
func (w *walk) block(rec store.Record) {
	w.report.Blocks++
	n := w.head.block + 1
	var id int64
	if _, err := fmt.Sscanf(rec.ID, "%d", &id); err != nil || blockID(id) != rec.ID || id < n {
		w.find(n, 0, "a document %q stands where block %d must be", rec.ID, n)
		w.lost = true
		return
	}
	switch {
	case id == n+1:
		w.find(n, 0, "block %d is missing", n)
	case id > n:
		w.find(n, 0, "blocks %d to %d are missing", n, id-1)
	}
	if id > n {
		w.lost = true
	}
	w.head.block = id
	if rec.Rev != 1 {
		w.find(id, 0, "was written again: it is at revision %d, and blocks are only inserted", rec.Rev)
	}
	b, err := decodeBlock(rec.Body)
	if err != nil {
		w.find(id, 0, "%v", err)
		w.lost = true
		return
	}
	if b.Number != id {
		w.find(id, 0, "says that it is block %d", b.Number)
	}
	if !b.exact(rec.Body) {
		w.find(id, 0, "holds something that is in no entry of this version of the program, or is written otherwise")
	}
	if !w.lost && b.Prev != w.head.prev() {
		w.find(id, b.Entries[0].Seq, "does not follow the entry before it: entries were changed, dropped or put in between here")
	}
	if w.lost {
		w.head.seq, w.lost = b.Entries[0].Seq-1, false // the gap is a finding already; the entries go on from here
	}
	for _, e := range b.Entries {
		w.entry(b, e)
	}
	w.seal(b)
}

func (w *walk) entry(b *block, e Entry) {
	w.report.Entries++
	if e.Seq != w.head.seq+1 {
		w.find(w.head.block, e.Seq, "entry %d stands where entry %d must be", e.Seq, w.head.seq+1)
	}
	if sum, err := e.sum(w.head.block); err != nil || sum != e.Hash {
		w.find(w.head.block, e.Seq, "entry %d is not what was recorded: its hash does not match it and the entry before", e.Seq)
	}
	if e.At.Before(w.head.at) || !e.At.Equal(b.Entries[0].At) {
		w.find(w.head.block, e.Seq, "entry %d is dated before what precedes it, or otherwise than its block", e.Seq)
	}
	for _, a := range w.anchored[e.Seq] {
		if a.Hash != e.Hash {
			w.find(w.head.block, e.Seq, "entry %d is not the one that anchor %s names", e.Seq, a.ID)
		}
	}
	delete(w.anchored, e.Seq)
	if w.wanted[e.Hash] {
		w.report.Given = append(w.report.Given, Given{Hash: e.Hash, Entry: e.Seq, At: e.At})
		delete(w.wanted, e.Hash)
	}
	if w.report.First.IsZero() {
		w.report.First = e.At
	}
	w.head.seq, w.head.at, w.head.hash = e.Seq, e.At, e.Hash
	w.report.Last, w.report.Hash = e.At, e.Hash
}

func (w *walk) seal(b *block) {
	if len(w.keys) == 0 {
		return
	}
	k, ok := w.keys[b.Key]
	switch {
	case !ok:
		w.find(w.head.block, 0, "is sealed with key %q, which is none of those given", b.Key)
	case k.seal(w.head.block, w.head.hash) != b.Seal:
		w.find(w.head.block, 0, "its seal is not that of its entries: they were written by somebody without the key")
	default:
		w.report.Sealed++
	}
}

// end compares with what lies behind the last entry.
func (w *walk) end() Report {
	for _, seq := range slices.Sorted(maps.Keys(w.anchored)) {
		for _, a := range w.anchored[seq] {
			if seq > w.head.seq {
				w.find(0, seq, "the record was cut off: anchor %s names entry %d, and the last one is %d", a.ID, seq, w.head.seq)
			} else {
				w.find(0, seq, "anchor %s names entry %d, which is not there", a.ID, seq)
			}
		}
	}
	for _, a := range w.proof.Stored {
		if k, ok := w.keys[a.Key]; len(w.keys) > 0 && (!ok || k.sealAnchor(a) != a.Seal) {
			w.find(0, a.Seq, "the stored anchor %s has no seal of a key given: it was written or changed by somebody else", a.ID)
		}
	}
	for _, h := range w.proof.Hashes {
		if w.wanted[h] {
			w.find(0, 0, "the anchor %s is not in the record: it was written anew or cut off before that entry", h)
			delete(w.wanted, h)
		}
	}
	return w.report
}
