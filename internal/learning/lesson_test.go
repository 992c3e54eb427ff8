package learning

import (
	"fmt"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/routing"
)

var monday = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

// history makes a complaint in Petaling Jaya with events a minute apart: "route MBPJ", "accept ali MBPJ", "return ali
// MBPJ", "assign desk JKR JLN01", "transfer ali JKR".
func history(id, text string, lines ...[]string) *complaint.Complaint {
	lat, lon := 3.118612, 101.622134
	c := &complaint.Complaint{ID: id, Text: text, Lang: "ms", Received: monday,
		Location: complaint.Location{Lat: &lat, Lon: &lon, Address: "12 Jalan SS2/24, tel 012-3456789"},
		Decision: &routing.Decision{Lang: "mix", Place: routing.Place{State: "MY-10", District: "Petaling", Authority: "MBPJ"}}}
	holder := ""
	for i, l := range lines {
		e := complaint.Event{ID: fmt.Sprintf("%s-%02d", id, i), Action: complaint.Action(l[0]), At: monday.Add(time.Duration(i) * time.Minute)}
		switch e.Action {
		case complaint.Route:
			holder = l[1]
			e.Said = &complaint.Said{Agency: l[1], Category: "JLN01", Confidence: 0.97, Model: "m1"}
		case complaint.Abstain:
			holder = ""
			e.Said = &complaint.Said{Agency: l[1], Category: "JLN01", Confidence: 0.4, Model: "m1"}
		case complaint.Accept, complaint.Return, complaint.Bounce:
			e.Actor = complaint.Actor{Role: complaint.Officer, ID: l[1], Agency: holder}
			if e.Action != complaint.Accept {
				holder = ""
			}
		case complaint.Assign, complaint.Transfer:
			e.Actor = complaint.Actor{Role: complaint.Officer, ID: l[1], Agency: holder}
			holder = l[2]
			if len(l) > 3 {
				e.Category = l[3]
			}
		}
		e.Agency = holder
		c.Events = append(c.Events, e)
	}
	return c
}

func examplesOf(c *complaint.Complaint) (out []Example) {
	for _, e := range c.Events {
		if x, ok := ExampleOf(c, e); ok {
			out = append(out, x)
		}
	}
	return out
}

func TestAnExampleHoldsWhatWasDecidedAndWhatTheRouterHadSaidByThen(t *testing.T) {
	c := history("C1", "lubang, call 012-3456789", []string{"route", "MBPJ"}, []string{"return", "ali", "MBPJ"}, []string{"route", "MBSA"},
		[]string{"accept", "siti"}, []string{"transfer", "siti", "JKR"})
	list := examplesOf(c)
	if len(list) != 3 {
		t.Fatalf("%d examples: %+v", len(list), list)
	}
	returned, accepted, moved := list[0], list[1], list[2]
	if returned.Kind != Returned || returned.Said.Agency != "MBPJ" || returned.From != "MBPJ" || returned.Agency != "" || !returned.Alone {
		t.Errorf("the return: %+v", returned)
	}
	if accepted.Kind != Accepted || accepted.Said.Agency != "MBSA" || accepted.Agency != "MBSA" || !accepted.Alone {
		t.Errorf("the acceptance: %+v", accepted)
	}
	if moved.Kind != Transferred || moved.From != "MBSA" || moved.Agency != "JKR" || moved.ID != c.Events[4].ID || !moved.Alone {
		t.Errorf("the transfer: %+v", moved)
	}
	if moved.Text != "lubang, call •••" || moved.Where.Address != "12 Jalan SS2/24, tel •••" || moved.Where.Lat != 3.119 || moved.Lang != "mix" {
		t.Errorf("what is kept of the citizen's words: %+v", moved)
	}
}

func TestWhatThePersonOrTheCaseForbidsIsNoExample(t *testing.T) {
	c := history("C1", "rasuah", []string{"route", "SPRM"}, []string{"accept", "ali"})
	c.Secret = true
	if list := examplesOf(c); len(list) != 0 {
		t.Errorf("a restricted complaint became %+v", list)
	}
	own := history("C2", "lubang", []string{"route", "MBPJ"}, []string{"accept", "ali"})
	own.Events[1].Actor.Role = complaint.System
	if list := examplesOf(own); len(list) != 0 {
		t.Errorf("the program's own move became %+v", list)
	}
}

func TestOneComplaintTeachesWhatWasConfirmedInTheEnd(t *testing.T) {
	type lines = [][]string
	for _, c := range []struct {
		name     string
		lines    lines
		agency   string // empty: no lesson
		category string
		people   int
		correct  bool
	}{
		{"sent and accepted: the router was right", lines{{"route", "MBPJ"}, {"accept", "ali"}}, "MBPJ", "", 1, false},
		{"transferred and accepted there", lines{{"route", "MBPJ"}, {"accept", "ali"}, {"transfer", "ali", "JKR"}, {"accept", "siti"}}, "JKR", "", 2, true},
		{"transferred and not accepted yet", lines{{"route", "MBPJ"}, {"accept", "ali"}, {"transfer", "ali", "JKR"}}, "", "", 0, false},
		{"transferred and sent back", lines{{"route", "MBPJ"}, {"accept", "ali"}, {"transfer", "ali", "JKR"}, {"return", "siti"}}, "", "", 0, false},
		{"returned, then routed right", lines{{"route", "MBPJ"}, {"return", "ali"}, {"route", "JKR"}, {"accept", "siti"}}, "JKR", "", 1, true},
		{"assigned by the desk with a category", lines{{"abstain", "MBPJ"}, {"assign", "desk", "JKR", "JLN13"}, {"accept", "siti"}}, "JKR", "JLN13", 2, true},
		{"assigned as the router thought", lines{{"abstain", "MBPJ"}, {"assign", "desk", "MBPJ"}, {"accept", "ali"}}, "MBPJ", "", 2, false},
		{"by one and the same person", lines{{"route", "MBPJ"}, {"accept", "ali"}, {"transfer", "ali", "JKR"}, {"accept", "ali"}}, "JKR", "", 1, true},
	} {
		list := lessonsOf(examplesOf(history("C1", "lubang", c.lines...)))
		if c.agency == "" {
			if len(list) != 0 {
				t.Errorf("%s: %+v", c.name, list[0])
			}
			continue
		}
		if len(list) != 1 {
			t.Errorf("%s: %d lessons", c.name, len(list))
			continue
		}
		if l := list[0]; l.Agency != c.agency || l.Category != c.category || len(l.People) != c.people || l.Correction() != c.correct {
			t.Errorf("%s: %s %s by %v, correction %v", c.name, l.Agency, l.Category, l.People, l.Correction())
		}
	}
}

func TestAThirdIsHeldBackWhateverTheOrder(t *testing.T) {
	var list []Lesson
	for i := range 30 {
		list = append(list, Lesson{Example: Example{Complaint: fmt.Sprintf("C%02d", i)}})
	}
	train, held := heldBack(list)
	if len(train) != 20 || len(held) != 10 {
		t.Fatalf("%d and %d", len(train), len(held))
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	if _, again := heldBack(list); again[0].Complaint != held[0].Complaint || again[9].Complaint != held[9].Complaint {
		t.Error("another order holds back others")
	}
}
