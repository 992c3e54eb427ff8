package learning

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"respons/internal/complaint"
)

// Lesson is what all decisions about one complaint teach together: one complaint, one voice, however often it was sent
// on. It counts only once the agency it was sent to has accepted it: a decision that nobody has confirmed teaches nothing,
// and one that was sent back is withdrawn.
type Lesson struct {
	Example           // the latest decision, with Agency the one that accepted and Category the one that an officer chose
	Sent    time.Time // when the case was sent to Agency, or accepted there where the router sent it
	Sender  complaint.Actor
	First   complaint.Said // what the router said at first
	People  []string       // who sent and who accepted, by id
	Group   string         // of categories: the chosen one's, else the router's
}

// Correction says that officers decided otherwise than the router first said.
func (l Lesson) Correction() bool {
	return l.Agency != l.First.Agency || l.Category != "" && l.Category != l.First.Category
}

// lessonsOf draws the lessons from examples, in order of time.
func lessonsOf(examples []Example) []Lesson {
	byComplaint := map[string][]Example{}
	for _, x := range examples {
		byComplaint[x.Complaint] = append(byComplaint[x.Complaint], x)
	}
	var out []Lesson
	for _, list := range byComplaint {
		slices.SortFunc(list, func(a, b Example) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		if l, ok := lessonOf(list); ok {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Lesson) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

func lessonOf(list []Example) (l Lesson, ok bool) {
	agency, category, confirmed := "", "", false
	for _, x := range list {
		switch x.Kind {
		case Returned:
			agency, confirmed, l.People = "", false, nil
		case Assigned, Transferred:
			agency, confirmed, l.People, l.Sender, l.Sent = x.Agency, false, []string{x.By.ID}, x.By, x.At
			if x.Category != "" {
				category = x.Category
			}
		case Accepted:
			if agency != x.Agency { // the router's own sending
				agency, l.People, l.Sender, l.Sent = x.Agency, nil, complaint.Actor{}, x.At
			}
			confirmed = true
			if !slices.Contains(l.People, x.By.ID) {
				l.People = append(l.People, x.By.ID)
			}
		}
	}
	if !confirmed {
		return l, false
	}
	l.Example, l.First = list[len(list)-1], list[0].Said
	if len(list) > 1 {
		l.weight = 1
	}
	l.Agency, l.Category = agency, category
	l.Group = groupOf(cmp.Or(category, l.Said.Category))
	return l, true
}

func groupOf(category string) string { return category[:min(3, len(category))] }

// heldBack keeps every third lesson from training, in an order that has nothing to do with when or by whom it was decided.
func heldBack(lessons []Lesson) (train, held []Lesson) {
	mixed := slices.Clone(lessons)
	slices.SortFunc(mixed, func(a, b Lesson) int {
		return cmp.Or(cmp.Compare(hash(a.Complaint), hash(b.Complaint)), cmp.Compare(a.Complaint, b.Complaint))
	})
	for i, l := range mixed {
		if i%3 == 2 {
			held = append(held, l)
		} else {
			train = append(train, l)
		}
	}
	return train, held
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
