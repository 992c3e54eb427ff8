package mask

// leastDigits is how many digits the shortest number has that is hidden.
const leastDigits = 8

// seen is what the patterns need that a text may hold. Nearly every text holds nothing of it, and is spared them.
type seen struct {
	at     bool // the sign in e-mail addresses
	digits int  // in the longest number, counted over single separators
	plate  bool // capitals before a digit that name no road
	small  bool // three small letters before three digits that are no ordinary word
}

// look goes over a text once.
func look(text string) (s seen) {
	run := 0
	for i := range len(text) {
		switch b := text[i]; {
		case isDigit(b):
			if i == 0 || !isDigit(text[i-1]) {
				s.before(text, i)
			}
			run++
			s.digits = max(s.digits, run)
		case (b == ' ' || b == '.' || b == '-') && i > 0 && isDigit(text[i-1]):
			// the number may go on behind it
		case b == '@':
			s.at, run = true, 0
		default:
			run = 0
		}
	}
	return s
}

// before looks at the letters in front of the number that begins at i.
func (s *seen) before(text string, i int) {
	end := i
	if end > 0 && text[end-1] == ' ' {
		end--
	}
	start := end
	for start > 0 && end-start <= 3 && isWord(text[start-1]) {
		start--
	}
	switch letters := text[start:end]; {
	case letters == "" || len(letters) > 3:
	case only(letters, 'A', 'Z'):
		s.plate = s.plate || !notPlates[letters]
	case len(letters) == 3 && only(letters, 'a', 'z') && len(text) >= i+3 && isDigit(text[i+1]) && isDigit(text[i+2]):
		s.small = s.small || !ordinary[letters]
	}
}

func only(s string, from, to byte) bool {
	for i := range len(s) {
		if s[i] < from || s[i] > to {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isWord is what \w stands for in patterns.
func isWord(b byte) bool {
	return isDigit(b) || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_'
}
