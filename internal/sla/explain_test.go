package sla

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"respons/internal/reason"
)

func TestAnExplanationIsASentence(t *testing.T) {
	b := shipped(t)
	asked := reason.Reason{MS: "menunggu jawapan pengadu", EN: "waiting for the citizen's answer"}
	granted := reason.Reason{MS: "tempoh dilanjutkan", EN: "extension granted"}
	for _, c := range []struct {
		name, state, start string
		target             Target
		pauses             []Pause
		percent            int
		en, ms             string
	}{
		{"working days with rest days and holidays", "MY-10", "2026-02-13 16:00", Target{Kind: WorkingDays, Days: 3}, nil, 100,
			"Due Fri 20 Feb 2026 17:00: 3 working days (Selangor) after Fri 13 Feb 2026 16:00; counted: Mon 16 Feb 2026, Thu 19 Feb 2026 – Fri 20 Feb 2026; " +
				"not counted: Sat 14 Feb 2026 – Sun 15 Feb 2026 (weekly rest day), Tue 17 Feb 2026 (holiday: Chinese New Year), Wed 18 Feb 2026 (holiday: Chinese New Year (second day)).",
			"Tarikh akhir Jumaat 20 Feb 2026 17:00: 3 hari bekerja (Selangor) selepas Jumaat 13 Feb 2026 16:00; dikira: Isnin 16 Feb 2026, Khamis 19 Feb 2026 – Jumaat 20 Feb 2026; " +
				"tidak dikira: Sabtu 14 Feb 2026 – Ahad 15 Feb 2026 (hari rehat mingguan), Selasa 17 Feb 2026 (cuti: Tahun Baharu Cina), Rabu 18 Feb 2026 (cuti: Tahun Baharu Cina (Hari Kedua))."},
		{"a wall clock with pauses that touch, each with its reason", "", "2026-01-05 08:00", Target{Kind: Wall, Wall: 90 * time.Minute},
			[]Pause{{From: local(t, "2026-01-05 10:00"), To: local(t, "2026-01-05 11:00"), Why: granted}, {From: local(t, "2026-01-05 09:00"), To: local(t, "2026-01-05 10:00"), Why: asked}}, 100,
			"Due Mon 5 Jan 2026 11:30: 1 hour 30 minutes, day and night, since Mon 5 Jan 2026 08:00; not counted: " +
				"Mon 5 Jan 2026 09:00 – Mon 5 Jan 2026 10:00 (waiting for the citizen's answer), Mon 5 Jan 2026 10:00 – Mon 5 Jan 2026 11:00 (extension granted).",
			"Tarikh akhir Isnin 5 Jan 2026 11:30: 1 jam 30 minit siang dan malam sejak Isnin 5 Jan 2026 08:00; tidak dikira: " +
				"Isnin 5 Jan 2026 09:00 – Isnin 5 Jan 2026 10:00 (menunggu jawapan pengadu), Isnin 5 Jan 2026 10:00 – Isnin 5 Jan 2026 11:00 (tempoh dilanjutkan)."},
		{"a threshold of one working day in a year not known yet", "MY-03", "2031-08-30 12:00", Target{Kind: WorkingDays, Days: 1}, nil, 50,
			"Reached Sun 31 Aug 2031 17:00: 50% of 1 working day (Kelantan) after Sat 30 Aug 2031 12:00; counted: Sun 31 Aug 2031; note: the holidays of 2031 are not known yet.",
			"Dicapai Ahad 31 Ogos 2031 17:00: 50% daripada 1 hari bekerja (Kelantan) selepas Sabtu 30 Ogos 2031 12:00; dikira: Ahad 31 Ogos 2031; perhatian: cuti umum tahun 2031 belum diketahui."},
		{"a pause that lasts", "MY-10", "2026-01-05 08:00", Target{Kind: Wall, Wall: 24 * time.Hour}, []Pause{{From: local(t, "2026-01-05 09:00")}}, 100,
			"No due time while the clock is paused: 24 hours, day and night, since Mon 5 Jan 2026 08:00; not counted: Mon 5 Jan 2026 09:00 – now (the clock was paused).",
			"Tiada tarikh akhir selagi jam dihentikan: 24 jam siang dan malam sejak Isnin 5 Jan 2026 08:00; tidak dikira: Isnin 5 Jan 2026 09:00 – kini (jam dihentikan sementara)."},
		{"a pause that lasts and began after the target was reached", "MY-10", "2026-01-05 08:00", Target{Kind: WorkingDays, Days: 1}, []Pause{{From: local(t, "2026-01-07 09:00"), Why: asked}}, 100,
			"No due time while the clock is paused: 1 working day (Selangor) after Mon 5 Jan 2026 08:00; counted: Tue 6 Jan 2026; not counted: Wed 7 Jan 2026 09:00 – now (waiting for the citizen's answer).",
			"Tiada tarikh akhir selagi jam dihentikan: 1 hari bekerja (Selangor) selepas Isnin 5 Jan 2026 08:00; dikira: Selasa 6 Jan 2026; tidak dikira: Rabu 7 Jan 2026 09:00 – kini (menunggu jawapan pengadu)."},
		{"a close within a pause", "MY-10", "2026-01-05 08:00", Target{Kind: WorkingDays, Days: 1}, []Pause{{From: local(t, "2026-01-06 09:00"), To: local(t, "2026-01-06 18:00"), Why: asked}}, 100,
			"Due Wed 7 Jan 2026 17:00: 1 working day (Selangor) after Mon 5 Jan 2026 08:00; counted: Wed 7 Jan 2026; not counted: Tue 6 Jan 2026 (waiting for the citizen's answer).",
			"Tarikh akhir Rabu 7 Jan 2026 17:00: 1 hari bekerja (Selangor) selepas Isnin 5 Jan 2026 08:00; dikira: Rabu 7 Jan 2026; tidak dikira: Selasa 6 Jan 2026 (menunggu jawapan pengadu)."},
		{"at once", "", "2026-01-05 08:00", Target{Kind: Wall}, nil, 100,
			"Due Mon 5 Jan 2026 08:00: 0 hours, day and night, since Mon 5 Jan 2026 08:00.", "Tarikh akhir Isnin 5 Jan 2026 08:00: 0 jam siang dan malam sejak Isnin 5 Jan 2026 08:00."},
		{"no such clock", "", "2026-01-05 08:00", Target{}, nil, 100, "This clock does not run for this class.", "Jam ini tidak berjalan bagi kelas ini."},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := b.Explain(c.target, c.state, local(t, c.start), c.pauses, c.percent)
			if diff := cmp.Diff(c.en, x.Sentence("en")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.ms, x.Sentence("ms")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnExplanationIsJSONWithoutEmptyTimes(t *testing.T) {
	x := shipped(t).Explain(Target{Kind: WorkingDays, Days: 1}, "", local(t, "2026-01-31 10:00"), nil, 100)
	got, err := json.MarshalIndent(x, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "start": "2026-01-31T02:00:00Z",
 "state": "MY-16",
 "target": {
  "kind": "working_days",
  "days": 1
 },
 "percent": 100,
 "due": "2026-02-03T09:00:00Z",
 "ok": true,
 "steps": [
  {
   "date": "2026-02-01",
   "counted": false,
   "why": {
    "ms": "hari rehat mingguan; cuti: Hari Thaipusam; cuti: Hari Wilayah Persekutuan",
    "en": "weekly rest day; holiday: Thaipusam; holiday: Federal Territory Day"
   }
  },
  {
   "date": "2026-02-02",
   "counted": false,
   "why": {
    "ms": "cuti: Cuti Ganti Hari Thaipusam; cuti: Cuti Ganti Hari Wilayah Persekutuan",
    "en": "holiday: Thaipusam (replacement); holiday: Federal Territory Day (replacement)"
   }
  },
  {
   "date": "2026-02-03",
   "close": "2026-02-03T09:00:00Z",
   "counted": true,
   "n": 1
  }
 ]
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
