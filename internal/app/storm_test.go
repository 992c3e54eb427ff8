package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/store"
)

// Sixteen clients post every complaint, every tenth request twice: as many complaints as keys, all routed or in triage
// within ten seconds, one next timer each, one receipt on each phone.
func TestManyComplaintsEachFiledOnceRoutedOnceToldOnce(t *testing.T) {
	s := start(t, nil)
	all := filings(t)
	receipts := make([]receipt, len(all))
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range 16 {
		wg.Go(func() {
			for i := range jobs {
				for range 1 + b2i(i%10 == 0) {
					a, err := send(t.Context(), http.DefaultClient, "POST", s.URL+"/v1/complaints", all[i].withPhone(phone(i)), "Idempotency-Key", key(i))
					if err != nil || a.Status != http.StatusCreated {
						t.Errorf("filing %d: status %d, %v: %s", i, a.Status, err, a.Body)
						continue
					}
					var r receipt
					a.into(t, &r)
					if receipts[i].Number != "" && receipts[i] != r {
						t.Errorf("the repeat of %d gave %v after %v", i, r, receipts[i])
					}
					receipts[i] = r
				}
			}
		})
	}
	for i := range all {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	eventually(t, 10*time.Second, func() error { return settled(t, s, len(all)) })
	for i, r := range receipts {
		if n := shown(s, phone(i), "received", r.Number); n != 1 {
			t.Errorf("phone %d shows %d receipts of %s", i, n, r.Number)
		}
	}
}

func phone(i int) string { return fmt.Sprintf("phone-%04d", i) }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// everything reads all complaints of the store.
func everything(t *testing.T, s *system) []*complaint.Complaint {
	t.Helper()
	var out []*complaint.Complaint
	q := store.Query{Index: "number", Limit: 1000}
	for {
		list, next, err := s.App.Cases.Store.Find(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
		if next == "" {
			return out
		}
		q.After = next
	}
}

// settled is nil when there are want complaints, each past routing, told, with its clocks and one next timer.
func settled(t *testing.T, s *system, want int) error {
	list := everything(t, s)
	if len(list) != want {
		return fmt.Errorf("%d complaints for %d keys", len(list), want)
	}
	for _, c := range list {
		switch {
		case c.State == complaint.Received:
			return fmt.Errorf("%s is not routed", c.Number)
		case len(c.Untold) > 0:
			return fmt.Errorf("%s has %d events untold", c.Number, len(c.Untold))
		case c.Kind == complaint.Complain && c.Class != "X" && c.State.Open() && (c.NextTimer.IsZero() || len(c.Clocks) == 0):
			return fmt.Errorf("%s (class %s, %s) has %d clocks and next timer %v", c.Number, c.Class, c.State, len(c.Clocks), c.NextTimer)
		}
		routed := 0
		for _, e := range c.Events {
			if e.Action == complaint.Route || e.Action == complaint.Abstain {
				routed++
			}
		}
		if routed != 1 {
			return fmt.Errorf("%s was routed %d times", c.Number, routed)
		}
	}
	return nil
}

// shown counts the messages of an event about a complaint that a phone shows after collapsing repeats.
func shown(s *system, token, event, number string) int {
	n := 0
	for _, m := range s.Phones.Phone(token) {
		if m.Data["event"] == event && m.Data["number"] == number {
			n++
		}
	}
	return n
}

// Redis is emptied again and again while complaints are filed: the sweep finds whatever was lost.
func TestEmptyingRedisLosesNothing(t *testing.T) {
	s := start(t, nil)
	all := filings(t)
	stop := make(chan struct{})
	var flushing sync.WaitGroup
	flushing.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(20+rand.IntN(60)) * time.Millisecond):
				s.App.Redis.FlushAll(t.Context())
			}
		}
	})
	for i := range all {
		if a := do(t, "POST", s.URL+"/v1/complaints", all[i].withPhone(phone(i)), "Idempotency-Key", key(i)); a.Status != http.StatusCreated {
			t.Fatalf("filing %d: %d %s", i, a.Status, a.Body)
		}
	}
	close(stop)
	flushing.Wait()
	eventually(t, 20*time.Second, func() error {
		if err := s.App.Sweep.Once(t.Context()); err != nil {
			return err
		}
		return settled(t, s, len(all))
	})
	for _, c := range everything(t, s) {
		if got := len(s.Phones.Phone(phoneOf(t, s, c))); got != 2 && c.State == complaint.Routed {
			t.Errorf("the phone of %s shows %d messages; want the receipt and the agency", c.Number, got)
		}
	}
}

func phoneOf(t *testing.T, s *system, c *complaint.Complaint) string {
	t.Helper()
	devices, err := s.App.People.DevicesOf(t.Context(), c.Citizen)
	if err != nil || len(devices) != 1 {
		t.Fatalf("%s has devices %v, %v", c.Number, devices, err)
	}
	return devices[0].Token
}
