package announce_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"respons/internal/announce"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/store"
)

func TestEveryoneWithADeviceIsToldOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.guests(t, 23, 1) // more than a page
		w.guests(t, 6, 2)
		for _, p := range []identity.Person{{Role: complaint.CitizenRole, Lang: "en"}, {Role: complaint.Desk, Lang: "en"}} {
			made, _, err := w.Teller.People.Enrol(t.Context(), p, "")
			if err != nil {
				t.Fatal(err)
			}
			w.device(t, made.ID, string(p.Role))
		}
		a := w.announce(t, draft())
		for range 2 {
			w.once(t)
		}
		w.expect(t, a.ID, announce.Spread, 30, map[notify.State]int64{notify.Accepted: 36})
		for id, n := range w.phones.got {
			if n != 1 {
				t.Errorf("%s arrived %d times", id, n)
			}
		}
		for _, m := range w.phones.all {
			if m.Token == string(complaint.Desk) {
				t.Error("staff were told")
			}
			if m.Title != "தண்ணீர் இல்லை" || !m.Important || m.Link != "respons://announcements/"+a.ID || m.Data["announcement"] != a.ID || !m.Until.Equal(a.Until) {
				t.Fatalf("a Tamil phone shows %+v", m)
			}
		}
	})
}

// The store goes out of reach in the middle of a page, as where a process is killed: whoever comes next goes on there, and
// nobody is told twice or left out.
func TestSpreadingGoesOnWhereItWasCutOff(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.guests(t, 36, 1)
		a := w.announce(t, draft())
		for _, after := range []int{7, 55, 9} {
			w.store.breaksAfter(after)
			if err := w.Once(t.Context()); !errors.Is(err, fault.Unavailable) {
				t.Fatalf("cut off after %d rows: %v", after, err)
			}
		}
		if a, err := w.ByID(t.Context(), a.ID); err != nil || a.State != announce.Spreading || a.Reached != 20 {
			t.Fatalf("in between %+v, %v", a, err)
		}
		w.store.breaksAfter(0)
		w.once(t)
		if _, err := w.Teller.Resend(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Minute) // the leases of messages whose process died
		if _, err := w.Teller.Resend(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.expect(t, a.ID, announce.Spread, 36, map[notify.State]int64{notify.Accepted: 36})
		if len(w.phones.got) != 36 {
			t.Errorf("%d messages arrived", len(w.phones.got))
		}
	})
}

func TestAProcessThatDiedIsFollowedByAnother(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.guests(t, 10, 1)
		a := w.announce(t, draft())
		// What the process left that died: it held the announcement.
		rec, err := w.store.Get(t.Context(), announce.Collection.Name, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		until := w.now.Add(2 * time.Minute)
		rec.Keys = store.Keys{"request": "none:" + a.ID, "created": a.Created.UnixMilli(), "until": a.Until.UnixMilli(), "work": until.UnixMilli()}
		if _, err := w.store.Replace(t.Context(), announce.Collection.Name, rec); err != nil {
			t.Fatal(err)
		}
		w.once(t)
		w.expect(t, a.ID, announce.Spreading, 0, map[notify.State]int64{})
		w.now = until
		w.once(t)
		w.expect(t, a.ID, announce.Spread, 10, map[notify.State]int64{notify.Accepted: 10})
	})
}

func TestTwoProcessesAtOnceTellEachOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.guests(t, 50, 1)
		a := w.announce(t, draft())
		var wg sync.WaitGroup
		for _, b := range []*announce.Board{w.Board, w.another(), w.another()} {
			wg.Go(func() {
				if err := b.Once(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		w.expect(t, a.ID, announce.Spread, 50, map[notify.State]int64{notify.Accepted: 50})
		for id, n := range w.phones.got {
			if n != 1 {
				t.Errorf("%s arrived %d times", id, n)
			}
		}
	})
}

func TestWhatIsCancelledOrOverDoesNotGoOut(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.Teller.Policy.Quiet = notify.Hours{From: 22 * 60, To: 7 * 60}
		w.now = time.Date(2026, 1, 8, 15, 0, 0, 0, time.UTC) // 23:00 in Malaysia
		w.guests(t, 3, 1)
		cancelled := w.announce(t, draft())
		soon := draft()
		soon.Until = w.now.Add(3 * time.Hour)
		over := w.announce(t, soon)
		never := w.announce(t, draft())
		for range 2 { // before it is spread; again is harmless
			if _, err := w.Cancel(t.Context(), never.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.once(t)
		w.expect(t, cancelled.ID, announce.Spread, 3, map[notify.State]int64{notify.Deferred: 3})
		if _, err := w.Cancel(t.Context(), cancelled.ID); err != nil {
			t.Fatal(err)
		}
		if list, err := w.Valid(t.Context()); err != nil || len(list) != 1 || list[0].ID != over.ID {
			t.Errorf("valid are %v, %v", list, err)
		}
		w.now = time.Date(2026, 1, 8, 23, 0, 0, 0, time.UTC) // 07:00
		if _, err := w.Teller.Resend(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{cancelled.ID, over.ID} {
			counts, err := w.Teller.CountOf(t.Context(), id)
			if err != nil || counts[notify.Push][notify.Dropped] != 3 {
				t.Errorf("pushes %v, %v", counts[notify.Push], err)
			}
		}
		w.expect(t, never.ID, announce.Cancelled, 0, map[notify.State]int64{})
		if list, err := w.Valid(t.Context()); err != nil || len(list) != 0 || len(w.phones.all) != 0 {
			t.Errorf("valid are %v, %v; %d pushes", list, err, len(w.phones.all))
		}
	})
}

func TestAnAnnouncementThatIsOverIsSpreadNoFurther(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		w.guests(t, 3, 1)
		a := w.announce(t, draft())
		w.now = a.Until
		w.once(t)
		w.expect(t, a.ID, announce.Spread, 0, map[notify.State]int64{})
	})
}

// Somebody whose preferences cannot be read holds up nobody else.
func TestWhoCannotBeToldIsCountedAndLeft(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		ids := w.guests(t, 5, 1)
		if err := w.store.Insert(t.Context(), notify.PreferencesCollection.Name, store.Record{ID: ids[2], Body: []byte(`{"language":7}`)}); err != nil {
			t.Fatal(err)
		}
		a := w.announce(t, draft())
		w.once(t)
		if got := w.expect(t, a.ID, announce.Spread, 4, map[notify.State]int64{notify.Accepted: 4}); got.Skipped != 1 {
			t.Errorf("%d skipped", got.Skipped)
		}
	})
}
