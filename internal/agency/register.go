package agency

// Register is all agencies by code, with who stands below whom. It does not change after Load.
type Register struct {
	all    []Agency // in order of their codes
	index  map[string]int
	direct map[string][]string // codes of those whose parent is the key
}

// Get gives the agency with a code.
func (r *Register) Get(code string) (Agency, bool) {
	i, ok := r.index[code]
	if !ok {
		return Agency{}, false
	}
	return r.all[i], true
}

// All gives every agency in order of codes. The slice is shared and must not be changed.
func (r *Register) All() []Agency { return r.all }

// Chain gives the codes of those above an agency, the nearest first; none for an unknown code.
func (r *Register) Chain(code string) []string {
	var up []string
	for a, ok := r.Get(code); ok && a.Parent != ""; a, ok = r.Get(a.Parent) {
		if len(up) == len(r.all) {
			return up // a cycle, which Load has noted
		}
		up = append(up, a.Parent)
	}
	return up
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
