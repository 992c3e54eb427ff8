package routing

import (
	"fmt"
	"strings"

	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/reason"
)

// explain puts the decision into sentences: what it is about and by which words, where it lies and how that is known,
// which row of the table decides, and why it is or is not sent without a person.
func (r *Router) explain(d *Decision, best share, found bits, what classify.Result, where place.Found, named []mention, q Question, needed float64) []reason.Reason {
	out := make([]reason.Reason, 0, 8)
	if c, ok := r.catalogue.Get(best.category); ok && !best.named {
		ms, en := "Perkara: "+c.NameMS, "Matter: "+c.NameEN
		if words := quoted(what.Words); words != "" && len(what.Categories) > 0 && what.Categories[0].Code == best.category {
			ms, en = ms+", kerana perkataan "+words, en+", by the words "+words
		}
		if q.Category == best.category {
			ms, en = ms+"; kategori ini dipilih oleh pengadu", en+"; the citizen chose this category"
		}
		out = append(out, reason.Reason{MS: ms + ".", EN: en + "."})
	}
	if also, ok := r.second(q.Text, best.category, what.Categories); ok {
		out = append(out, reason.Reason{MS: "Teks ini mungkin juga tentang: " + also.NameMS + ".", EN: "The text may also be about: " + also.NameEN + "."})
	}
	out = append(out, r.whereReasons(where)...)
	if best.row != nil {
		out = append(out, r.ruleReason(best, found))
	}
	for _, m := range named {
		if code := r.table.seats.resolve(m.agency, d.Place); code == d.Agency && m.role != denied {
			out = append(out, reason.Reason{MS: "Agensi ini disebut dalam aduan: “" + m.words + "”.", EN: "The text names this agency: “" + m.words + "”."})
			break
		}
	}
	if len(q.Returned) > 0 {
		codes := strings.Join(q.Returned, ", ")
		out = append(out, reason.Reason{MS: "Telah dikembalikan oleh " + codes + ", maka tidak dicadangkan lagi.", EN: "Sent back by " + codes + ", so not proposed again."})
	}
	switch {
	case best.lost:
		out = append(out, reason.Reason{MS: "Tempat tidak diketahui, sedangkan badan yang bertanggungjawab bergantung pada tempat: pegawai perlu memutuskan.",
			EN: "The place is not known, and who is responsible depends on it: a person must decide."})
	case !d.Auto:
		out = append(out, reason.Reason{MS: fmt.Sprintf("Keyakinan %.0f %% di bawah had %.0f %%: pegawai perlu memutuskan.", 100*d.Confidence, 100*needed),
			EN: fmt.Sprintf("Confidence of %.0f %% is below the threshold of %.0f %%: a person must decide.", 100*d.Confidence, 100*needed)})
	}
	if d.Emergency != "" {
		out = append(out, reason.Reason{MS: "Mungkin ada bahaya sekarang: hubungi " + d.Emergency + " terus. Sistem ini tidak menghantar bantuan.",
			EN: "There may be danger now: call " + d.Emergency + " at once. This system sends no help."})
	}
	return out
}

// whereReasons tells the place and what the finder says of it.
func (r *Router) whereReasons(where place.Found) []reason.Reason {
	if where.Authority == "" && where.State == "" {
		return []reason.Reason{{MS: "Tempat: tidak diketahui.", EN: "Place: not known."}}
	}
	if len(where.Reasons) > 0 {
		return where.Reasons[:min(2, len(where.Reasons))]
	}
	a, _ := r.register.Get(where.Authority)
	return []reason.Reason{{MS: "Tempat: kawasan " + a.NameMS + ".", EN: "Place: area of " + a.NameEN + "."}}
}

// classesMS and classesEN are the road classes as people say them.
var (
	classesMS = map[Road]string{Federal: "jalan persekutuan", State: "jalan negeri", Municipal: "jalan majlis", Highway: "lebuh raya bertol", Village: "jalan kampung"}
	classesEN = map[Road]string{Federal: "federal road", State: "state road", Municipal: "council road", Highway: "tolled expressway", Village: "village road"}
)

// ruleReason names the row that decided, the road class and the words it went by, and whom it means. The notes of the
// table are written for officials in English; in Malay the conditions speak.
func (r *Router) ruleReason(s share, found bits) reason.Reason {
	var ms, en []string
	if s.row.roads != 0 && s.road.Class != Unknown {
		words := " (“" + s.road.Words + "”)"
		ms, en = append(ms, classesMS[s.road.Class]+words), append(en, classesEN[s.road.Class]+words)
	}
	for _, set := range []bits{s.row.places, s.row.words} {
		if i := set.first(found); i >= 0 {
			ms, en = append(ms, "perkataan “"+r.table.words[i]+"”"), append(en, "the words “"+r.table.words[i]+"”")
		}
	}
	if s.row.states != 0 && s.place.State != "" {
		ms, en = append(ms, "negeri "+s.place.State), append(en, "state "+s.place.State)
	}
	a, _ := r.register.Get(s.agency)
	out := reason.Reason{
		MS: fmt.Sprintf("Peraturan %s, baris %d: %s → %s.", s.row.rule, s.row.line, orAlways(ms, "tiada syarat lain"), a.NameMS),
		EN: fmt.Sprintf("Rule %s, line %d: %s → %s.", s.row.rule, s.row.line, orAlways(en, "no other condition"), a.NameEN),
	}
	if s.row.note != "" {
		out.EN += " " + s.row.note + "."
	}
	return out
}

func orAlways(conditions []string, always string) string {
	if len(conditions) == 0 {
		return always
	}
	return strings.Join(conditions, ", ")
}

func quoted(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "“" + strings.Join(words[:min(4, len(words))], "”, “") + "”"
}
