package citizen_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"respons/internal/app/apptest"
	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/mask"
	proof "respons/internal/receipt"
	"respons/mobileapi/client"
	"respons/mobileapi/client/queue"
)

// handset is a phone with the app on it.
type handset struct {
	device string
	line   *air
	api    *client.ClientWithResponses
	queue  queue.Queue
	wrote  map[string]written // by key
	kills  int                // how often the app was killed while it sent
}

// written is what the citizen typed and photographed.
type written struct {
	text   string
	photos []string // SHA-256, hexadecimal
}

// shorten makes the app's pauses a two-hundredth.
func shorten(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d / 200):
		return nil
	}
}

func newHandset(t *testing.T, base string, i int) *handset {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 1}
	h := &handset{device: fmt.Sprintf("handset-%02d", i), line: &air{transport: transport}, wrote: map[string]written{}}
	var err error
	if h.api, err = client.NewClientWithResponses(base, client.WithHTTPClient(&http.Client{Transport: h.line, Timeout: 20 * time.Second})); err != nil {
		t.Fatal(err)
	}
	h.queue = queue.Queue{Dir: t.TempDir(), API: h.api, Wait: shorten}
	t.Cleanup(func() {
		h.line.copies.Wait()
		transport.CloseIdleConnections()
	})
	return h
}

// signIn opens an account on the phone and registers it for pushes.
func (h *handset) signIn(ctx context.Context) error {
	for h.queue.Token == "" {
		if a, err := h.api.OpenAccountWithResponse(ctx, client.CitizenBody{}); err == nil && a.JSON201 != nil {
			h.queue.Token = a.JSON201.Token
		}
		if err := shorten(ctx, time.Second); err != nil {
			return err
		}
	}
	for {
		a, err := h.api.RegisterDeviceWithResponse(ctx, nil, client.Device{Token: h.device, Platform: client.DevicePlatformAndroid}, client.Bearer(h.queue.Token))
		if err == nil && a.JSON200 != nil {
			return nil
		}
		if err := shorten(ctx, time.Second); err != nil {
			return err
		}
	}
}

// write lays drafts into the queue, some with photos.
func (h *handset) write(phone, from, to int, small, large []byte) error {
	for i := from; i < to; i++ {
		text := textOf(phone, i)
		body := client.BatchDraft{Text: text}
		if h.queue.Token == "" {
			body.Device = &client.Device{Token: h.device, Platform: client.DevicePlatformAndroid}
		}
		var photos [][]byte
		switch i {
		case 3:
			photos = [][]byte{small, large}
		case 7:
			photos = [][]byte{small}
		}
		key, err := h.queue.Add(body, photos...)
		if err != nil {
			return err
		}
		w := written{text: text}
		for _, p := range photos {
			sum := sha256.Sum256(p)
			w.photos = append(w.photos, hex.EncodeToString(sum[:]))
		}
		h.wrote[key] = w
	}
	return nil
}

// textOf is a text that nobody else writes; some hold what is masked.
func textOf(phone, i int) string {
	street, house := phone+1, i+1
	switch i % 5 {
	case 0:
		return fmt.Sprintf("Lampu jalan padam depan rumah %d, Jalan SS2/%d, Petaling Jaya", house, street)
	case 1:
		return fmt.Sprintf("Lubang besar di Jalan SS2/%d dekat simpang %d, motor jatuh", street, house)
	case 2:
		return fmt.Sprintf("Rubbish at house %d, Jalan SS3/%d has not been collected for a week", house, street)
	case 3:
		return fmt.Sprintf("Longkang tersumbat belakang rumah %d Jalan SS4/%d, hubungi saya 012-345 67%02d", house, street, phone)
	}
	return fmt.Sprintf("Pokok condong di hadapan rumah %d, Jalan SS5/%d, takut tumbang", house, street)
}

