package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"respons/internal/attachment"
	"respons/internal/clamd"
	"respons/internal/clamd/clamdtest"
	"respons/internal/fault"
)

func (w *world) scanner(t *testing.T, address string) {
	t.Helper()
	d, err := clamd.New(address)
	if err != nil {
		t.Fatal(err)
	}
	w.Scanner, w.Unscannable = d, func(err error) bool { return errors.Is(err, clamd.ErrTooLarge) }
}

func TestWhatIsInfectedIsRefusedAndGone(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		fake := clamdtest.Start(t, 100_000)
		w.scanner(t, fake.Address)
		a := w.processed(t, append(pdf(4000), clamdtest.Eicar...))
		if a.State != attachment.Refused || !strings.Contains(a.Why.EN, "virus") || len(w.keys(t)) != 0 {
			t.Errorf("%s, %v; the bucket holds %v", a.State, a.Why, w.keys(t))
		}
		if it, err := w.Item(t.Context(), a); err != nil || it.URL != "" {
			t.Errorf("its link %q, %v", it.URL, err)
		}
		if a = w.processed(t, pdf(4000)); a.State != attachment.Ready {
			t.Errorf("a clean file: %s, %v", a.State, a.Why)
		}
		if a = w.processed(t, pdf(200_000)); a.State != attachment.Refused || !strings.Contains(a.Why.EN, "too large for the virus scanner") {
			t.Errorf("a file over the scanner's limit: %s, %v", a.State, a.Why)
		}
		if n := fake.Streams.Load(); n != 2 {
			t.Errorf("the scanner saw %d files to their end", n)
		}
	})
}

// While the scanner is down nothing is given out and nothing lost; the sweep goes on when it is back.
func TestAFileWaitsForAScannerThatIsDown(t *testing.T) {
	w := embedded(t)
	w.scanner(t, "tcp://127.0.0.1:1")
	a, err := w.send(t, w.file(t, ""), pdf(4000))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, a.ID); got.State != attachment.Scanning {
			t.Fatalf("it is %s", got.State)
		}
		w.now = w.now.Add(time.Minute)
	}
	w.scanner(t, clamdtest.Start(t, 0).Address)
	if _, err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.get(t, a.ID); got.State != attachment.Ready {
		t.Errorf("it is %s, %v", got.State, got.Why)
	}
}

// deadly ends whoever writes what is given out, as a crash does.
type deadly struct{ attachment.Blobs }

func (d deadly) Write(ctx context.Context, key, mediaType, disposition string, r io.Reader) (int64, error) {
	if strings.HasPrefix(key, "files/") {
		panic("killed")
	}
	return d.Blobs.Write(ctx, key, mediaType, disposition, r)
}

func (w *world) crash(t *testing.T, id string) {
	t.Helper()
	healthy := w.Blobs
	w.Blobs = deadly{healthy}
	defer func() {
		if recover() == nil {
			t.Fatal("the worker was not killed")
		}
		w.Blobs = healthy
		w.restart()
	}()
	if err := w.Process(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// A worker is killed in the middle, and its hint is gone with it: the sweep of another takes over once it must be dead.
func TestAnotherWorkerTakesOverFromOneThatWasKilled(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		a, err := w.send(t, w.file(t, ""), pdf(4000))
		if err != nil {
			t.Fatal(err)
		}
		w.crash(t, a.ID)
		w.now = w.now.Add(time.Minute) // it may still be at work
		if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
			t.Fatalf("the sweep took %d, %v", n, err)
		}
		w.now = w.now.Add(6 * time.Minute)
		if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
			t.Fatalf("the sweep took %d, %v", n, err)
		}
		if got := w.get(t, a.ID); got.State != attachment.Ready || got.Tries != 0 || len(w.keys(t)) != 1 {
			t.Errorf("%s after %d tries; the bucket holds %v", got.State, got.Tries, w.keys(t))
		}
		if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("there was more to do: %d, %v", n, err)
		}
	})
}

func TestAFileThatKillsEveryWorkerIsGivenUp(t *testing.T) {
	w := embedded(t)
	a, err := w.send(t, w.file(t, ""), pdf(4000))
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		w.crash(t, a.ID)
		w.now = w.now.Add(7 * time.Minute)
	}
	if _, err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.get(t, a.ID); got.State != attachment.Refused || len(w.keys(t)) != 0 {
		t.Errorf("%s; the bucket holds %v", got.State, w.keys(t))
	}
}

// The filing is stored and the process killed before the attachments know of it: the sweep finds the complaint and joins.
func TestAttachmentsOfAFilingThatWasCutOffAreJoined(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ready, err := w.send(t, nil, pdf(4000))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Process(t.Context(), ready.ID); err != nil {
			t.Fatal(err)
		}
		sent := pdf(9000)
		growing, _, err := w.Create(t.Context(), aminah, nil, int64(len(sent)), "")
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{ready.ID, growing.ID}
		if err := w.Nameable(t.Context(), "aminah", ids); err != nil {
			t.Fatal(err)
		}
		c := w.file(t, "k", ids...)
		w.restart()
		for range 2 { // again is harmless
			if err := w.Join(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		if c, err = w.Cases.Store.ByID(t.Context(), c.ID); err != nil || len(c.Named) != 0 || len(c.Attachments) != 1 || !c.Attachments[0].Filed {
			t.Fatalf("the complaint has %+v, still named %v, %v", c.Attachments, c.Named, err)
		}
		if _, err := w.Write(t.Context(), w.get(t, growing.ID), bytes.NewReader(sent)); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(100 * time.Hour) // what belongs to a complaint is not forgotten
		if _, err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c, err = w.Cases.Store.ByID(t.Context(), c.ID); err != nil || len(c.Attachments) != 2 {
			t.Errorf("the complaint has %+v, %v", c.Attachments, err)
		}
		if err := w.Nameable(t.Context(), "aminah", ids[:1]); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "another complaint") {
			t.Errorf("named again: %v", err)
		}
	})
}

