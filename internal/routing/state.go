package routing

import (
	"strings"

	"respons/internal/agency"
)

// stateSet is a set of states, bit n for MY-n.
type stateSet uint32

// stateNumber gives 1 to 16 for MY-01 to MY-16, else 0.
func stateNumber(code string) int {
	if len(code) != 5 || code[:3] != "MY-" || code[3] < '0' || code[3] > '1' || code[4] < '0' || code[4] > '9' {
		return 0
	}
	if n := int(code[3]-'0')*10 + int(code[4]-'0'); n <= 16 {
		return n
	}
	return 0
}

func (s stateSet) has(code string) bool {
	n := stateNumber(code)
	return n > 0 && s&(1<<n) != 0
}

// statesOf makes a set of codes; bad is the first that is none.
func statesOf(codes []string) (set stateSet, bad string) {
	for _, c := range codes {
		n := stateNumber(c)
		if n == 0 && bad == "" {
			bad = c
		}
		set |= 1 << n
	}
	return set &^ 1, bad
}

// placeholders are the words of column agency that stand for a body of the place, with the body that knows whom to ask
// when the place is not known.
var placeholders = map[string]string{
	"@local_authority": "KPKT",
	"@state_secretary": "BPA",
	"@state_health":    "KKM",
	"@state_education": "KPM",
}

// seats knows the bodies that stand for a placeholder in each state.
type seats struct {
	secretary, health, education [17]string
}

func seatsOf(all []agency.Agency) seats {
	var s seats
	for _, a := range all {
		for _, st := range a.States {
			n := stateNumber(st)
			switch {
			case a.Kind == agency.StateSecretary:
				s.secretary[n] = a.Code
			case strings.HasPrefix(a.Code, "JKN-"):
				s.health[n] = a.Code
			case strings.HasPrefix(a.Code, "JPNED-"):
				s.education[n] = a.Code
			}
		}
	}
	for _, n := range []int{14, 15, 16} { // the federal territories have no state secretary
		s.secretary[n] = "JWP"
	}
	if s.health[16] == "" {
		s.health[16] = "JKN-KUL"
	}
	return s
}

// resolve turns column agency into a code; empty where the place that a placeholder needs is not known.
func (s *seats) resolve(agency string, p Place) string {
	if !strings.HasPrefix(agency, "@") {
		return agency
	}
	n := stateNumber(p.State)
	switch agency {
	case "@local_authority":
		switch {
		case p.Authority != "":
			return p.Authority
		case n == 14:
			return "DBKL"
		case n == 15:
			return "PL"
		case n == 16:
			return "PPJ"
		}
	case "@state_secretary":
		return s.secretary[n]
	case "@state_health":
		return s.health[n]
	case "@state_education":
		return s.education[n]
	}
	return ""
}

// standIn is whom to ask when the place that a placeholder needs is not known: the council's state where at least that
// is, else the ministry or bureau above.
func (s *seats) standIn(placeholder string, p Place) string {
	if placeholder == "@local_authority" {
		if code := s.secretary[stateNumber(p.State)]; code != "" {
			return code
		}
	}
	return placeholders[placeholder]
}