// send sends all that waits. The app is killed a few times in the middle and opens its queue again from the disk.
func (h *handset) send(ctx context.Context, kills int) error {
	for {
		life, end := context.WithCancel(ctx)
		if kills > 0 {
			kills--
			time.AfterFunc(20*time.Millisecond+rand.N(300*time.Millisecond), end)
		}
		q := h.queue // what it knew in memory is gone
		err := q.Send(life)
		killed := life.Err() != nil && ctx.Err() == nil
		end()
		if err == nil || !killed {
			return err
		}
		h.kills++
	}
}

// filed gives the receipts by the key of their draft.
func (h *handset) filed(t *testing.T) map[string]*client.Receipt {
	t.Helper()
	drafts, err := h.queue.Drafts()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*client.Receipt{}
	for _, d := range drafts {
		if d.Receipt == nil {
			t.Errorf("%s has no receipt: %+v", d.Body.Key, d.Problem)
			continue
		}
		for _, p := range d.Photos {
			if !p.Whole {
				t.Errorf("%s: a photo has not come: %+v", d.Body.Key, p.Refused)
			}
		}
		out[d.Body.Key] = d.Receipt
	}
	return out
}

// Twenty phones write five hundred complaints without a line and send them over one that loses, repeats, delays and
// reorders requests and cuts connections, while their apps are killed and the server is restarted. Every complaint is there
// once, with its receipt and its photos; what the phones know is what the store holds; nothing is told twice.
func TestPhonesOnABadLineLoseNothingAndFileNothingTwice(t *testing.T) {
	phones, drafts, restarts := 20, 25, 2
	if testing.Short() {
		phones, drafts, restarts = 6, 12, 1
	}
	s := apptest.Start(t, func(c *config.Config) { c.SweepSeconds = 1 })
	m := raise(t)
	m.lead(s)
	keys := jose.JSONWebKeySet{} // kept from a time with a good line
	apptest.Do(t, "GET", s.URL+"/v1/receipts/keys", nil).Into(t, &keys)

	ctx, end := context.WithTimeout(t.Context(), 3*time.Minute)
	defer end()
	var using sync.WaitGroup
	handsets := make([]*handset, phones)
	failed := make(chan error, phones)
	for i := range handsets {
		h := newHandset(t, m.URL, i)
		handsets[i] = h
		small, large := apptest.Snapshot(t, 160+i, 120), apptest.Snapshot(t, 700+i, 500)
		if i%5 == 4 { // a guest
			h.queue.UploadToken = fmt.Sprintf("chosen-by-the-phone-%04d", i)
		}
		using.Go(func() {
			var err error
			if h.queue.UploadToken == "" {
				err = h.signIn(ctx)
			}
			for _, part := range [][2]int{{0, drafts / 2}, {drafts / 2, drafts}} {
				if err == nil {
					err = h.write(i, part[0], part[1], small, large)
				}
				if err == nil {
					err = h.send(ctx, 2)
				}
			}
			if err != nil {
				failed <- fmt.Errorf("%s: %w", h.device, err)
			}
		})
	}
	want := phones * drafts
	for i := range restarts { // in the midst of it
		apptest.Eventually(t, func() error {
			if n := len(apptest.Everything(t, s)); n < want*(i+1)/(restarts+2) {
				return fmt.Errorf("%d complaints are filed", n)
			}
			return nil
		})
		m.backend.Store(nil)
		s.Restart(t)
		m.lead(s)
	}
	using.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	for _, h := range handsets {
		h.line.copies.Wait()
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, want) })

	stored := map[string]*complaint.Complaint{}
	for _, c := range apptest.Everything(t, s) {
		stored[c.Number] = c
	}
	hurt := map[string]int64{"connections cut": m.cut.Load()}
	for _, h := range handsets {
		receipts := h.filed(t)
		if len(receipts) != drafts {
			t.Errorf("%s has %d receipts of %d", h.device, len(receipts), drafts)
		}
		for key, r := range receipts {
			checkFiled(t, s, keys, h.wrote[key], r, stored[r.Number])
		}
		checkTold(t, s, h, slices.Collect(maps.Values(receipts)))
		if h.queue.Token != "" {
			checkKnown(t, s, h, receipts)
		}
		hurt["lost"] += h.line.lost.Load()
		hurt["answers lost"] += h.line.unheard.Load()
		hurt["twice"] += h.line.twice.Load()
		hurt["late"] += h.line.late.Load()
		hurt["apps killed"] += int64(h.kills)
	}
	t.Logf("%d complaints; the line: %v", want, hurt)
	for what, n := range hurt {
		if n == 0 {
			t.Errorf("the line was too good: %s: 0", what)
		}
	}
}

