package complaint

import "testing"

// Whatever somebody types as a number, it is read as one that was drawn or refused, and what is read reads again alike.
func FuzzParseNumber(f *testing.F) {
	for _, typed := range []string{NewNumber(), "rr 7k3m q2xa", "RR-7K3M-Q2X", "", "RR-ÅÅÅÅ-ÅÅÅÅ", "RR--------", "RR-OIL0-1111", "\xff\xfe"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		n, err := ParseNumber(typed)
		if err != nil {
			return
		}
		if again, err := ParseNumber(n); err != nil || again != n {
			t.Errorf("%q is read as %q, which is read as %q, %v", typed, n, again, err)
		}
	})
}
