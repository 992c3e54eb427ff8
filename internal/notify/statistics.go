package notify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/sla"
)

// Line is what came of the messages of one channel, platform and event.
type Line struct {
	Channel         Channel
	Platform        string // of pushes: android, ios or web
	Event           string
	Accepted        int64
	Opened          int64            // as apps and pages say; nobody tells of e-mails and text messages
	Failed, Dropped map[string]int64 // by cause
	Within          []int64          // opened within each of OpenedWithin but not sooner, and last those that took longer
	ToOpen          time.Duration    // the sum of the times from acceptance to opening
}

// Of sums up the messages made on the days in Malaysia from first to last, this process's latest included, by channel,
// platform and event. It reads a small document for each day.
func (y *Tally) Of(ctx context.Context, first, last sla.Date) ([]*Line, error) {
	if err := y.Flush(ctx); err != nil {
		return nil, err
	}
	lines := map[string]*Line{}
	for day := first; day <= last; day++ {
		counts, err := y.Engine.Counters(ctx, tallyOf(day))
		if err != nil {
			return nil, fmt.Errorf("counts of messages: %w", err)
		}
		for name, n := range counts {
			parts := strings.SplitN(name, "/", 4)
			if len(parts) < 4 {
				continue
			}
			key := strings.TrimSuffix(name, parts[3])
			if lines[key] == nil {
				lines[key] = &Line{Channel: Channel(parts[0]), Platform: parts[1], Event: parts[2], Failed: map[string]int64{},
					Dropped: map[string]int64{}, Within: make([]int64, len(OpenedWithin)+1)}
			}
			lines[key].add(parts[3], n)
		}
	}
	var out []*Line
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		out = append(out, lines[key])
	}
	return out, nil
}

func (l *Line) add(what string, n int64) {
	switch why, failed := strings.CutPrefix(what, countFailed); {
	case failed:
		l.Failed[why] += n
	case strings.HasPrefix(what, countDropped):
		l.Dropped[strings.TrimPrefix(what, countDropped)] += n
	case what == countAccepted:
		l.Accepted += n
	case what == countOpened:
		l.Opened += n
	case what == countSeconds:
		l.ToOpen += time.Duration(n) * time.Second
	default:
		i, err := strconv.Atoi(strings.TrimPrefix(what, countWithin))
		if err == nil && i >= 0 && i < len(l.Within) {
			l.Within[i] += n
		}
	}
}
