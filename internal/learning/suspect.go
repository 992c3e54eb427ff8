package learning

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"respons/internal/classify"
)

// When decisions of one person or agency are set aside before anything is learnt from them.
const (
	suspectLeast  = 10  // corrections by one person or agency in the batch
	suspectTarget = 0.8 // share of them that goes to one agency ...
	suspectGroups = 3   // ... out of this many groups of categories: a new road or a new duty touches one or two
	surelySaid    = 0.9 // confidence of the shipped classifier in another category that makes a choice a contradiction
	contradicted  = 0.5 // share of contradictions among the categories that one person chose
)

// suspects finds whose lessons of a batch are set aside, and says why: whose are "officer ID" and "agency CODE". trust names people and agencies whose decisions
// somebody has looked at. classify is the shipped classifier: it has learnt from nobody.
func suspects(batch []Lesson, trust []string, classify func(text string) classify.Result) (kept []Lesson, whose, reasons []string) {
	by := map[string][]Lesson{}
	for _, l := range batch {
		if l.Sender.ID == "" || !l.Correction() {
			continue
		}
		by["officer "+l.Sender.ID] = append(by["officer "+l.Sender.ID], l)
		if l.Sender.Agency != "" {
			by["agency "+l.Sender.Agency] = append(by["agency "+l.Sender.Agency], l)
		}
	}
	aside := map[string]bool{}
	for _, who := range slices.Sorted(maps.Keys(by)) {
		list := by[who]
		if len(list) < suspectLeast || trusted(who, trust) {
			continue
		}
		why := cmp.Or(oneTarget(list), againstTheClassifier(list, classify))
		if why == "" {
			continue
		}
		whose = append(whose, who)
		reasons = append(reasons, fmt.Sprintf("set aside %d corrections by %s: %s", len(list), who, why))
		for _, l := range list {
			aside[l.Complaint] = true
		}
	}
	for _, l := range batch {
		if !aside[l.Complaint] {
			kept = append(kept, l)
		}
	}
	return kept, whose, reasons
}

func trusted(who string, trust []string) bool {
	return slices.ContainsFunc(trust, func(t string) bool { return who == "officer "+t || who == "agency "+t })
}

// oneTarget says that nearly everything, whatever it is about, was sent to one agency; empty: it was not.
func oneTarget(list []Lesson) string {
	to, groups := map[string]int{}, map[string]map[string]bool{}
	for _, l := range list {
		to[l.Agency]++
		if groups[l.Agency] == nil {
			groups[l.Agency] = map[string]bool{}
		}
		groups[l.Agency][l.Group] = true
	}
	for _, agency := range slices.Sorted(maps.Keys(to)) {
		if float64(to[agency]) >= suspectTarget*float64(len(list)) && len(groups[agency]) >= suspectGroups {
			return fmt.Sprintf("%d of them go to %s, out of %d groups of categories", to[agency], agency, len(groups[agency]))
		}
	}
	return ""
}

// againstTheClassifier says that the chosen categories contradict texts that leave little doubt.
func againstTheClassifier(list []Lesson, classify func(text string) classify.Result) string {
	chosen, against := 0, 0
	for _, l := range list {
		if l.Category == "" {
			continue
		}
		chosen++
		if top := classify(l.Text).Categories; len(top) > 0 && top[0].Code != l.Category && top[0].P >= surelySaid {
			against++
		}
	}
	if chosen >= suspectLeast && float64(against) >= contradicted*float64(chosen) {
		return fmt.Sprintf("%d of %d chosen categories contradict what the text plainly says", against, chosen)
	}
	return ""
}
