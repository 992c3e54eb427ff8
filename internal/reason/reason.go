// Package reason holds the sentences in which the system says why, in the two languages of every official answer.
package reason

// Reason is one sentence in Malay and the same in English. It quotes at most a few telling words of a complaint, never a
// name or a number of a person.
type Reason struct {
	MS string `json:"ms"`
	EN string `json:"en"`
}

// In gives the sentence in lang; every language but English reads Malay, the official one.
func (r Reason) In(lang string) string {
	if lang == "en" {
		return r.EN
	}
	return r.MS
}
