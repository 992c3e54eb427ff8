package learning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// When a rise of wrong sendings is an alarm: the last seven days beside the eight weeks before them.
const (
	driftRecent = 7    // days
	driftBefore = 56   // days
	driftLeast  = 20   // sendings in the recent days; of fewer nothing is said
	driftOwn    = 50   // sendings in the earlier weeks; with fewer the whole system's earlier rate stands in
	driftLevel  = 0.01 // of Fisher's exact test, for all agencies and languages looked at together (Bonferroni)
	driftPoints = 0.05 // and the rate must have risen by as much: a rise nobody would notice is no alarm
)

// Rate is how often the router's own sendings to an agency, or of texts in a language, were wrong: returned, or handed on
// after they were accepted.
type Rate struct {
	Of          string  `json:"of"`   // agency or lang
	Name        string  `json:"name"` // code of it
	Recent      int     `json:"recent" doc:"Sent in the last seven days"`
	RecentWrong int     `json:"recent_wrong"`
	Earlier     int     `json:"earlier" doc:"Sent in the eight weeks before; of the whole system where the own ones are too few"`
	EarlierBad  int     `json:"earlier_wrong"`
	P           float64 `json:"p" doc:"Probability of so many wrong ones by chance"`
	Alarm       bool    `json:"alarm"`
}

// Share gives the recent share of wrong sendings, from 0 to 1.
func (r Rate) Share() float64 { return share(r.RecentWrong, r.Recent) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func dayID(day time.Time) string { return "routing:" + day.Format(time.DateOnly) }

// count counts a decision about what the router sent alone, on its day. It is called once for each example; a crash
// between the two loses one count of a rate, which nothing but the alarm reads.
func (n Notebook) count(ctx context.Context, x Example) error {
	if !x.Alone || x.From == "" {
		return nil
	}
	by := map[string]int64{}
	for _, key := range []string{"agency/" + x.From, "lang/" + x.Lang, "all/"} {
		if x.Kind != Transferred { // that was counted when it was accepted
			by[key+"/sent"]++
		}
		if x.Kind != Accepted {
			by[key+"/wrong"]++
		}
	}
	if err := n.Engine.Increment(ctx, dayID(x.At.In(n.Zone)), by); err != nil {
		return fmt.Errorf("count what the router sent: %w", err)
	}
	return nil
}

type counted struct{ sent, wrong int }

// Rates gives every agency and language with recent sendings, alarms first, then by how unlikely the rise is.
func (n Notebook) Rates(ctx context.Context, now time.Time) ([]Rate, error) {
	recent, earlier := map[string]counted{}, map[string]counted{}
	today := now.In(n.Zone)
	for back := range driftRecent + driftBefore {
		day, err := n.Engine.Counters(ctx, dayID(today.AddDate(0, 0, -back)))
		if err != nil {
			return nil, fmt.Errorf("read counts: %w", err)
		}
		into := recent
		if back >= driftRecent {
			into = earlier
		}
		for name, v := range day {
			at := strings.LastIndexByte(name, '/')
			c := into[name[:at]]
			if name[at+1:] == "wrong" {
				c.wrong += int(v)
			} else {
				c.sent += int(v)
			}
			into[name[:at]] = c
		}
	}
	return rates(recent, earlier), nil
}

func rates(recent, earlier map[string]counted) []Rate {
	looked := 0
	for key, c := range recent {
		if c.sent >= driftLeast && !strings.HasPrefix(key, "all/") {
			looked++
		}
	}
	var out []Rate
	for key, c := range recent {
		of, name, _ := strings.Cut(key, "/")
		if of == "all" {
			continue
		}
		before := earlier[key]
		if before.sent < driftOwn {
			before = earlier["all/"]
		}
		c.wrong = min(c.wrong, c.sent) // a case may be accepted in one week and handed on in the next
		before.wrong = min(before.wrong, before.sent)
		r := Rate{Of: of, Name: name, Recent: c.sent, RecentWrong: c.wrong, Earlier: before.sent, EarlierBad: before.wrong, P: 1}
		if c.sent >= driftLeast && before.sent >= driftOwn {
			r.P = morePerhapsByChance(c.wrong, c.sent, before.wrong, before.sent)
			r.Alarm = r.P <= driftLevel/float64(looked) && share(c.wrong, c.sent) >= share(before.wrong, before.sent)+driftPoints
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Rate) int {
		if a.Alarm != b.Alarm {
			if a.Alarm {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Name, b.Name))
	})
	return out
}
