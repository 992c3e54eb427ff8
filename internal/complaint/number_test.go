package complaint

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryNumberIsReadBackHoweverItIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := NewNumber()
		typed := rapid.SampledFrom([]string{n, strings.ToLower(n), strings.ReplaceAll(n, "-", ""), strings.TrimPrefix(n, "RR-"),
			strings.ReplaceAll(n, "0", "O"), strings.ReplaceAll(n, "1", "l"), " " + strings.ReplaceAll(n, "-", " ")}).Draw(t, "typed")
		got, err := ParseNumber(typed)
		if err != nil || got != n {
			t.Fatalf("ParseNumber(%q) = %q, %v; want %q", typed, got, err, n)
		}
	})
}

func TestOneWrongCharacterIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := NewNumber()
		at := rapid.SampledFrom([]int{3, 4, 5, 6, 8, 9, 10, 11}).Draw(t, "position")
		wrong := alphabet[rapid.IntRange(0, 31).Draw(t, "character")]
		if n[at] == wrong {
			t.Skip("the same character")
		}
		typed := n[:at] + string(wrong) + n[at+1:]
		if got, err := ParseNumber(typed); err == nil {
			t.Fatalf("%s typed as %s was read as %s", n, typed, got)
		}
	})
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, typed := range []string{"", "RR", "RR-", "RR-7K3M", "7K3MQ2XA9", "RR-7K3M-Q2X!", "RR-7K3M-Q2X\x00", "../../etc", strings.Repeat("A", 5000), "𝟘𝟘𝟘𝟘𝟘𝟘𝟘𝟘"} {
		if got, err := ParseNumber(typed); err == nil {
			t.Errorf("%q was read as %s", typed, got)
		}
	}
}
