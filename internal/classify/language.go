package classify

import (
	"slices"
	"strings"
	"unicode"
)

var english = wordSet("the a an is are was were be been to of in on at for and but not no this that there here with from my our your their we they it its has have had will would can could should please when what who how why very every day week month again still since because")
var malay = wordSet("yang dan di ke dari untuk dengan tidak tiada ini itu sudah belum ada saya kami kita mereka sangat setiap hari minggu bulan lagi masih sejak sebab tolong bila apa siapa bagaimana kenapa boleh nak hendak dah tak pada dalam atas bawah depan belakang jalan rumah orang kena juga sahaja")

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// languageOf gives ms, en, zh, ta, or mix where Malay and English share a text.
func languageOf(text string, read []string) string {
	han, tamil, latin := 0, 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Tamil, r):
			tamil++
		case unicode.IsLetter(r):
			latin++
		}
	}
	switch {
	case han*3 > latin:
		return "zh"
	case tamil > latin:
		return "ta"
	}
	en, ms := 0, 0
	for _, w := range read {
		if english[w] {
			en++
		}
		if malay[w] {
			ms++
		}
	}
	switch {
	case en > 0 && ms > 0 && en < 3*ms && ms < 3*en:
		return "mix"
	case en > ms:
		return "en"
	}
	return "ms"
}

// Cues of record types, as they are read.
var (
	thanks     = []string{"terima kasih kepada", "terima kasih kerana", "syabas", "tahniah", "thank you to", "thanks to", "well done", "kudos", "appreciate the", "appreciate your", "nak ucap terima kasih", "ucapan terima kasih", "表扬", "点赞", "感谢", "பாராட்டு", "நன்றி"}
	asks       = []string{"macam mana nak", "bagaimana hendak", "bagaimana nak", "boleh saya tahu", "nak tanya", "hendak tanya", "ingin bertanya", "may i know", "can i know", "how do i", "how to apply", "what documents", "where can i", "请问", "எப்படி", "kena bayar ke", "dokumen apa"}
	suggests   = []string{"cadang", "cadangan saya", "i suggest", "suggest to", "suggestion", "would be good if", "alangkah baik", "apa kata", "建议", "பரிந்துரை", "elok kalau", "lebih baik jika"}
	grievances = []string{"rosak", "tidak", "tiada", "belum", "teruk", "bahaya", "broken", "not working", "still", "kotor", "busuk", "tersumbat"}
)

// recordType tells a complaint from thanks, a question and a suggestion.
func recordType(text, read string) string {
	plain := strings.ToLower(text)
	has := func(cues []string) bool {
		return slices.ContainsFunc(cues, func(c string) bool { return strings.Contains(read, c) || strings.Contains(plain, c) })
	}
	switch {
	case has(thanks) && !has(grievances):
		return "penghargaan"
	case has(suggests):
		return "cadangan"
	case has(asks):
		return "pertanyaan"
	}
	return "aduan"
}
