package attachment_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
)

// The line breaks in the middle of a piece and the process is another one afterwards: what had come is not sent again.
func TestAnUploadGoesOnAfterABreakAndARestart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sent := pdf(10_000_000)
		c := w.file(t, "")
		a, _, err := w.Create(t.Context(), aminah, c, int64(len(sent)), "")
		if err != nil {
			t.Fatal(err)
		}
		n, err := w.Write(t.Context(), a, broken(sent, 5_000_000))
		if err == nil || n != 5_000_000 {
			t.Fatalf("%d bytes are safe, %v", n, err)
		}
		for range 40 {
			w.restart()
			a = w.get(t, a.ID)
			if a.Offset == int64(len(sent)) {
				break
			}
			w.Write(t.Context(), a, broken(sent[a.Offset:], min(200_000, len(sent)-int(a.Offset)))) // its error is the break
		}
		if err := w.Process(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		a = w.get(t, a.ID)
		sum := sha256.Sum256(sent)
		if a.State != attachment.Ready || a.SHA256 != hex.EncodeToString(sum[:]) || !bytes.Equal(w.content(t, a.File), sent) {
			t.Errorf("%s of %d bytes, %v", a.State, a.Size, a.Why)
		}
		if keys := w.keys(t); len(keys) != 1 {
			t.Errorf("left behind: %v", keys)
		}
	})
}

// A phone that thinks its first request is dead sends the same bytes again beside it.
func TestOfTwoWhoSendTheSamePieceOneWins(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sent := pdf(3_000_000)
		a, _, err := w.Create(t.Context(), aminah, nil, int64(len(sent)), "")
		if err != nil {
			t.Fatal(err)
		}
		var errs [4]error
		var mine [4]*attachment.Attachment
		for i := range mine {
			mine[i] = w.get(t, a.ID)
		}
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = w.Write(t.Context(), mine[i], bytes.NewReader(sent)) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, fault.Stale):
				t.Errorf("a loser learns %v", err)
			}
		}
		if won != 1 || prefixed(w.keys(t), "parts/") != 1 {
			t.Errorf("%d won; the bucket holds %v", won, w.keys(t))
		}
		if err := w.Process(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		if a = w.get(t, a.ID); a.State != attachment.Ready || !bytes.Equal(w.content(t, a.File), sent) {
			t.Errorf("%s, %v", a.State, a.Why)
		}
	})
}

func TestARefusalComesWithTheFirstBytes(t *testing.T) {
	w := embedded(t)
	c := w.file(t, "")
	a, _, err := w.Create(t.Context(), aminah, c, 100_000_000, "")
	if err != nil {
		t.Fatal(err)
	}
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 100_000)...)
	if n, err := w.Write(t.Context(), a, bytes.NewReader(program)); n != 0 || !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "application/x-elf") {
		t.Errorf("a program: %d bytes taken, %v", n, err)
	}
	if a = w.get(t, a.ID); a.State != attachment.Refused || len(w.keys(t)) != 0 {
		t.Errorf("%s, the bucket holds %v", a.State, w.keys(t))
	}
	a, _, err = w.Create(t.Context(), aminah, c, 100_000_000, "") // as a film it may have so many bytes
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(t.Context(), a, bytes.NewReader(pdf(100_000))); !errors.Is(err, fault.TooLarge) || !strings.Contains(err.Error(), "15728640") {
		t.Errorf("a document as long as a film: %v", err)
	}
	a, _, err = w.Create(t.Context(), aminah, c, -1, "") // nobody says how long it will be
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(t.Context(), a, bytes.NewReader(pdf(15_728_641))); !errors.Is(err, fault.TooLarge) {
		t.Errorf("a document that does not end: %v", err)
	}
	if keys := w.keys(t); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
}

