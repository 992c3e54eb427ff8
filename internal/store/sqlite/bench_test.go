package sqlite

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"respons/internal/store"
)

// sample is about what a complaint is: 2 kB, in four queues.
func sample(n int64) store.Record {
	id := fmt.Sprintf("01K%023d", n)
	return store.Record{ID: id, Body: []byte(`{"text":"` + strings.Repeat("jalan rosak ", 165) + `"}`), Keys: store.Keys{
		"number": fmt.Sprintf("RR-%d", n*7919%1000003), "owner": fmt.Sprint("c", n%997), "at": n, "state": "MY-10", "town": "Klang",
		"branch": []string{fmt.Sprint("A", n%460), fmt.Sprint("B", n%15), "C", "*"}, "open": int64(1), "due": n * 7919 % 1000003}}
}

func BenchmarkInsert(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			e := prepared(b)
			var n atomic.Int64
			b.ResetTimer()
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						if err := e.Insert(b.Context(), "cases", sample(i)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
		})
	}
}

func filled(b *testing.B, documents int) *Engine {
	e := prepared(b)
	var n atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for i := n.Add(1); i <= int64(documents); i = n.Add(1) {
				if err := e.Insert(b.Context(), "cases", sample(i)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return e
}

func BenchmarkRead(b *testing.B) {
	e := filled(b, 20000)
	b.Run("get", func(b *testing.B) {
		for i := range b.N {
			if _, err := e.Get(b.Context(), "cases", fmt.Sprintf("01K%023d", i%20000+1)); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, q := range map[string]store.Query{
		"by unique key":       {Index: "number", Equal: []any{"RR-7919"}, Limit: 1},
		"50 of a queue":       {Index: "queue", Equal: []any{"*", int64(1)}, Limit: 50},
		"50 of a short queue": {Index: "queue", Equal: []any{"A7", int64(1)}, Limit: 50},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if _, err := e.Find(b.Context(), "cases", q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReplace(b *testing.B) {
	e := prepared(b)
	r := sample(1)
	if err := e.Insert(b.Context(), "cases", r); err != nil {
		b.Fatal(err)
	}
	r.Rev = 1
	for b.Loop() {
		rev, err := e.Replace(b.Context(), "cases", r)
		if err != nil {
			b.Fatal(err)
		}
		r.Rev = rev
	}
}
