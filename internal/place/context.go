package place

// context is what a word says of a place name that follows it, or of a name it stands in.
type context uint8

const (
	locative  context = 1 << iota // the matter is here: di, near, depan
	from                          // somebody or something comes from there: dari, orang
	towards                       // a direction or an aim: ke, arah
	person                        // a title; a person's name follows
	road                          // a road; it may lead to the place and lie elsewhere
	elsewhere                     // the place of a third body: tanya KL, HQ
)

// contextWords are everyday words around place names in the languages written in Latin letters, with dialects.
var contextWords = map[context][]string{
	locative: {"di", "kat", "dekat", "dkt", "dkat", "depan", "dpn", "hadapan", "belakang", "blkg", "tepi", "sebelah", "seberang",
		"sekitar", "kawasan", "area", "kwsn", "kek", "kok", "dok", "sana", "sini", "bawah", "hujung", "dlm", "dalam", "at", "in",
		"near", "around", "behind", "opposite", "beside", "outside", "along", "off", "nearby", "pekan", "bandar", "town", "pasar",
		"balai", "klinik", "hospital", "masjid", "surau", "stesen", "sekolah", "duduk", "tinggal", "rumah", "belah", "sekolah", "perumahan"},
	from:      {"dari", "drpd", "daripada", "from", "orang", "ore", "asal", "urang", "dr"},
	towards:   {"ke", "to", "arah", "menuju", "towards", "toward", "menghala", "hala", "nak", "pi", "pergi", "gi", "go", "balik"},
	person:    {"encik", "en", "tuan", "puan", "pn", "cik", "pakcik", "makcik", "pak", "mak", "abang", "kakak", "kak", "haji", "hajah", "ustaz", "ustazah", "cikgu", "mr", "mrs", "ms", "miss", "doktor", "datin", "yb", "inspektor", "sarjan", "bin", "binti"},
	road:      {"jalan", "lebuh", "lebuhraya", "lorong", "persiaran", "lengkok", "lingkaran", "highway", "expressway", "road", "street", "simpang", "tol", "exit"},
	elsewhere: {"tanya", "hq", "bilang", "kerja", "bekerja", "keje", "works", "working", "tunggu"},
}

func (v *vocabulary) learnContexts() {
	for c, all := range contextWords {
		for _, w := range all {
			id := v.id(w)
			v.contexts[id] |= c
			v.ordinary[id] = true
		}
	}
}
