// Package agency is the register of the bodies that answer complaints: who they are, whom they answer to, where they act.
package agency

// Kind is what sort of body an agency is.
type Kind string

// The kinds of the register, as in column kind of agencies.csv.
const (
	Ministry       Kind = "ministry"
	FederalAgency  Kind = "federal_agency"
	StateSecretary Kind = "state_secretary"
	LocalAuthority Kind = "local_authority"
	Utility        Kind = "utility"
)

// Agency is one body of the register.
type Agency struct {
	Code      string
	Kind      Kind
	NameMS    string
	NameEN    string
	Parent    string   // code; empty for a ministry and a state secretary
	States    []string // ISO 3166-2:MY codes it serves; empty: the whole country
	Lat, Lon  float64  // seat, WGS 84 degrees
	Domain    string   // of its website; empty where unsure
	Functions []string // what the public complains to it about, short English phrases

	// Successors are the codes of those who act in its place since it was merged, split or given another code; the first
	// is meant wherever only one can be. None: it acts itself.
	Successors []string
}
