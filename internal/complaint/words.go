package complaint

import "strings"

// mostWords bounds by how many words one complaint is found.
const mostWords = 30

// words are the keys of the complaint's words, each once for every branch that may search it. A restricted complaint has
// none: nobody finds it by what stands in it.
func (r Repository) words(c *Complaint) (keys []string) {
	if r.Words == nil || c.Secret {
		return nil
	}
	branches := []string{Everyone}
	if c.Agency != "" {
		branches = append(r.Chain(c.Agency), Everyone)
	}
	for _, word := range r.wordsOf(c) {
		for _, branch := range branches {
			keys = append(keys, WordKey(branch, word))
		}
	}
	return keys
}

// wordsOf are the words by which the complaint is found, each once: the parts of its number, where it lies, what it says.
func (r Repository) wordsOf(c *Complaint) []string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(strings.TrimPrefix(c.Number, "RR-"), "-", " "))
	if d := c.Decision; d != nil {
		b.WriteString(" " + d.Place.Authority + " " + d.Place.District)
	}
	b.WriteString(" " + c.Location.Postcode + " " + c.Location.Address + " " + c.Text)
	list := r.Words(b.String())
	return list[:min(mostWords, len(list))]
}

// WordKey is under which a word is found by whoever looks after a branch.
func WordKey(branch, word string) string { return branch + " " + word }

// Holder is the key of whoever has a complaint: the assignee, or the agency of which nobody has it yet.
func Holder(assignee, agency string) string {
	if assignee == "" {
		return "none:" + agency
	}
	return assignee
}
