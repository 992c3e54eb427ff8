package notify

import (
	"io/fs"
	"strconv"

	"respons/internal/table"
)

// Policy is how much people are disturbed, where they did not say otherwise. The zero Policy holds nothing back.
type Policy struct {
	Quiet       Hours // in which only danger rings
	PerHour     int   // ordinary pushes to a person within an hour; 0: as many as there are
	RingPerHour int   // pushes that ring, danger aside, within an hour; more are shown silently; 0: as many as there are
	SMSPerDay   int   // text messages to a person within a day, danger aside; 0: as many as there are
	EmailPerDay int   // e-mails to a person within a day, danger aside; 0: as many as there are
	DigestAt    int   // of the morning, minutes after midnight
	DigestAfter int   // so many gathered messages go out at once; 0: none is gathered, each goes out for itself
}

// LoadPolicy reads telling.csv and notes every mistake.
func LoadPolicy(fsys fs.FS, ms *table.Mistakes) (p Policy) {
	const file = "telling.csv"
	clock := func(into *int) func(string) string {
		return func(v string) string {
			n, err := ParseClock(v)
			if *into = n; err != nil {
				return "must be a time of day such as 22:00"
			}
			return ""
		}
	}
	count := func(into *int) func(string) string {
		return func(v string) string {
			n, err := strconv.Atoi(v)
			if *into = n; err != nil || n < 0 || n > 1000 {
				return "must be a number from 0 to 1000"
			}
			return ""
		}
	}
	settings := map[string]func(string) string{"quiet_from": clock(&p.Quiet.From), "quiet_to": clock(&p.Quiet.To),
		"ordinary_per_hour": count(&p.PerHour), "important_per_hour": count(&p.RingPerHour),
		"sms_per_day": count(&p.SMSPerDay), "email_per_day": count(&p.EmailPerDay), "digest_at": clock(&p.DigestAt), "digest_after": count(&p.DigestAfter)}
	seen := map[string]bool{}
	for _, r := range table.Read(fsys, file, []string{"name", "value"}, ms) {
		name, value := r.Need("name"), r.Need("value")
		set, known := settings[name]
		switch {
		case !known:
			r.Wrong("name", "there is no setting %q", name)
			continue
		case seen[name]:
			r.Wrong("name", "%s has a row already", name)
		}
		seen[name] = true
		if wrong := set(value); wrong != "" {
			r.Wrong("value", "%s", wrong)
		}
	}
	// The limits that came later may be left out: a folder of reference data from before goes on as it was.
	for _, name := range []string{"quiet_from", "quiet_to", "ordinary_per_hour", "digest_at", "digest_after"} {
		if !seen[name] {
			ms.Add(file, "has no %s", name)
		}
	}
	return p
}
