package holiday_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/holiday"
)

func TestWhatCannotBeDeclaredIsRefused(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		p := c.begin(t)
		p.declare(t, "MY-10", "MY-11")
		keyed := administrator
		keyed.Request = complaint.NewRequest("k", "admin", "first")
		first, err := p.Declare(t.Context(), monday("MY-03"), keyed)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := p.Declare(t.Context(), monday("MY-03"), keyed); err != nil || again.ID != first.ID {
			t.Errorf("the repeat: %s after %s, %v", again.ID, first.ID, err)
		}
		keyed.Request = complaint.NewRequest("k", "admin", "second")
		with := func(change func(*holiday.Draft)) holiday.Draft {
			d := monday("MY-01")
			change(&d)
			return d
		}
		for _, r := range []struct {
			name  string
			draft holiday.Draft
			by    complaint.By
			kind  fault.Kind
			says  string
		}{
			{"by an officer", monday("MY-01"), complaint.By{Actor: complaint.Actor{Role: complaint.Supervisor}}, fault.Forbidden, "only an administrator"},
			{"the day is taken in one of the states", monday("MY-09", "MY-11"), administrator, fault.Conflict, "2026-01-12 is a holiday (Cuti Banjir) in [MY-10 MY-11] already"},
			{"the day is taken in some state", monday("*"), administrator, fault.Conflict, "already"},
			{"another body under the same key", monday("MY-01"), keyed, fault.Mismatch, "Idempotency-Key"},
			{"no states", monday(), administrator, fault.Invalid, "states must name states"},
			{"a state that is none", monday("MY-17"), administrator, fault.Invalid, `"MY-17" is none of MY-01 to MY-16`},
			{"long ago", with(func(d *holiday.Draft) { d.Date -= 40 }), administrator, fault.Invalid, "date must lie between 2025-12-08 and 2028-01-10"},
			{"far ahead", with(func(d *holiday.Draft) { d.Date += 740 }), administrator, fault.Invalid, "date must lie between"},
			{"without a name", with(func(d *holiday.Draft) { d.NameEN = " " }), administrator, fault.Invalid, "name_en must not be empty"},
			{"a name that no screen has room for", with(func(d *holiday.Draft) { d.NameMS = strings.Repeat("a", 61) }), administrator, fault.Invalid, "name_ms has 61 characters"},
		} {
			if _, err := p.Declare(t.Context(), r.draft, r.by); !errors.Is(err, r.kind) || !strings.Contains(fmt.Sprint(err), r.says) {
				t.Errorf("%s: %v", r.name, err)
			}
		}
		if _, err := p.Withdraw(t.Context(), "nonsense", administrator.Actor); !errors.Is(err, fault.NotFound) {
			t.Errorf("withdraw what is not there: %v", err)
		}
		if list, err := p.All(t.Context()); err != nil || len(list) != 2 {
			t.Errorf("%d holidays, %v", len(list), err)
		}
	})
}
