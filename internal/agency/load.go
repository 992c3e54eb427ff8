package agency

import (
	"io/fs"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"respons/internal/table"
)

// File is the name of the register in the folder of reference data.
const File = "agencies.csv"

var columns = []string{"code", "kind", "name_ms", "name_en", "parent", "states", "lat", "lon", "domain", "functions"}

var (
	codeForm   = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)
	domainForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// parentKinds are the kinds that a parent may have; none: the agency stands at the top. The city hall of Kuala Lumpur
// answers to a ministry, and the water and power companies of Sabah and Sarawak to their state.
var parentKinds = map[Kind][]Kind{
	Ministry:       nil,
	StateSecretary: nil,
	FederalAgency:  {Ministry},
	LocalAuthority: {StateSecretary, Ministry},
	Utility:        {Ministry, StateSecretary},
}

// Load reads agencies.csv of fsys. Every mistake in it is noted in ms; with one noted the register must not be used.
func Load(fsys fs.FS, ms *table.Mistakes) *Register {
	r := &Register{index: map[string]int{}, direct: map[string][]string{}}
	before := len(*ms)
	rows := table.Read(fsys, File, columns, ms)
	if len(rows) == 0 && len(*ms) == before {
		ms.Add(File, "has no agency")
	}
	lines := map[string]table.Row{}
	for _, row := range rows {
		a := read(row)
		if a.Code == "" {
			continue
		}
		if first, ok := lines[a.Code]; ok {
			row.Wrong("code", "%s stands in line %d already", a.Code, first.Line)
			continue
		}
		lines[a.Code] = row
		r.rows = append(r.rows, a)
	}
	slices.SortFunc(r.rows, func(a, b Agency) int { return strings.Compare(a.Code, b.Code) })
	for i, a := range r.rows {
		r.index[a.Code] = i
		if len(a.Successors) > 0 {
			r.former = append(r.former, a)
		} else {
			r.acting = append(r.acting, a)
		}
	}
	for _, a := range r.rows {
		if above, ok := r.Get(a.above()); ok {
			r.direct[above.Code] = append(r.direct[above.Code], a.Code)
		}
		if len(a.Successors) > 0 {
			r.checkSuccessors(a, lines[a.Code])
		} else {
			r.checkParent(a, lines[a.Code])
		}
	}
	return r
}

// read takes one row and notes what is wrong with it by itself.
func read(row table.Row) Agency {
	a := Agency{
		Code: row.Need("code"), Kind: Kind(row.Need("kind")), NameMS: row.Need("name_ms"), NameEN: row.Need("name_en"),
		Parent: row.Get("parent"), States: row.List("states"), Domain: row.Get("domain"), Functions: row.List("functions"),
	}
	if row.Has("successors") { // a folder of files of an earlier program has no such column
		a.Successors = row.List("successors")
	}
	if a.Code != "" && !codeForm.MatchString(a.Code) {
		row.Wrong("code", "%q: only A-Z, 0-9 and single hyphens inside may stand in a code", a.Code)
	}
	if _, ok := parentKinds[a.Kind]; !ok && a.Kind != "" {
		row.Wrong("kind", "no kind %q; there are ministry, federal_agency, state_secretary, local_authority, utility", a.Kind)
	}
	for i, s := range a.States {
		if _, ok := StateOf(s); !ok {
			row.Wrong("states", "no state %q; codes go from MY-01 to MY-16", s)
		} else if slices.Contains(a.States[:i], s) {
			row.Wrong("states", "%s stands there twice", s)
		}
	}
	if a.IsLocal() && len(a.States) != 1 {
		row.Wrong("states", "a council lies in one state, here are %d", len(a.States))
	}
	if a.Domain != "" && !domainForm.MatchString(a.Domain) {
		row.Wrong("domain", "%q is not a domain such as mbpj.gov.my", a.Domain)
	}
	a.Lat, a.Lon = Position(row)
	return a
}

// Position reads the columns lat and lon of a row. What is no number or lies outside Malaysia is noted and given as zero.
func Position(row table.Row) (lat, lon float64) {
	lat, okLat := degrees(row, "lat")
	lon, okLon := degrees(row, "lon")
	switch {
	case !okLat || !okLon:
		return 0, 0
	case !InMalaysia(lat, 103):
		row.Wrong("lat", "%v is outside Malaysia (0.8 to 7.6 degrees north)", lat)
		return 0, 0
	case !InMalaysia(3, lon):
		row.Wrong("lon", "%v is outside Malaysia (99.5 to 119.5 degrees east)", lon)
		return 0, 0
	}
	return lat, lon
}

func degrees(row table.Row, column string) (float64, bool) {
	v := row.Need(column)
	if v == "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		row.Wrong(column, "%q is not a number of degrees such as 3.1073", v)
		return 0, false
	}
	return f, true
}

// checkSuccessors notes successors that are unknown, or that come after themselves.
func (r *Register) checkSuccessors(a Agency, row table.Row) {
	for _, code := range a.Successors {
		switch _, known := r.Named(code); {
		case code == a.Code:
			row.Wrong("successors", "%s cannot succeed itself", code)
		case !known:
			row.Wrong("successors", "there is no agency %q", code)
		}
	}
	if _, ok := r.Get(a.Code); !ok {
		if _, known := r.Named(a.Successors[0]); known {
			row.Wrong("successors", "of %s and those who succeed it none acts", a.Code)
		}
	}
}

// checkParent notes a parent that is missing, unknown, of the wrong kind, or under the agency itself.
func (r *Register) checkParent(a Agency, row table.Row) {
	kinds, known := parentKinds[a.Kind]
	if !known {
		return
	}
	switch parent, ok := r.Get(a.Parent); {
	case a.Parent == "" && len(kinds) > 0:
		row.Wrong("parent", "must not be empty for a %s", a.Kind)
	case a.Parent == "":
	case len(kinds) == 0:
		row.Wrong("parent", "must be empty for a %s", a.Kind)
	case !ok:
		row.Wrong("parent", "there is no agency %q", a.Parent)
	case slices.Contains(r.Chain(a.Code), a.Code):
		row.Wrong("parent", "%s would stand above itself", a.Code)
	case !slices.Contains(kinds, parent.Kind):
		row.Wrong("parent", "a %s cannot answer to %s, a %s", a.Kind, a.Parent, parent.Kind)
	}
}
