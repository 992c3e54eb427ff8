package clamd_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"respons/internal/clamd"
	"respons/internal/clamd/clamdtest"
)

func TestTheDaemonIsAskedAndUnderstood(t *testing.T) {
	fake := clamdtest.Start(t, 300_000)
	d, err := clamd.New(fake.Address)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		sent io.Reader
		want string
	}{
		{"nothing", strings.NewReader(""), ""},
		{"a clean file of several pieces", bytes.NewReader(make([]byte, 200_001)), ""},
		{"the test virus", strings.NewReader("%PDF-1.7 " + clamdtest.Eicar), "Win.Test.EICAR_HDB-1"},
		{"the test virus, byte by byte", iotest.OneByteReader(strings.NewReader(clamdtest.Eicar)), "Win.Test.EICAR_HDB-1"},
	} {
		if got, err := d.Scan(t.Context(), c.sent); got != c.want || err != nil {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if n := fake.Streams.Load(); n != 4 {
		t.Errorf("the daemon saw %d streams", n)
	}
	if _, err := d.Scan(t.Context(), bytes.NewReader(make([]byte, 1<<20))); !errors.Is(err, clamd.ErrTooLarge) {
		t.Errorf("a stream over the limit: %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := d.Scan(t.Context(), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

func TestADaemonThatIsDownIsNoCleanFile(t *testing.T) {
	d, err := clamd.New("tcp://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if virus, err := d.Scan(t.Context(), strings.NewReader("x")); err == nil {
		t.Errorf("found %q and no error", virus)
	}
	for _, bad := range []string{"", "127.0.0.1:3310", "tcp://127.0.0.1", "unix://", "http://x:1/"} {
		if _, err := clamd.New(bad); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}
