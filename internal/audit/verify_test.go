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
