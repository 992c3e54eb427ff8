package operation_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

// Sixteen clients post every complaint, every tenth request twice: as many complaints as keys, all routed or in triage
// within ten seconds, one next timer each, one receipt on each phone.
func TestManyComplaintsEachFiledOnceRoutedOnceToldOnce(t *testing.T) {
	s := apptest.Start(t, nil)
	all := filings(t)
	receipts := make([]apptest.Receipt, len(all))
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range 16 {
		wg.Go(func() {
			for i := range jobs {
				for range 1 + b2i(i%10 == 0) {
					a, err := apptest.Send(t.Context(), http.DefaultClient, "POST", s.URL+"/v1/complaints", all[i].WithPhone(phone(i)), "Idempotency-Key", key(i))
					if err != nil || a.Status != http.StatusCreated {
						t.Errorf("filing %d: status %d, %v: %s", i, a.Status, err, a.Body)
						continue
					}
					var r apptest.Receipt
					a.Into(t, &r)
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
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, len(all)) })
	for i, r := range receipts {
		if n := apptest.Shown(s, phone(i), "received", r.Number); n != 1 {
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

// Redis is emptied again and again while complaints are filed: the sweep finds whatever was lost.
func TestEmptyingRedisLosesNothing(t *testing.T) {
	s := apptest.Start(t, nil)
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
		if a := apptest.Do(t, "POST", s.URL+"/v1/complaints", all[i].WithPhone(phone(i)), "Idempotency-Key", key(i)); a.Status != http.StatusCreated {
			t.Fatalf("filing %d: %d %s", i, a.Status, a.Body)
		}
	}
	close(stop)
	flushing.Wait()
	apptest.Eventually(t, func() error {
		if err := s.App.Sweep.Once(t.Context()); err != nil {
			return err
		}
		return apptest.Settled(t, s, len(all))
	})
	for _, c := range apptest.Everything(t, s) {
		if got := len(s.Phones.Phone(phoneOf(t, s, c))); got != 2 && c.State == complaint.Routed {
			t.Errorf("the phone of %s shows %d messages; want the receipt and the agency", c.Number, got)
		}
	}
}

func phoneOf(t *testing.T, s *apptest.System, c *complaint.Complaint) string {
	t.Helper()
	devices, err := s.App.People.DevicesOf(t.Context(), c.Citizen)
	if err != nil || len(devices) != 1 {
		t.Fatalf("%s has devices %v, %v", c.Number, devices, err)
	}
	return devices[0].Token
}
