package learning

import (
	"fmt"
	"strings"
	"testing"

	"respons/internal/classify"
	"respons/internal/complaint"
)

// sent makes n corrections by a person of an agency to another, spread over groups of categories.
func sent(n int, by, from, to string, groups ...string) (out []Lesson) {
	for i := range n {
		out = append(out, Lesson{Group: groups[i%len(groups)], Sender: complaint.Actor{ID: by, Agency: from}, First: complaint.Said{Agency: from},
			Example: Example{Complaint: fmt.Sprint(by, to, i), Agency: to, Text: "lubang"}})
	}
	return out
}

func choosing(list []Lesson, category string) []Lesson {
	for i := range list {
		list[i].Category = category
	}
	return list
}

func saysPothole(p float64) func(string) classify.Result {
	return func(string) classify.Result {
		return classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: p}}}
	}
}

func TestABadBatchIsSetAside(t *testing.T) {
	for _, c := range []struct {
		name  string
		batch []Lesson
		trust []string
		why   string // empty: all is kept
	}{
		{"everything to one agency, whatever it is about", sent(12, "ali", "", "MBSA", "JLN", "SSP", "LPU"), nil, "12 of them go to MBSA, out of 3 groups"},
		{"too few to say so", sent(9, "ali", "", "MBSA", "JLN", "SSP", "LPU"), nil, ""},
		{"one matter: a new road, a new duty", sent(40, "ali", "", "JKR", "JLN", "LPU"), nil, ""},
		{"to several agencies", append(sent(8, "ali", "", "MBSA", "JLN", "SSP", "LPU"), sent(8, "ali", "", "MBPJ", "JLN", "SSP", "LPU")...), nil, ""},
		{"an agency whose officers send everything away", append(append(sent(5, "ali", "MBPJ", "MBSA", "JLN", "SSP", "LPU"), sent(5, "abu", "MBPJ", "MBSA", "JLN", "SSP")...),
			sent(5, "siti", "MBPJ", "MBSA", "TAM")...), nil, "agency MBPJ"},
		{"somebody has looked at it", sent(12, "ali", "", "MBSA", "JLN", "SSP", "LPU"), []string{"ali"}, ""},
		{"categories that contradict plain texts", choosing(sent(12, "ali", "", "JKR", "JLN"), "SSP01"), nil, "12 of 12 chosen categories contradict"},
		{"categories where the text leaves doubt", choosing(sent(12, "ali", "", "JKR", "JLN"), "JLN13"), nil, ""},
	} {
		says := saysPothole(0.95)
		if strings.Contains(c.name, "doubt") {
			says = saysPothole(0.89)
		}
		kept, whose, reasons := suspects(c.batch, c.trust, says)
		if c.why == "" {
			if len(kept) != len(c.batch) || len(reasons) != 0 || len(whose) != 0 {
				t.Errorf("%s: set aside: %q", c.name, reasons)
			}
			continue
		}
		if len(kept) != 0 || len(whose) == 0 || !strings.Contains(strings.Join(reasons, ";"), c.why) {
			t.Errorf("%s: kept %d of %d, %q", c.name, len(kept), len(c.batch), reasons)
		}
	}
}

func TestOnlyTheSuspectsAreSetAside(t *testing.T) {
	honest := sent(12, "siti", "MBPJ", "JKR", "JLN")
	kept, whose, _ := suspects(append(sent(12, "ali", "DBKL", "MBSA", "JLN", "SSP", "LPU"), honest...), nil, saysPothole(0.5))
	if len(kept) != len(honest) || kept[0].Sender.ID != "siti" || strings.Join(whose, " ") != "agency DBKL officer ali" {
		t.Errorf("kept %d, aside %q", len(kept), whose)
	}
}

func TestTheGateOpensOnlyBeyondNoise(t *testing.T) {
	frozen := func(wins, losses int) Compared {
		c := Compared{Cases: 500, Wins: wins, Losses: losses}
		c.P = worstDrop(wins, losses, c.Cases)
		return c
	}
	recent := func(wins, losses int) Compared {
		return Compared{Cases: 40, Wins: wins, Losses: losses, P: better(wins, losses)}
	}
	for _, c := range []struct {
		name           string
		frozen, recent Compared
		live           bool
	}{
		{"seven won, none lost", frozen(0, 0), recent(7, 0), true},
		{"six won, none lost: chance in one of 64", frozen(0, 0), recent(6, 0), false},
		{"nothing changed", frozen(0, 0), recent(0, 0), false},
		{"as many lost as won", frozen(0, 0), recent(10, 10), false},
		{"three of fifteen and eighteen lost", frozen(0, 0), recent(15, 3), true},
		{"a little noise on the frozen set", frozen(8, 10), recent(20, 0), true},
		{"worse on the frozen set", frozen(0, 8), recent(20, 0), false},
		{"both fail", frozen(0, 30), recent(0, 9), false},
	} {
		live, reasons := verdict(c.frozen, c.recent)
		if live != c.live || len(reasons) != 2 {
			t.Errorf("%s: live %v, %q", c.name, live, reasons)
		}
	}
}
