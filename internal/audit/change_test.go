package audit

import (
	"bytes"
	"fmt"
	"respons/internal/store"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// mutations each change one thing in the stored documents; false: there was nothing to change.
var mutations = map[string]func(t *rapid.T, list []store.Record) ([]store.Record, bool){
	"a byte is changed": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		b := list[rapid.IntRange(0, len(list)-1).Draw(t, "block")].Body
		i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		was := b[i]
		b[i] = rapid.Byte().Draw(t, "to")
		return list, b[i] != was
	},
	"a byte is taken out": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		r := &list[rapid.IntRange(0, len(list)-1).Draw(t, "block")]
		i := rapid.IntRange(0, len(r.Body)-1).Draw(t, "at")
		r.Body = slices.Delete(r.Body, i, i+1)
		return list, true
	},
	"a byte is put in": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		r := &list[rapid.IntRange(0, len(list)-1).Draw(t, "block")]
		i := rapid.IntRange(0, len(r.Body)).Draw(t, "at")
		c := rapid.ByteRange('!', '~').Draw(t, "what") // white space outside texts is no change of the document
		r.Body = slices.Insert(r.Body, i, c)
		return list, true
	},
	"a block is taken out": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		i := rapid.IntRange(0, len(list)-1).Draw(t, "block")
		return slices.Delete(list, i, i+1), true
	},
	"blocks are cut off the end": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		return list[:rapid.IntRange(0, len(list)-1).Draw(t, "left")], true
	},
	"a block is put in again": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		i, j := rapid.IntRange(0, len(list)-1).Draw(t, "block"), rapid.IntRange(0, len(list)).Draw(t, "to")
		return slices.Insert(list, j, list[i]), true
	},
	"a block is put in again under the next number": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		r := list[len(list)-1]
		r.ID = blockID(int64(len(list) + 1))
		return append(list, r), true
	},
	"two blocks change places": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		i, j := rapid.IntRange(0, len(list)-1).Draw(t, "one"), rapid.IntRange(0, len(list)-1).Draw(t, "other")
		list[i].Body, list[j].Body = list[j].Body, list[i].Body
		return list, i != j
	},
	"two blocks change places with their numbers": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		i, j := rapid.IntRange(0, len(list)-1).Draw(t, "one"), rapid.IntRange(0, len(list)-1).Draw(t, "other")
		list[i], list[j] = list[j], list[i]
		return list, i != j
	},
	"two entries change places": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		return edit(t, list, func(b *block) bool {
			i, j := rapid.IntRange(0, len(b.Entries)-1).Draw(t, "one"), rapid.IntRange(0, len(b.Entries)-1).Draw(t, "other")
			b.Entries[i], b.Entries[j] = b.Entries[j], b.Entries[i]
			return i != j
		})
	},
	"an entry is taken out": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		return edit(t, list, func(b *block) bool {
			i := rapid.IntRange(0, len(b.Entries)-1).Draw(t, "entry")
			b.Entries = slices.Delete(b.Entries, i, i+1)
			return true
		})
	},
	"an entry is put in twice": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		return edit(t, list, func(b *block) bool {
			i := rapid.IntRange(0, len(b.Entries)-1).Draw(t, "entry")
			b.Entries = slices.Insert(b.Entries, i, b.Entries[i])
			return true
		})
	},
	"an entry moves to the next block": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		i := rapid.IntRange(0, len(list)-1).Draw(t, "block")
		if i+1 == len(list) {
			return list, false
		}
		a, b := opened(t, list[i]), opened(t, list[i+1])
		last := len(a.Entries) - 1
		b.Entries = slices.Insert(b.Entries, 0, a.Entries[last])
		a.Entries = a.Entries[:last]
		if b.Prev = a.Prev; last > 0 {
			b.Prev = a.Entries[last-1].Hash
		}
		list[i].Body, list[i+1].Body = closed(t, a), closed(t, b)
		return list, true
	},
	"an entry is changed and its hash computed anew": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		return edit(t, list, func(b *block) bool {
			e := &b.Entries[rapid.IntRange(0, len(b.Entries)-1).Draw(t, "entry")]
			e.Actor.ID = "somebody-else"
			e.Hash, _ = e.sum(b.Number)
			return true
		})
	},
	"a block is written again": func(t *rapid.T, list []store.Record) ([]store.Record, bool) {
		list[rapid.IntRange(0, len(list)-1).Draw(t, "block")].Rev = 2
		return list, true
	},
}

func edit(t *rapid.T, list []store.Record, change func(*block) bool) ([]store.Record, bool) {
	r := &list[rapid.IntRange(0, len(list)-1).Draw(t, "block")]
	b := opened(t, *r)
	changed := change(b)
	r.Body = closed(t, b)
	return list, changed
}

func opened(t *rapid.T, r store.Record) *block {
	b, err := decodeBlock(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func closed(t *rapid.T, b *block) []byte {
	if len(b.Entries) == 0 { // record needs one
		return fmt.Appendf(nil, `{"block":%d,"prev":%q,"entries":[],"key":%q,"seal":%q}`, b.Number, b.Prev, b.Key, b.Seal)
	}
	r, err := b.record()
	if err != nil {
		t.Fatal(err)
	}
	return r.Body
}

func TestAnySingleChangeIsFound(t *testing.T) {
	key := testKey(t, "the secret of this installation")
	for name, mutate := range mutations {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 6).Draw(t, "sizes")
				list, anchor := chain(t, key, sizes)
				p := Proof{Keys: []Key{key}, Stored: []Anchor{anchor}}
				if _, found := walkAll(list, p); len(found) > 0 {
					t.Fatalf("before: %+v", found)
				}
				before := slices.Clone(list)
				for i := range before {
					before[i].Body = bytes.Clone(list[i].Body)
				}
				list, changed := mutate(t, list)
				if !changed {
					t.Skip("nothing was changed")
				}
				if _, found := walkAll(list, p); len(found) == 0 {
					for i := range list {
						t.Logf("%s\n%s", before[min(i, len(before)-1)].Body, list[i].Body)
					}
					t.Fatal("not found")
				}
			})
		})
	}
}
