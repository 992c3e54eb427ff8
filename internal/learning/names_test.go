package learning

import (
	"fmt"
	"slices"
	"testing"

	"respons/internal/complaint"
	"respons/internal/routing"
)

// group makes n lessons with a text each, sent on from one agency to another by several people.
func group(n int, text, from, to, state, district string) (out []Lesson) {
	for i := range n {
		out = append(out, Lesson{Group: "JLN", First: complaint.Said{Agency: from, Category: "JLN01"}, People: []string{fmt.Sprint("p", i%3), "taker"},
			Example: Example{ID: fmt.Sprint(text, to, district, i), Complaint: fmt.Sprint(text, to, district, i), Agency: to, Text: text,
				Found: routing.Place{State: state, District: district}}})
	}
	return out
}

func nothingOrdinary(string) bool { return false }

func learnt(lessons ...[]Lesson) (out []string) {
	for _, n := range learnNames(slices.Concat(lessons...), nil, nothingOrdinary) {
		out = append(out, fmt.Sprintf("%s %s/%s %s %d/%d", n.Phrase, n.State, n.District, n.Agency, n.Right, n.Seen))
	}
	return out
}

func TestANameIsLearntOnlyFromEnoughThatAgree(t *testing.T) {
	const road = "jalan seri wawasan"
	others := group(40, "jalan lama rosak", "MBPJ", "MBPJ", "MY-10", "Petaling") // what the council does in the same district
	onePerson := group(30, road, "MBPJ", "JKR", "MY-10", "Petaling")
	for i := range onePerson {
		onePerson[i].People = []string{"ali"}
	}
	part := group(2, road, "MBPJ", "MBPJ", "MY-10", "Petaling") // two of two hundred that the council accepted
	for i := range part {
		part[i].weight = 100
	}
	partInFavour := group(1, road, "JKR", "JKR", "MY-10", "Petaling")
	partInFavour[0].weight = 100
	for _, c := range []struct {
		name    string
		lessons [][]Lesson
		want    []string
	}{
		{"thirty corrections", [][]Lesson{others, group(30, road, "MBPJ", "JKR", "MY-10", "Petaling")}, []string{road + " MY-10/Petaling JKR 30/30"}},
		{"nine corrections beside the council's own", [][]Lesson{others, group(9, road, "MBPJ", "JKR", "MY-10", "Petaling")}, []string{road + " MY-10/Petaling JKR 9/9"}},
		{"eight are too few", [][]Lesson{others, group(8, road, "MBPJ", "JKR", "MY-10", "Petaling")}, nil},
		{"three wrong ones", [][]Lesson{others, group(3, road, "MBPJ", "JKR", "MY-10", "Petaling")}, nil},
		{"thirty that contradict one another", [][]Lesson{others, group(15, road, "MBPJ", "JKR", "MY-10", "Petaling"), group(15, road, "MBPJ", "LLM", "MY-10", "Petaling")}, nil},
		{"a few wrong ones among thousands that were right", [][]Lesson{others, group(300, road, "MBPJ", "MBPJ", "MY-10", "Petaling"), group(20, road, "MBPJ", "JKR", "MY-10", "Petaling")}, nil},
		{"a few that went elsewhere do not keep it out", [][]Lesson{others, group(33, road, "MBPJ", "JKR", "MY-10", "Petaling"), group(2, road, "MBPJ", "MBPJ", "MY-10", "Petaling")},
			[]string{road + " MY-10/Petaling JKR 33/35"}},
		{"beside many that agreed, read in part", [][]Lesson{others, group(30, road, "MBPJ", "JKR", "MY-10", "Petaling"), part}, nil},
		{"few, and one that stands for many in favour", [][]Lesson{others, group(7, road, "MBPJ", "JKR", "MY-10", "Petaling"), partInFavour}, nil},
		{"all by one person", [][]Lesson{others, onePerson}, nil},
		{"where everything goes there anyway", [][]Lesson{group(200, "longkang pecah besar", "JKR", "JKR", "MY-10", "Petaling"), group(30, road, "MBPJ", "JKR", "MY-10", "Petaling")}, nil},
		{"what the router knew already", [][]Lesson{others, group(30, road, "JKR", "JKR", "MY-10", "Petaling")}, nil},
	} {
		if got := learnt(c.lessons...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestANameHoldsWhereItWasSeen(t *testing.T) {
	const road = "jalan merdeka baharu"
	var lessons []Lesson
	for i, district := range []string{"Petaling", "Klang", "Gombak"} {
		lessons = append(lessons, group(40, "jalan lama rosak", "MBPJ", "MBPJ", "MY-10", district)...)
		if i < 2 {
			lessons = append(lessons, group(12, road, "MBPJ", "JKR", "MY-10", district)...)
		}
	}
	if got := learnt(lessons); len(got) != 2 {
		t.Errorf("in two districts: %q", got)
	}
	lessons = append(lessons, group(12, road, "MBPJ", "JKR", "MY-10", "Gombak")...)
	if got := learnt(lessons); len(got) != 4 || got[0] != road+" MY-10/ JKR 36/36" {
		t.Errorf("in three districts it holds in the state as well: %q", got)
	}
}

func TestEverydayWordsAreNoNames(t *testing.T) {
	texts := []string{"jalan rosak depan rumah", "jalan rosak lagi", "jalan rosak teruk", "Jalan Kapar batu 4"}
	ordinary := ordinaryIn(texts)
	for phrase, want := range map[string]bool{"jalan rosak": true, "jalan kapar": false, "jalan wawasan": false, "rosak": true, "teruk": true, "wawasan": false} {
		if ordinary(phrase) != want {
			t.Errorf("%q ordinary: %v", phrase, !want)
		}
	}
	lessons := append(group(40, "longkang lama", "MBPJ", "MBPJ", "MY-10", "Petaling"), group(30, "jalan rosak", "MBPJ", "JKR", "MY-10", "Petaling")...)
	if got := learnNames(lessons, nil, ordinary); len(got) != 0 {
		t.Errorf("learnt %+v", got)
	}
}

func TestALearntNameStaysWhenNothingNeedsCorrectionAnyMore(t *testing.T) {
	others := group(40, "jalan lama rosak", "MBPJ", "MBPJ", "MY-10", "Petaling")
	live := learnNames(slices.Concat(others, group(30, "jalan seri wawasan", "MBPJ", "JKR", "MY-10", "Petaling")), nil, nothingOrdinary)
	later := slices.Concat(others, group(30, "jalan seri wawasan", "JKR", "JKR", "MY-10", "Petaling"))
	if got := learnNames(later, live, nothingOrdinary); len(got) != 1 {
		t.Errorf("two years on: %+v", got)
	}
}
