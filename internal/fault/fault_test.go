package fault

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestKindIsFoundThroughWrappers(t *testing.T) {
	err := fmt.Errorf("accept 01J: %w", Wrap(Conflict, io.ErrUnexpectedEOF, "cannot %s", "accept"))
	if !errors.Is(err, Conflict) || errors.Is(err, NotFound) || KindOf(err) != Conflict {
		t.Errorf("kind of %v is %q", err, KindOf(err))
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause got lost")
	}
	if got, want := err.Error(), "accept 01J: conflict: cannot accept: unexpected EOF"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if KindOf(io.EOF) != "" {
		t.Error("a plain error has a kind")
	}
}
