package sla

import (
	"slices"
	"strings"
	"testing"

	"respons/internal/table"
)

func dateOf(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWorkingDaysSayWhyTheyAreNone(t *testing.T) {
	b := shipped(t)
	for _, c := range []struct {
		name, state, date, closes string
		why                       []string
	}{
		{"a Monday in Selangor", "MY-10", "2026-01-05", "17:00", nil},
		{"a Thursday in Kedah closes early", "MY-02", "2026-01-08", "15:30", nil},
		{"a Saturday in Selangor", "MY-10", "2026-01-10", "", []string{"weekly rest day"}},
		{"a Friday in Kelantan", "MY-03", "2026-01-09", "", []string{"weekly rest day"}},
		{"a Sunday in Kelantan", "MY-03", "2026-01-11", "17:00", nil},
		{"the last day of Johor's old weekend", "MY-01", "2024-12-28", "", []string{"weekly rest day"}},
		{"the last Sunday Johor worked", "MY-01", "2024-12-29", "17:00", nil},
		{"the day before Johor's weekend changed", "MY-01", "2024-12-31", "17:00", nil},
		{"the first Friday Johor worked", "MY-01", "2025-01-03", "17:00", nil},
		{"the first Sunday Johor rested", "MY-01", "2025-01-05", "", []string{"weekly rest day"}},
		{"a holiday of every state", "MY-13", "2026-08-31", "", []string{"holiday: National Day"}},
		{"a holiday on a rest day", "MY-10", "2026-03-07", "", []string{"weekly rest day", "holiday: Nuzul Al-Quran Day"}},
		{"two holidays on one day", "MY-14", "2026-02-02", "", []string{"holiday: Thaipusam (replacement)", "holiday: Federal Territory Day (replacement)"}},
		{"a day that may yet move", "MY-10", "2027-03-10", "", []string{"holiday: Hari Raya Aidilfitri, not confirmed"}},
		{"a holiday of another state", "MY-10", "2026-07-07", "17:00", nil},
		{"no state at all is headquarters", "", "2026-02-02", "", []string{"holiday: Thaipusam (replacement)", "holiday: Federal Territory Day (replacement)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, why, closes := b.WorkingDay(c.state, dateOf(t, c.date))
			var en []string
			for _, r := range why {
				en = append(en, r.EN)
				if r.MS == "" {
					t.Errorf("%q has no Malay", r.EN)
				}
			}
			if ok != (c.closes != "") || !slices.Equal(en, c.why) {
				t.Errorf("%v, %q; want %q", ok, en, c.why)
			}
			if ok && !closes.Equal(local(t, c.date+" "+c.closes)) {
				t.Errorf("closes at %s", closes)
			}
		})
	}
}

func TestAHolidayDeclaredAtShortNoticeIsInTheNewBookOnly(t *testing.T) {
	old, d := shipped(t), dateOf(t, "2026-08-31")
	add := func(b *Book, name string) *Book {
		return b.With(Holiday{Date: d, States: []string{"MY-10", "MY-99"}, NameMS: name, NameEN: name, Kind: "adhoc"},
			Holiday{Date: d + 1, States: []string{"*", "MY-10"}, NameMS: name, NameEN: name, Kind: "adhoc"})
	}
	one, other := add(old, "one"), add(old, "other")
	names := func(b *Book, state string, d Date) (out []string) {
		_, why, _ := b.WorkingDay(state, d)
		for _, r := range why {
			out = append(out, r.EN)
		}
		return out
	}
	for _, c := range []struct {
		name  string
		book  *Book
		state string
		date  Date
		want  []string
	}{
		{"the old book", old, "MY-10", d, []string{"holiday: National Day"}},
		{"the old book the day after", old, "MY-10", d + 1, nil},
		{"one book beside the other", one, "MY-10", d, []string{"holiday: National Day", "holiday: one"}},
		{"the other book", other, "MY-10", d, []string{"holiday: National Day", "holiday: other"}},
		{"a state that is not named", other, "MY-11", d, []string{"holiday: National Day"}},
		{"all states", other, "MY-11", d + 1, []string{"holiday: other"}},
		{"all states and one of them again", other, "MY-10", d + 1, []string{"holiday: other"}},
	} {
		if got := names(c.book, c.state, c.date); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	target, start := Target{Kind: WorkingDays, Days: 1}, local(t, "2026-08-31 10:00")
	if due, _ := one.Due(target, "MY-10", start, nil, 100); !due.Equal(local(t, "2026-09-02 17:00")) {
		t.Errorf("due %s", due)
	}
}

func TestBooksMadeFromOneBookDoNotShareTheirDays(t *testing.T) {
	d := dateOf(t, "2026-08-31")
	named := func(name string) Holiday { return Holiday{Date: d, States: []string{"*"}, NameMS: name, NameEN: name} }
	base := shipped(t).With(named("a"), named("b")) // three on one day, which leaves room behind them in memory
	one, other := base.With(named("one")), base.With(named("other"))
	for book, want := range map[*Book]string{one: "holiday: one", other: "holiday: other"} {
		if _, why, _ := book.WorkingDay("MY-10", d); len(why) != 4 || why[3].EN != want {
			t.Errorf("%v, want %s at the end", why, want)
		}
	}
}

func TestAWeekendBeginsOnItsFirstDay(t *testing.T) {
	weekends := strings.Replace(string(changed(t, nil)["weekends.csv"].Data), "MY-10,2014-01-01,,Sat;Sun",
		"MY-10,2014-01-01,2026-01-03,Fri;Sat\nMY-10,2026-01-04,,Sat;Sun", 1)
	var ms table.Mistakes
	b := Load(changed(t, map[string]string{"weekends.csv": weekends}), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]bool{"2025-12-28": true, "2026-01-02": false, "2026-01-03": false, "2026-01-04": false, "2026-01-09": true,
		"2013-12-29": true, "2013-12-27": false} {
		if ok, _, _ := b.WorkingDay("MY-10", dateOf(t, date)); ok != want {
			t.Errorf("%s: working day %v, want %v", date, ok, want)
		}
	}
}

func TestTheOfficeStateIsTheAgencysThenThePlacesThenHeadquarters(t *testing.T) {
	for _, c := range []struct {
		agency      []string
		place, want string
	}{{[]string{"MY-03"}, "MY-10", "MY-03"}, {[]string{"MY-03"}, "", "MY-03"}, {nil, "MY-10", "MY-10"},
		{[]string{"MY-10", "MY-14"}, "MY-14", "MY-14"}, {[]string{"MY-10", "MY-14"}, "", "MY-16"}, {nil, "", "MY-16"}} {
		if got := OfficeState(c.agency, c.place); got != c.want {
			t.Errorf("%v, %q: %s, want %s", c.agency, c.place, got, c.want)
		}
	}
}

func TestDatesAreDaysInMalaysia(t *testing.T) {
	for at, want := range map[string]string{"2026-01-01 00:00": "2026-01-01", "2025-12-31 23:59": "2025-12-31", "2028-02-29 12:00": "2028-02-29",
		"1969-12-31 23:59": "1969-12-31", "1970-01-01 00:00": "1970-01-01"} {
		d := DateOf(local(t, at))
		text, _ := d.MarshalText()
		var back Date
		if err := back.UnmarshalText(text); string(text) != want || back != d || err != nil {
			t.Errorf("%s is %s, read back %s, %v", at, text, back, err)
		}
		if got, want := d.weekday(), local(t, at).In(zone).Weekday(); got != want {
			t.Errorf("%s is a %s, want %s", at, got, want)
		}
	}
	for _, bad := range []string{"", "2026-02-29", "2026-1-1", "31/12/2026", "2026-13-01"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
}

func TestEveryStateHasAName(t *testing.T) {
	for _, s := range States {
		if stateNames[s] == "" {
			t.Errorf("%s has none", s)
		}
	}
	if len(stateNames) != len(States) {
		t.Errorf("%d names for %d states", len(stateNames), len(States))
	}
}