// Where the first piece is too small to tell the type, the worker does.
func TestCrumbsAreRecognisedInTheEnd(t *testing.T) {
	w := embedded(t)
	sent := pdf(60)
	a, _, err := w.Create(t.Context(), aminah, w.file(t, ""), int64(len(sent)), "")
	if err != nil {
		t.Fatal(err)
	}
	for i := range sent {
		if _, err := w.Write(t.Context(), a, bytes.NewReader(sent[i:i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Process(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if a = w.get(t, a.ID); a.State != attachment.Ready || a.Kind != attachment.Document || !bytes.Equal(w.content(t, a.File), sent) {
		t.Errorf("%s %s, %v", a.State, a.Kind, a.Why)
	}
	if a, _, err = w.Create(t.Context(), aminah, nil, 9000, ""); err != nil {
		t.Fatal(err)
	}
	a.Parts = make([]attachment.Part, 1000)
	_, err = w.Write(t.Context(), a, bytes.NewReader(pdf(9000)))
	if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "too many small pieces") {
		t.Errorf("after 1000 crumbs: %v", err)
	}
}

func TestThereIsRoomForSoMuchAndNoMore(t *testing.T) {
	w := embedded(t)
	c := w.file(t, "")
	for i := range 5 {
		if _, err := w.send(t, c, pdf(4000)); err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
	}
	if _, err := w.send(t, c, pdf(4000)); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "document") {
		t.Errorf("a sixth document: %v", err)
	}
	photo := photographed(t, 40, 30, 1)
	for range 10 {
		if _, err := w.send(t, c, photo); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.send(t, c, photo); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "15 attachments") {
		t.Errorf("a sixteenth attachment: %v", err)
	}
	staff := aminah
	staff.Actor.Role, staff.Actor.Agency = "desk", ""
	if _, _, err := w.Create(t.Context(), staff, c, 4000, ""); err != nil {
		t.Errorf("the staff's room is not the citizen's: %v", err)
	}
	c = w.file(t, "")
	if _, _, err := w.Create(t.Context(), aminah, c, 200_000_000, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Create(t.Context(), aminah, c, 200_000_000, ""); !errors.Is(err, fault.TooLarge) {
		t.Errorf("400 MB: %v", err)
	}
	for _, size := range []int64{0, 300_000_000} {
		if _, _, err := w.Create(t.Context(), aminah, nil, size, ""); err == nil {
			t.Errorf("%d bytes are taken", size)
		}
	}
	for i := range 101 {
		_, _, err := w.Create(t.Context(), aminah, nil, 100, "")
		if (i < 100) != (err == nil) {
			t.Fatalf("upload %d without a complaint: %v", i, err)
		}
	}
}

func TestTheSameKeyBeginsTheSameUpload(t *testing.T) {
	w := embedded(t)
	first, repeated, err := w.Create(t.Context(), aminah, nil, -1, "k")
	if err != nil || repeated {
		t.Fatal(repeated, err)
	}
	w.Write(t.Context(), first, broken(pdf(9000), 5000)) // its error is the break
	again, repeated, err := w.Create(t.Context(), aminah, nil, -1, "k")
	if err != nil || !repeated || again.ID != first.ID || again.Offset != 5000 {
		t.Fatalf("again %+v, %v", again, err)
	}
	if again, err = w.Restart(t.Context(), again); err != nil || again.Offset != 0 || len(w.keys(t)) != 0 {
		t.Fatalf("begun anew %+v, %v, %v", again, err, w.keys(t))
	}
	if _, err := w.Write(t.Context(), again, iotest.HalfReader(bytes.NewReader(pdf(9000)))); err != nil {
		t.Fatal(err)
	}
	if a, err := w.Complete(t.Context(), again); err != nil || a.State != attachment.Scanning || a.Size != 9000 {
		t.Errorf("%+v, %v", a, err)
	}
	other := aminah
	other.Owner = "chong"
	if a, repeated, err := w.Create(t.Context(), other, nil, -1, "k"); err != nil || repeated || a.ID == first.ID {
		t.Errorf("another's key: %+v, %v, %v", a, repeated, err)
	}
}

func TestAnUploadTokenCannotBeGuessed(t *testing.T) {
	for token, good := range map[string]bool{"": false, "1234567890": false, strings.Repeat("a", 21): false, strings.Repeat("a", 22): true,
		strings.Repeat("a", 201): false, strings.Repeat("a ", 20): false, strings.Repeat("é", 30): false} {
		if _, err := attachment.TokenOwner(token); (err == nil) != good {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func TestNothingIsAddedToAComplaintThatIsOver(t *testing.T) {
	w := embedded(t)
	c := w.file(t, "")
	for _, s := range []complaint.State{complaint.Closed, complaint.Withdrawn, complaint.Rejected} {
		over := *c
		over.State = s
		if _, _, err := w.Create(t.Context(), aminah, &over, 100, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", s, err)
		}
	}
	stranger := aminah
	stranger.Actor.ID = "chong"
	if _, _, err := w.Create(t.Context(), stranger, c, 100, ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
	watcher := aminah
	watcher.Actor.Role = "oversight"
	if _, _, err := w.Create(t.Context(), watcher, c, 100, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("oversight: %v", err)
	}
}
