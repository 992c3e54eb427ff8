package sla

import (
	"testing"
	"time"

	"respons/configs"
	"respons/internal/table"
)

func shipped(t testing.TB) *Book {
	t.Helper()
	var ms table.Mistakes
	b := Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return b
}

// local reads a time as a person in Malaysia writes it.
func local(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestDueAsTheSpecificationHasIt(t *testing.T) {
	b := shipped(t)
	for _, c := range []struct {
		name, kind, target, state, start, due string
		pauses                                [][2]string
		percent                               int
	}{
		{"example: three working days in Selangor", "working_days", "3", "MY-10", "2026-01-08 10:00", "2026-01-13 17:00", nil, 100},
		{"example: three working days in Kelantan", "working_days", "3", "MY-03", "2026-01-07 10:00", "2026-01-12 17:00", nil, 100},
		{"example: Thursday closes early in Kelantan", "working_days", "1", "MY-03", "2026-01-07 23:59", "2026-01-08 15:30", nil, 100},
		{"example: fifteen working days over two holidays", "working_days", "15", "MY-10", "2026-02-13 16:00", "2026-03-10 17:00", nil, 100},
		{"example: wall clock with a pause", "wall", "PT24H", "", "2026-01-05 08:00", "2026-01-06 14:00", [][2]string{{"2026-01-05 18:00", "2026-01-06 00:00"}}, 100},

		{"the day of the start does not count, however early", "working_days", "1", "MY-10", "2026-01-08 00:00", "2026-01-09 17:00", nil, 100},
		{"a minute before midnight is still that day", "working_days", "1", "MY-10", "2026-01-08 23:59", "2026-01-09 17:00", nil, 100},
		{"the last day of the year belongs to its year", "working_days", "1", "MY-10", "2026-12-31 12:00", "2027-01-04 17:00", nil, 100},
		{"Johor worked on Sundays until the end of 2024", "working_days", "1", "MY-01", "2024-12-28 12:00", "2024-12-29 17:00", nil, 100},
		{"and rests on Sundays since 2025", "working_days", "1", "MY-01", "2025-01-04 12:00", "2025-01-06 17:00", nil, 100},
		{"a leap day is a day", "working_days", "1", "MY-10", "2028-02-28 12:00", "2028-02-29 17:00", nil, 100},
		{"an unknown state is headquarters", "working_days", "1", "MY-99", "2026-01-08 12:00", "2026-01-09 17:00", nil, 100},

		{"a close at the first instant of a pause does not count", "working_days", "1", "MY-10", "2026-01-08 10:00", "2026-01-12 17:00", [][2]string{{"2026-01-09 17:00", "2026-01-09 17:01"}}, 100},
		{"a close at the end of a pause counts", "working_days", "1", "MY-10", "2026-01-08 10:00", "2026-01-09 17:00", [][2]string{{"2026-01-09 09:00", "2026-01-09 17:00"}}, 100},
		{"a pause that begins after the close comes too late", "working_days", "1", "MY-10", "2026-01-08 10:00", "2026-01-09 17:00", [][2]string{{"2026-01-09 17:01", "2026-01-20 17:00"}}, 100},
		{"pauses that overlap count once", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 15:00", [][2]string{{"2026-01-05 10:00", "2026-01-05 12:00"}, {"2026-01-05 09:00", "2026-01-05 11:00"}}, 100},
		{"a pause that ends before it begins is none", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 12:00", [][2]string{{"2026-01-05 11:00", "2026-01-05 10:00"}}, 100},
		{"a pause from before the start counts from the start", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 13:00", [][2]string{{"2026-01-05 06:00", "2026-01-05 09:00"}}, 100},
		{"a target reached as a pause begins is reached", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 12:00", [][2]string{{"2026-01-05 12:00", "2026-01-05 20:00"}}, 100},

		{"half of three working days is the second close", "working_days", "3", "MY-10", "2026-01-08 10:00", "2026-01-12 17:00", nil, 50},
		{"a small share is at least the first close", "working_days", "3", "MY-10", "2026-01-08 10:00", "2026-01-09 17:00", nil, 1},
		{"no share at all is still the first close", "working_days", "3", "MY-10", "2026-01-08 10:00", "2026-01-09 17:00", nil, 0},
		{"twice three working days is the sixth close", "working_days", "3", "MY-10", "2026-01-08 10:00", "2026-01-16 17:00", nil, 200},
		{"80 percent of a wall target", "wall", "PT24H", "", "2026-01-05 08:00", "2026-01-06 03:12", nil, 80},
		{"150 percent of a wall target with a pause", "wall", "PT24H", "", "2026-01-05 08:00", "2026-01-06 21:00", [][2]string{{"2026-01-06 10:00", "2026-01-06 11:00"}}, 150},
		{"a morning in Malaysia is that day, though the day before in UTC", "working_days", "1", "MY-10", "2026-01-08 07:59", "2026-01-09 17:00", nil, 100},
		{"a start at exactly the close of business", "working_days", "1", "MY-10", "2026-01-08 17:00", "2026-01-09 17:00", nil, 100},
		{"a start on a rest day", "working_days", "1", "MY-10", "2026-01-10 10:00", "2026-01-12 17:00", nil, 100},
		{"the last Sunday that Johor worked is followed by the last Friday and Saturday of rest", "working_days", "5", "MY-01", "2024-12-26 12:00", "2025-01-02 17:00", nil, 100},
		{"the first Friday that Johor worked", "working_days", "1", "MY-01", "2025-01-02 12:00", "2025-01-03 17:00", nil, 100},
		{"New Year's Eve is worked, New Year's Day is not", "working_days", "2", "MY-10", "2026-12-30 12:00", "2027-01-04 17:00", nil, 100},
		{"a day that is a holiday by two rows is one day off", "working_days", "1", "MY-14", "2026-01-30 12:00", "2026-02-03 17:00", nil, 100},
		{"a holiday of another state is worked", "working_days", "1", "MY-11", "2026-02-01 12:00", "2026-02-02 17:00", nil, 100},
		{"2027 has no leap day", "working_days", "1", "MY-12", "2027-02-26 12:00", "2027-03-01 17:00", nil, 100},
		{"a year without known holidays has its weekends", "working_days", "5", "MY-03", "2029-05-02 12:00", "2029-05-09 17:00", nil, 100},
		{"a pause without length is none", "working_days", "1", "MY-10", "2026-01-08 10:00", "2026-01-09 17:00", [][2]string{{"2026-01-09 17:00", "2026-01-09 17:00"}}, 100},
		{"a pause over midnight that meets no close takes nothing", "working_days", "2", "MY-10", "2026-01-07 10:00", "2026-01-09 17:00", [][2]string{{"2026-01-08 17:01", "2026-01-09 16:59"}}, 100},
		{"pauses that touch leave no close between them", "working_days", "1", "MY-10", "2026-01-08 10:00", "2026-01-12 17:00", [][2]string{{"2026-01-09 17:00", "2026-01-09 18:00"}, {"2026-01-09 08:00", "2026-01-09 17:00"}}, 100},
		{"a pause within another adds nothing", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 16:00", [][2]string{{"2026-01-05 09:00", "2026-01-05 13:00"}, {"2026-01-05 10:00", "2026-01-05 11:00"}}, 100},
		{"a pause that ended before the start is none", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 12:00", [][2]string{{"2026-01-05 06:00", "2026-01-05 08:00"}}, 100},
		{"a minute more, and the pause is met", "wall", "PT4H1M", "", "2026-01-05 08:00", "2026-01-05 20:01", [][2]string{{"2026-01-05 12:00", "2026-01-05 20:00"}}, 100},
		{"200 percent of a wall target goes on counting after two pauses", "wall", "PT4H", "", "2026-01-05 08:00", "2026-01-05 18:00", [][2]string{{"2026-01-05 13:00", "2026-01-05 14:00"}, {"2026-01-05 09:00", "2026-01-05 10:00"}}, 200},
		{"half of fifteen working days is the eighth close", "working_days", "15", "MY-10", "2026-03-30 10:00", "2026-04-09 17:00", nil, 50},
		{"a target of nothing is reached at once", "wall", "PT0S", "", "2026-01-05 08:00", "2026-01-05 08:00", nil, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			target, err := ParseTarget(c.kind, c.target)
			if err != nil {
				t.Fatal(err)
			}
			var pauses []Pause
			for _, p := range c.pauses {
				pauses = append(pauses, Pause{From: local(t, p[0]), To: local(t, p[1])})
			}
			due, ok := b.Due(target, c.state, local(t, c.start), pauses, c.percent)
			if want := local(t, c.due); !ok || !due.Equal(want) {
				t.Errorf("due %s, %v; want %s", due.In(zone).Format("Mon 2006-01-02 15:04"), ok, want.In(zone).Format("Mon 2006-01-02 15:04"))
			}
			if x := b.Explain(target, c.state, local(t, c.start), pauses, c.percent); !x.Due.Equal(due) || x.OK != ok {
				t.Errorf("the explanation says %s, %v", x.Due, x.OK)
			}
		})
	}
}

func TestAPauseThatLastsLeavesNoDueTime(t *testing.T) {
	b := shipped(t)
	pause := []Pause{{From: local(t, "2026-01-05 09:00")}}
	for _, target := range []Target{{Kind: Wall, Wall: 24 * time.Hour}, {Kind: WorkingDays, Days: 3}} {
		if due, ok := b.Due(target, "MY-10", local(t, "2026-01-05 08:00"), pause, 100); ok || !due.IsZero() {
			t.Errorf("%s: due %s", target.Kind, due)
		}
	}
	if _, ok := b.Due(Target{}, "MY-10", local(t, "2026-01-05 08:00"), nil, 100); ok {
		t.Error("a target that is none has a due time")
	}
}

func TestAShareOfAWallTargetIsExactAndStaysWithinADuration(t *testing.T) {
	const most = 1<<63 - 1
	for _, c := range []struct {
		name    string
		wall    time.Duration
		percent int
		want    time.Duration
	}{
		{"all of it", 1234567891, 100, 1234567891},
		{"a hundredth of a second", time.Second, 1, 10 * time.Millisecond},
		{"nothing", time.Hour, 0, 0},
		{"below nothing", time.Hour, -50, 0},
		{"a hundred times ten years", maxWall, 10000, most},
	} {
		if got := share(c.wall, c.percent); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func BenchmarkDue60WorkingDays(b *testing.B) {
	book := shipped(b)
	start := local(b, "2026-01-08 10:00")
	target := Target{Kind: WorkingDays, Days: 60}
	b.ReportAllocs()
	for b.Loop() {
		book.Due(target, "MY-10", start, nil, 100)
	}
}
