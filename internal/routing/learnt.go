package routing

import (
	"fmt"
	"strings"

	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/reason"
)

// LearntName is a name in texts (of a road, a quarter, a building, an office) that officers' decisions tied to an agency,
// where category and place alone say another. It holds in its own scope only.
type LearntName struct {
	Phrase   string  `json:"phrase"`             // as NamesIn gives it
	Group    string  `json:"group"`              // of categories
	State    string  `json:"state,omitempty"`    // ISO 3166-2:MY; empty: in every state
	District string  `json:"district,omitempty"` // empty: in every district
	Agency   string  `json:"agency"`
	Seen     int     `json:"seen"`  // complaints with the name in this scope that officers decided
	Right    int     `json:"right"` // of these for Agency
	Share    float64 `json:"share"` // probability that Agency is right where the name stands
}

func (n LearntName) reason() reason.Reason {
	return reason.Reason{
		MS: fmt.Sprintf("Pegawai memutuskan %d daripada %d laporan serupa yang menyebut “%s” untuk agensi ini.", n.Right, n.Seen, n.Phrase),
		EN: fmt.Sprintf("Officers decided %d of %d similar reports that mention “%s” for this agency.", n.Right, n.Seen, n.Phrase)}
}

// Learnt is every learnt name. It does not change.
type Learnt struct{ names map[scoped]LearntName }

// scoped is where a learnt name holds.
type scoped struct{ phrase, group, state, district string }

// NewLearnt makes the table; of two rows of the same name and scope the later counts.
func NewLearnt(rows []LearntName) *Learnt {
	l := &Learnt{names: make(map[scoped]LearntName, len(rows))}
	for _, n := range rows {
		l.names[scoped{n.Phrase, n.Group, n.State, n.District}] = n
	}
	return l
}

// find gives the name with the narrowest scope, and of several the one that most decisions stand behind.
func (l *Learnt) find(q Question, group string, where place.Found) (best LearntName, ok bool) {
	if l == nil || len(l.names) == 0 {
		return best, false
	}
	scopes := [...]scoped{{group: group, state: where.State, district: where.District}, {group: group, state: where.State}, {group: group}}
	names := append(NamesIn(q.Text), NamesIn(q.Where.Address)...)
	for _, s := range scopes {
		for _, phrase := range names {
			s.phrase = phrase
			if n, found := l.names[s]; found && (!ok || n.Right > best.Right) {
				best, ok = n, true
			}
		}
		if ok {
			return best, true
		}
	}
	return best, false
}

// With gives a router that differs in its classifier and in what it learnt from officers; nil: nothing.
func (r *Router) With(c classifier, l *Learnt) *Router {
	other := *r
	other.classifier, other.learnt = c, l
	return &other
}

// teach lets a learnt name count: with the probability of its share its agency is right, else all stands as before. What
// may be restricted is never sent by a name.
func (r *Router) teach(found *shares, q Question, categories []classify.Scored, where place.Found) (LearntName, bool) {
	if len(categories) == 0 {
		return LearntName{}, false
	}
	top := categories[0].Code
	n, ok := r.learnt.find(q, top[:min(3, len(top))], where)
	if !ok || r.restricted(categories, top) {
		return LearntName{}, false
	}
	acts, known := r.register.Get(n.Agency)
	if !known { // dissolved since, without a successor
		return LearntName{}, false
	}
	n.Agency = acts.Code
	sum := 0.0
	for i := range *found {
		sum += (*found)[i].p
		(*found)[i].p *= 1 - n.Share
		(*found)[i].best *= 1 - n.Share
	}
	if sum == 0 {
		sum = 1
	}
	found.add(n.Agency, n.Share*sum, share{category: top, place: Place{State: where.State, District: where.District, Authority: where.Authority}})
	return n, true
}

// Words that begin or end a name, with the word they are written as. In Malay the kind stands first (Jalan Wawasan), in
// English last (Wawasan Road).
var (
	kindsBefore = kinds(`jalan:jalan,jln,jl,jlan,jalanraya lorong:lorong,lrg,lrong lebuh:lebuh,lbh lebuhraya:lebuhraya,lebohraya
		persiaran:persiaran,psrn,prsn lingkaran:lingkaran jambatan:jambatan,jmbtn jejambat:jejambat terowong:terowong
		taman:taman,tmn kampung:kampung,kg,kpg,kampong bandar:bandar,bdr simpang:simpang,spg bulatan:bulatan
		dewan:dewan pasar:pasar medan:medan menara:menara wisma:wisma kompleks:kompleks,komplek dataran:dataran
		stesen:stesen,stesyen tasik:tasik sungai:sungai,sg laluan:laluan parit:parit flat:flat`)
	kindsAfter = kinds(`jalan:road,rd,street,avenue lebuhraya:highway,expressway jambatan:bridge jejambat:flyover
		taman:garden,gardens,park bulatan:roundabout terowong:tunnel menara:tower stesen:station`)
)

func kinds(lines string) map[string]string {
	out := map[string]string{}
	for line := range strings.FieldsSeq(lines) {
		as, forms, _ := strings.Cut(line, ":")
		for form := range strings.SplitSeq(forms, ",") {
			out[form] = as
		}
	}
	return out
}

// longestName is how many words a name has beside its kind.
const longestName = 3

// NamesIn lists what may be a name in a text: a word for a kind of place with one to three words beside it, and single
// words and pairs of five letters and more. Which of these are names, and whose, only the counts of many texts tell.
func NamesIn(text string) []string {
	words := wordsOf(text, make([]word, 0, 64))
	var out []string
	for i, w := range words {
		if kind, ok := kindsBefore[w.text]; ok {
			name := kind
			for j := i + 1; j < len(words) && j <= i+longestName; j++ {
				name += " " + words[j].text
				out = append(out, name)
			}
		}
		if kind, ok := kindsAfter[w.text]; ok {
			name := ""
			for j := i - 1; j >= 0 && j >= i-longestName; j-- {
				name = " " + words[j].text + name
				out = append(out, kind+name)
			}
		}
		if long(w.text) {
			out = append(out, w.text)
			if i+1 < len(words) && long(words[i+1].text) {
				out = append(out, w.text+" "+words[i+1].text)
			}
		}
	}
	return out
}

func long(word string) bool { return len(word) >= 5 && !allDigits(word) }
