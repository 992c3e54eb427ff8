package audit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/store"
	"respons/internal/store/sqlite"
)

// chain makes documents as a recorder would, with so many entries in each, and the anchor of their end.
func chain(t interface{ Fatal(...any) }, key Key, sizes []int) ([]store.Record, Anchor) {
	var out []store.Record
	var h head
	for i, n := range sizes {
		var entries []Entry
		for j := range n {
			e := move(fmt.Sprintf("move:%d-%d", i, j))
			if j%2 == 1 {
				e = read(fmt.Sprintf("reader-%d", j))
			}
			entries = append(entries, e)
		}
		b, after, err := h.next(entries, key, noon.Add(time.Duration(i)*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		rec, err := b.record()
		if err != nil {
			t.Fatal(err)
		}
		rec.Rev = 1
		out, h = append(out, rec), after
	}
	a := Anchor{ID: "day:2026-11-26", At: noon, Seq: h.seq, Hash: h.hash, Key: key.name}
	a.Seal = key.sealAnchor(a)
	return out, a
}

func walkAll(list []store.Record, p Proof) (Report, []Finding) {
	var found []Finding
	p.Finding = func(f Finding) { found = append(found, f) }
	w := newWalk(p)
	for _, rec := range list {
		w.block(rec)
	}
	return w.end(), found
}

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

func TestAFindingSaysWhere(t *testing.T) {
	key := testKey(t, "the secret of this installation")
	for _, c := range []struct {
		name  string
		spoil func(list []store.Record, p *Proof) []store.Record
		want  []string // block/entry: beginning of what
	}{
		{"an entry is changed", func(l []store.Record, _ *Proof) []store.Record {
			l[2].Body = bytes.Replace(l[2].Body, []byte(`"id":"aina"`), []byte(`"id":"anna"`), 1)
			return l
		}, []string{"3/5: entry 5 is not what was recorded"}},
		{"a block is taken out", func(l []store.Record, _ *Proof) []store.Record { return slices.Delete(l, 1, 2) }, []string{"2/0: block 2 is missing"}},
		{"two are", func(l []store.Record, _ *Proof) []store.Record { return slices.Delete(l, 1, 3) }, []string{"2/0: blocks 2 to 3 are missing"}},
		{"the first is", func(l []store.Record, _ *Proof) []store.Record { return l[1:] }, []string{"1/0: block 1 is missing"}},
		{"the end is cut off", func(l []store.Record, _ *Proof) []store.Record { return l[:4] },
			[]string{"0/10: the record was cut off: anchor day:2026-11-26 names entry 10, and the last one is 8"}},
		{"everything is", func(l []store.Record, _ *Proof) []store.Record { return nil }, []string{"0/10: the record was cut off"}},
		{"a block that cannot be read", func(l []store.Record, _ *Proof) []store.Record { l[2].Body = []byte(`{"block":"x"}`); return l },
			[]string{"3/0: cannot be read"}},
		{"another anchor is asked for", func(l []store.Record, p *Proof) []store.Record {
			p.Hashes = []string{strings.Repeat("ab", 32)}
			return l
		}, []string{"0/0: the anchor abab"}},
		{"the anchor is forged", func(l []store.Record, p *Proof) []store.Record { p.Stored[0].At = noon.Add(time.Hour); return l },
			[]string{"0/10: the stored anchor day:2026-11-26 has no seal"}},
		{"another key", func(l []store.Record, p *Proof) []store.Record {
			p.Keys = []Key{testKey(t, "the secret of another installation")}
			return l[:1]
		}, []string{"1/0: is sealed with key", "0/10: the record was cut off", "0/10: the stored anchor"}},
	} {
		list, anchor := chain(t, key, []int{2, 2, 2, 2, 2})
		p := Proof{Keys: []Key{key}, Stored: []Anchor{anchor}}
		_, found := walkAll(c.spoil(list, &p), p)
		ok := len(found) == len(c.want)
		for i, f := range found {
			ok = ok && strings.HasPrefix(fmt.Sprintf("%d/%d: %s", f.Block, f.Entry, f.What), c.want[i])
		}
		if !ok {
			t.Errorf("%s: found %+v, want %q", c.name, found, c.want)
		}
	}
}

// Who has the store and not the secret can compute every hash anew, but not the seals, and not the anchors in the log.
func TestAChainWrittenAnewAsAWholeIsFound(t *testing.T) {
	key, other := testKey(t, "the secret of this installation"), testKey(t, "the secret of somebody else")
	_, anchor := chain(t, key, []int{2, 2, 2})
	forged, _ := chain(t, other, []int{2, 3, 2})
	if _, found := walkAll(forged, Proof{Keys: []Key{key}}); len(found) == 0 {
		t.Error("its seals are taken for ours")
	}
	if _, found := walkAll(forged, Proof{Hashes: []string{anchor.Hash}}); len(found) != 1 {
		t.Errorf("with an anchor from the log and no key: %+v", found)
	}
	renamed := slices.Clone(forged)
	for i := range renamed {
		renamed[i].Body = bytes.ReplaceAll(renamed[i].Body, []byte(other.name), []byte(key.name))
	}
	if _, found := walkAll(renamed, Proof{Keys: []Key{key}}); len(found) != 3 {
		t.Errorf("under the name of our key: %+v", found)
	}
	both := Proof{Keys: []Key{other, key}}
	if _, found := walkAll(forged, both); len(found) != 0 {
		t.Errorf("the key of an earlier secret is not taken: %+v", found)
	}
}

func TestAnAnchorFromTheLogIsFoundInTheChain(t *testing.T) {
	key := testKey(t, "the secret of this installation")
	list, _ := chain(t, key, []int{2, 2, 2})
	b, err := decodeBlock(list[1].Body)
	must(t, err)
	r, found := walkAll(list, Proof{Hashes: []string{b.Entries[1].Hash}})
	if len(found) > 0 || len(r.Given) != 1 || r.Given[0].Entry != 4 || r.Sealed != 0 || r.Anchors != 1 {
		t.Errorf("%+v, %+v", r, found)
	}
}

// BenchmarkVerify proves a hundred thousand entries in blocks of one to twenty.
func BenchmarkVerify(b *testing.B) {
	e, err := sqlite.Open(filepath.Join(b.TempDir(), "respons.db"))
	must(b, err)
	defer e.Close()
	prepare(b, e)
	r := recorder(b, e)
	const entries = 100_000
	for n := 0; n < entries; {
		var list []Entry
		for range min(1+rand.IntN(20), entries-n) {
			x := move("")
			x.Object.ID, x.Actor.ID = fmt.Sprintf("RR-%d", n%5000), fmt.Sprintf("officer-%d", n%300)
			list = append(list, x)
			n++
		}
		must(b, r.Record(b.Context(), list...))
	}
	b.ResetTimer()
	for b.Loop() {
		if rep := sound(b, e, r.Key); rep.Entries != entries {
			b.Fatalf("%d entries", rep.Entries)
		}
	}
	b.ReportMetric(float64(b.N)*entries/b.Elapsed().Seconds(), "entries/s")
}
