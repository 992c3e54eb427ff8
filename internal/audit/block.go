package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"respons/internal/store"
)

// Collection is how the chain is stored and searched: documents that are only ever inserted, one for each group of
// entries that were recorded together.
var Collection = store.Collection{Name: "audit_blocks", Indexes: []store.Index{
	{Name: "block", Fields: []string{"block"}, Unique: true},
	{Name: "time", Fields: []string{"at"}},
	{Name: "entry", Fields: []string{"entry"}, Multi: true}, // ids, to recognise a repeat
	{Name: "actor", Fields: []string{"actor", "block"}, Multi: true},
	{Name: "object", Fields: []string{"object", "block"}, Multi: true},
	{Name: "action", Fields: []string{"action", "block"}, Multi: true},
}}

// A block holds the entries that one process recorded at once, so that hundreds in a second cost a few writes. Its id is
// its number: of two processes that write the same number one wins, and the other puts its entries into the next.
type block struct {
	Number  int64   `json:"block"` // from 1, without gaps
	Prev    string  `json:"prev"`  // hash of the last entry of the block before
	Entries []Entry `json:"entries"`
	Key     string  `json:"key"`  // name of the key of Seal
	Seal    string  `json:"seal"` // HMAC-SHA-256 of the number and the last entry's hash
}

// Origin stands before the first entry.
var Origin = strings.Repeat("0", 2*sha256.Size)

// What fits into a block: by bytes of JSON it stays far below what a document may have.
const (
	maxEntries = 1000
	maxBytes   = 512 << 10
)

// head is where a chain ends. The zero head is that of an empty chain.
type head struct {
	block int64
	seq   int64
	at    time.Time
	hash  string
}

func (h head) prev() string {
	if h.seq == 0 {
		return Origin
	}
	return h.hash
}

// next makes the block that follows h.
func (h head) next(entries []Entry, key Key, now time.Time) (*block, head, error) {
	now = now.UTC().Truncate(time.Millisecond)
	if now.Before(h.at) {
		now = h.at // clocks of two machines differ a little; the record never runs backwards
	}
	b := &block{Number: h.block + 1, Prev: h.prev(), Entries: slices.Clone(entries)}
	prev := b.Prev
	for i := range b.Entries {
		e := &b.Entries[i]
		e.Seq, e.At, e.Prev = h.seq+int64(i)+1, now, prev
		var err error
		if e.Hash, err = e.sum(b.Number); err != nil {
			return nil, h, err
		}
		prev = e.Hash
	}
	b.Key, b.Seal = key.name, key.seal(b.Number, prev)
	return b, b.head(), nil
}

func (b *block) head() head {
	last := b.Entries[len(b.Entries)-1]
	return head{block: b.Number, seq: last.Seq, at: last.At, hash: last.Hash}
}

// sum is the entry's hash: SHA-256 of the hash before it, the number of its block, and the entry as JSON without hash,
// each of the first two followed by a line feed. The JSON is what encoding/json makes of Entry: fields in the order of the
// struct, names of details sorted, no white space, what is empty left out.
func (e Entry) sum(block int64) (string, error) {
	prev := e.Prev
	e.Hash = ""
	content, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("encode audit entry %d: %w", e.Seq, err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n", prev, block)
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (k Key) seal(block int64, last string) string { return k.mac("block\n%d\n%s", block, last) }

func blockID(n int64) string { return fmt.Sprintf("%012d", n) }

// record gives the document and what it is found by.
func (b *block) record() (store.Record, error) {
	body, err := json.Marshal(b)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode audit block %d: %w", b.Number, err)
	}
	var entries, actors, objects, acts []string
	for _, e := range b.Entries {
		if e.ID != "" {
			entries = append(entries, e.ID)
		}
		actors = append(actors, actorKey(e))
		if e.Object != (Object{}) {
			objects = append(objects, e.Object.Key())
		}
		acts = append(acts, actionKeys(e)...)
	}
	keys := store.Keys{"block": b.Number, "at": b.Entries[0].At.UnixMilli(), "actor": once(actors), "action": once(acts)}
	if len(entries) > 0 {
		keys["entry"] = entries
	}
	if len(objects) > 0 {
		keys["object"] = once(objects)
	}
	return store.Record{ID: blockID(b.Number), Keys: keys, Body: body}, nil
}

// actorKey is the id of who did it, or the role where that has none, such as system.
func actorKey(e Entry) string {
	if e.Actor.ID == "" {
		return e.Actor.Role
	}
	return e.Actor.ID
}

// actionKeys are the action and its subject.
func actionKeys(e Entry) []string {
	subject, _, more := strings.Cut(string(e.Action), ".")
	if !more {
		return []string{subject}
	}
	return []string{string(e.Action), subject}
}

func once(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// decodeBlock reads a document, also one that a newer version of the program wrote.
func decodeBlock(body []byte) (*block, error) {
	b := new(block)
	if err := json.Unmarshal(body, b); err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if len(b.Entries) == 0 {
		return nil, errors.New("has no entries")
	}
	prev := b.Prev
	for i := range b.Entries {
		b.Entries[i].Prev, prev = prev, b.Entries[i].Hash
	}
	return b, nil
}

// exact says whether a document is what record makes of b and nothing else, so that every byte of it is covered by a hash
// or a seal.
func (b *block) exact(body []byte) bool {
	again, err := json.Marshal(b)
	var stored bytes.Buffer
	return err == nil && json.Compact(&stored, body) == nil && bytes.Equal(stored.Bytes(), again)
}