func TestOnlyOnesOwnUploadsCanBeNamed(t *testing.T) {
	w := embedded(t)
	mine, err := w.send(t, nil, pdf(4000))
	if err != nil {
		t.Fatal(err)
	}
	refused, _ := w.send(t, nil, append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 5000)...))
	if refused == nil {
		t.Fatal("the program left no trace")
	}
	for name, c := range map[string]struct {
		owner string
		ids   []string
		says  string
	}{
		"another's":          {"chong", []string{mine.ID}, "attachments[0] is no upload of yours"},
		"one that is not":    {"aminah", []string{mine.ID, "01JD8Z7S6R4QW2N5X0B3YV9KTM"}, "attachments[1] is no upload of yours"},
		"twice":              {"aminah", []string{mine.ID, mine.ID}, "attachments[1] is named twice"},
		"one that was wrong": {"aminah", []string{refused.ID}, "was refused"},
	} {
		if err := w.Nameable(t.Context(), c.owner, c.ids); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatNobodyNamesIsForgotten(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		whole, err := w.send(t, nil, pdf(4000))
		if err != nil {
			t.Fatal(err)
		}
		half, _, err := w.Create(t.Context(), aminah, w.file(t, ""), 9000, "")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(t.Context(), half, broken(pdf(9000), 5000)) // its error is the break
		w.now = w.now.Add(71 * time.Hour)
		if _, err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, whole.ID); got.State != attachment.Ready || w.get(t, half.ID).State != attachment.Uploading {
			t.Errorf("after 71 hours: %s", got.State)
		}
		w.now = w.now.Add(2 * time.Hour)
		for range 2 {
			if _, err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range []string{whole.ID, half.ID} {
			if _, err := w.ByID(t.Context(), id); !errors.Is(err, fault.NotFound) {
				t.Errorf("after 73 hours: %v", err)
			}
		}
		if keys := w.keys(t); len(keys) != 0 {
			t.Errorf("left behind: %v", keys)
		}
	})
}

// Why something was refused can be read for three days; whoever tries for ever is stopped.
func TestRefusedFilesAreNotGatheredForEver(t *testing.T) {
	w := embedded(t)
	c := w.file(t, "")
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 5000)...)
	for range 100 {
		if a, err := w.send(t, c, program); a == nil || !errors.Is(err, fault.Invalid) {
			t.Fatal(a, err)
		}
	}
	if a, err := w.send(t, c, program); a != nil || !errors.Is(err, fault.Conflict) {
		t.Errorf("once more: %v, %v", a, err)
	}
	if a := w.processed(t, []byte("hello")); a.State != attachment.Refused { // refused by the worker, with a piece to delete
		t.Fatal(a.State)
	}
	w.now = w.now.Add(71 * time.Hour)
	if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("after 71 hours the sweep took %d, %v", n, err)
	}
	w.now = w.now.Add(2 * time.Hour)
	if n, err := w.Sweep(t.Context()); n != 101 || err != nil {
		t.Errorf("after 73 hours the sweep took %d, %v", n, err)
	}
	if list, err := w.Of(t.Context(), c.ID); err != nil || len(list) != 0 {
		t.Errorf("left: %d, %v", len(list), err)
	}
}

func TestADisposedComplaintLeavesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.Originals = true
		c := w.file(t, "")
		for _, content := range [][]byte{photographed(t, 40, 30, 1), pdf(4000), pdf(5000)} {
			a, err := w.send(t, c, content)
			if err != nil {
				t.Fatal(err)
			}
			if len(content) != 5000 { // one still waits
				if err := w.Process(t.Context(), a.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		half, _, err := w.Create(t.Context(), aminah, c, 9000, "")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(t.Context(), half, broken(pdf(9000), 5000)) // its error is the break
		other := w.processed(t, pdf(6000))
		for range 2 { // again is harmless
			if err := w.Remove(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := w.Of(t.Context(), c.ID); err != nil || len(list) != 0 {
			t.Errorf("documents left: %v, %v", list, err)
		}
		if keys := w.keys(t); len(keys) != 1 || keys[0] != other.File {
			t.Errorf("the bucket holds %v", keys)
		}
		if c, err := w.Cases.Store.ByID(t.Context(), c.ID); err != nil || len(c.Attachments) != 0 {
			t.Errorf("the complaint still has %v, %v", c.Attachments, err)
		}
		// The phone goes on with its half upload.
		if _, err := w.Write(t.Context(), half, bytes.NewReader(pdf(9000)[5000:])); !errors.Is(err, fault.NotFound) || len(w.keys(t)) != 1 {
			t.Errorf("after the removal: %v; the bucket holds %v", err, w.keys(t))
		}
	})
}
