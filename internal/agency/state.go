package agency

// State is one of the thirteen states and three federal territories.
type State struct {
	Code   string // ISO 3166-2:MY
	NameMS string
	NameEN string
}

// States are all of them in order of their codes; source: ISO 3166-2:MY.
var States = [...]State{
	{"MY-01", "Johor", "Johor"},
	{"MY-02", "Kedah", "Kedah"},
	{"MY-03", "Kelantan", "Kelantan"},
	{"MY-04", "Melaka", "Malacca"},
	{"MY-05", "Negeri Sembilan", "Negeri Sembilan"},
	{"MY-06", "Pahang", "Pahang"},
	{"MY-07", "Pulau Pinang", "Penang"},
	{"MY-08", "Perak", "Perak"},
	{"MY-09", "Perlis", "Perlis"},
	{"MY-10", "Selangor", "Selangor"},
	{"MY-11", "Terengganu", "Terengganu"},
	{"MY-12", "Sabah", "Sabah"},
	{"MY-13", "Sarawak", "Sarawak"},
	{"MY-14", "Kuala Lumpur", "Kuala Lumpur"},
	{"MY-15", "Labuan", "Labuan"},
	{"MY-16", "Putrajaya", "Putrajaya"},
}

// StateOf gives the state of a code such as MY-10.
func StateOf(code string) (State, bool) {
	for _, s := range States {
		if s.Code == code {
			return s, true
		}
	}
	return State{}, false
}

// InMalaysia says whether a position, in WGS 84 degrees, lies in the rectangle around the whole country, sea included.
func InMalaysia(lat, lon float64) bool {
	return lat >= 0.8 && lat <= 7.6 && lon >= 99.5 && lon <= 119.5
}
