package report

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Load is how many complaints are open and how they stand.
type Load struct {
	Code      string // of an agency, category, … ; of officers Nobody for what nobody has
	Open      int64
	Overdue   int64 // a deadline that runs has passed
	DueToday  int64 // it passes later today
	Predicted int64 // foreseen to be late, and not late yet
}

// Live is how the open complaints of a branch stand by now.
type Live struct {
	All        Load
	Agencies   []Load
	Categories []Load
	Districts  []Load
	Classes    []Load
	States     []Load
	Officers   []Load  // of an agency itself; none of a branch with agencies below it
	Ages       []int64 // by the classes of Ages
}

// Ages are the upper ends of the classes of age, in days since the day of receipt; the last class has none.
var Ages = []int{0, 1, 3, 7, 14, 30, 60, 90}

// Live reads how the open complaints of a branch stand. It is a few seconds old.
func (b *Book) Live(ctx context.Context, branch string) (*Live, error) {
	now, err := b.sums(ctx, nowID(branch))
	if err != nil {
		return nil, err
	}
	s := now.sums
	l := &Live{All: loadOf(s, "", ""), Agencies: loads(s, byAgency), Categories: loads(s, byCategory), Districts: loads(s, byDistrict),
		Classes: loads(s, byClass), States: loads(s, byState), Officers: loads(s, byOfficer), Ages: make([]int64, len(Ages)+1)}
	today := dayOf(b.Now(), b.Zone)
	for name, n := range s {
		day, ok := strings.CutPrefix(name, since)
		if !ok {
			continue
		}
		if at, err := time.ParseInLocation(time.DateOnly, day, b.Zone); err == nil {
			l.Ages[ageClass(int(today.Sub(at).Hours()/24))] += n
		}
	}
	return l, nil
}

func ageClass(days int) int {
	i := 0
	for i < len(Ages) && days > Ages[i] {
		i++
	}
	return i
}

func loads(s Sums, letter string) (out []Load) {
	list := codes(s, letter, open)
	slices.Sort(list)
	for _, code := range list {
		out = append(out, loadOf(s, prefix(letter, code), code))
	}
	return out
}

func loadOf(s Sums, prefix, code string) Load {
	return Load{code, s[prefix+open], s[prefix+overdue], s[prefix+dueToday], s[prefix+predicted]}
}
