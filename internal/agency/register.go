package agency

// Register is all agencies by code, with who stands below whom. Agencies that act no more stay in it, so that what they
// did keeps their name; what names one of them means its successor. It does not change after Load.
type Register struct {
	rows   []Agency // in order of their codes
	acting []Agency // those of rows that act
	former []Agency // the others
	index  map[string]int
	direct map[string][]string // codes of those who stand directly below the key
}

// Get gives the agency that acts for a code: the one with the code or, where that acts no more, its successor.
func (r *Register) Get(code string) (Agency, bool) {
	for range r.rows {
		a, ok := r.Named(code)
		if !ok || len(a.Successors) == 0 {
			return a, ok
		}
		code = a.Successors[0]
	}
	return Agency{}, false // a circle of successors, which Load has noted
}

// Named gives the agency with a code, whether it acts or not.
func (r *Register) Named(code string) (Agency, bool) {
	i, ok := r.index[code]
	if !ok {
		return Agency{}, false
	}
	return r.rows[i], true
}

// Acts says whether there is an agency with this very code that acts.
func (r *Register) Acts(code string) bool {
	a, ok := r.Named(code)
	return ok && len(a.Successors) == 0
}

// All gives every agency that acts, in order of codes. The slice is shared and must not be changed.
func (r *Register) All() []Agency { return r.acting }

// Former gives every agency that acts no more, in order of codes. The slice is shared and must not be changed.
func (r *Register) Former() []Agency { return r.former }

// Before gives the codes of those who act no more and for whom an agency is meant, in order of codes.
func (r *Register) Before(code string) (out []string) {
	for _, a := range r.former {
		if now, ok := r.Get(a.Code); ok && now.Code == code {
			out = append(out, a.Code)
		}
	}
	return out
}

// Chain gives the codes of those above an agency, the nearest first; none for an unknown code. An agency that acts no more
// stands below its first successor.
func (r *Register) Chain(code string) []string {
	var up []string
	a, ok := r.Named(code)
	for ok && len(up) < len(r.rows) { // a circle has been noted by Load
		if a, ok = r.Get(a.above()); ok {
			up = append(up, a.Code)
		}
	}
	return up
}

// above is the code of whom an agency stands directly below; empty: nobody.
func (a Agency) above() string {
	if len(a.Successors) > 0 {
		return a.Successors[0]
	}
	return a.Parent
}

// Below gives the codes of an agency and of everyone under it at any depth; empty for an unknown code.
func (r *Register) Below(code string) map[string]bool {
	below := map[string]bool{}
	if _, ok := r.index[code]; ok {
		r.collect(code, below)
	}
	return below
}

func (r *Register) collect(code string, into map[string]bool) {
	if into[code] {
		return
	}
	into[code] = true
	for _, child := range r.direct[code] {
		r.collect(child, into)
	}
}

// IsLocal says whether an agency acts as a council: the local authorities, and the federal bodies that are the council of
// Putrajaya (PPJ) and of Labuan (PL).
func (a Agency) IsLocal() bool {
	return a.Kind == LocalAuthority || a.Code == "PPJ" || a.Code == "PL"
}