// lead leads the mast to a server.
func (m *mast) lead(s *apptest.System) {
	address := strings.TrimPrefix(s.URL, "http://")
	m.backend.Store(&address)
}

// checkFiled looks whether what was written is what is stored, and what the receipt proves without asking anybody.
func checkFiled(t *testing.T, s *apptest.System, keys jose.JSONWebKeySet, w written, r *client.Receipt, c *complaint.Complaint) {
	t.Helper()
	claims, err := proof.Verify(r.Signed, keys)
	switch {
	case err != nil:
		t.Errorf("%s: %v", r.Number, err)
	case claims.Number != r.Number || claims.Text != proof.Digest(w.text):
		t.Errorf("the receipt of %s is about %s with text %s", r.Number, claims.Number, claims.Text)
	case c == nil:
		t.Errorf("%s has a receipt and is not there", r.Number)
		return
	case c.Text != mask.Text(w.text):
		t.Errorf("%s holds another text than was written", r.Number)
	}
	apptest.Eventually(t, func() error {
		list, err := s.App.Files.Of(t.Context(), c.ID)
		if err != nil {
			return err
		}
		var have []string
		for _, x := range list {
			if x.State != attachment.Ready {
				return fmt.Errorf("%s: an attachment is %s", r.Number, x.State)
			}
			have = append(have, x.SHA256)
		}
		slices.Sort(have)
		if want := slices.Sorted(slices.Values(w.photos)); !slices.Equal(have, want) {
			return fmt.Errorf("%s has attachments %v, not %v", r.Number, have, want)
		}
		return nil
	})
}

// checkTold looks at what the phone shows: each event of each complaint once, whatever was repeated on the way. A push that
// was cut off goes out again when its lease is over.
func checkTold(t *testing.T, s *apptest.System, h *handset, receipts []*client.Receipt) {
	t.Helper()
	ids := map[string][]string{}
	apptest.Eventually(t, func() error {
		clear(ids)
		for _, m := range s.Phones.Phone(h.device) {
			about := m.Data["number"] + " " + m.Data["event"]
			ids[about] = append(ids[about], m.Key)
		}
		for _, r := range receipts {
			if len(ids[r.Number+" received"]) == 0 {
				return fmt.Errorf("%s was not told that %s has come", h.device, r.Number)
			}
		}
		return nil
	})
	for about, keys := range ids {
		if len(keys) > 1 {
			t.Errorf("%s shows %s under %d ids", h.device, about, len(keys))
		}
	}
}

// checkKnown looks whether the phone, once it has asked, knows of each complaint what the store holds.
func checkKnown(t *testing.T, s *apptest.System, h *handset, receipts map[string]*client.Receipt) {
	t.Helper()
	apptest.Eventually(t, func() error {
		known, err := h.queue.Sync(t.Context())
		if err != nil {
			return err
		}
		if len(known.Complaints) != len(receipts) {
			return fmt.Errorf("%s knows %d complaints of %d", h.device, len(known.Complaints), len(receipts))
		}
		for _, r := range receipts {
			c, err := s.App.Cases.Store.ByNumber(t.Context(), r.Number)
			if err != nil {
				return err
			}
			if k := known.Complaints[r.Number]; k.Revision != c.Rev || k.State != string(c.State) || k.Text != c.Text {
				return fmt.Errorf("%s knows %s as %s, revision %d; it is %s, %d", h.device, r.Number, k.State, k.Revision, c.State, c.Rev)
			}
		}
		return nil
	})
}
