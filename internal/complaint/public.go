package complaint

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Shows is how much of a complaint anybody may see.
type Shows int

// How much is seen.
const (
	Nothing    Shows = iota // not even that it exists
	Standing                // number, category, agency and state
	Everything              // besides, the text as it is masked and the place as it is rounded; never who made it
)

// Shows says how much of a complaint anybody may see. Restricted ones do not exist for the public. Before the router has
// said whether it is restricted, whoever filed through another system sees that it was received. Text and place are shown
// only where an agency is responsible for a public matter: neither one person's own affair, nor what its citizen took
// back or had erased, nor what nobody has decided about.
func (u *Cases) Shows(c *Complaint) Shows {
	switch {
	case !c.published() && (c.Secret || c.Via == ""):
		return Nothing
	case c.Kind != Complain, c.Agency == "", c.Erased(), c.State == Withdrawn, c.State == Rejected, u.Spans.OwnAffair(c.Category):
		return Standing
	}
	return Everything
}

// published says whether the public lists have the complaint: it was routed, and is not restricted.
func (c *Complaint) published() bool { return c.Decision != nil && !c.Secret }

// shownAs are the lists in which the public finds it.
func (c *Complaint) shownAs() []string {
	standing := shownOpen
	if !c.State.Open() {
		standing = shownClosed
	}
	return []string{standing, shownIn(standing, c.Category)}
}

const shownOpen, shownClosed = "open", "closed"

func shownIn(standing, category string) string { return standing + "/" + category }

// Moves says whether an event is one that the public hears of: it changed the state.
func (e Event) Moves() bool { return e.From != e.To && e.From != "" && !e.Hidden }

// hours name the hours, UTC, in which the complaint moved.
func (c *Complaint) hours() []string {
	var out []string
	for _, e := range c.Events {
		if h := hourOf(e.At); e.Moves() && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

func hourOf(at time.Time) string { return at.UTC().Format("2006-01-02T15") }

// LastMove is when the state last changed, UTC: of a closed complaint when it was closed, of a new one when it was
// received.
func (c *Complaint) LastMove() time.Time {
	for i := len(c.Events) - 1; i >= 0; i-- {
		e := c.Events[i]
		if e.Moves() && (c.State.Open() || e.From.Open()) {
			return e.At
		}
	}
	return c.Received
}

// grid is 50 metres of latitude in degrees and, this near to the equator, within a metre as many of longitude.
const grid = 0.00045

// PublicSpot is where the matter lies, WGS 84 degrees rounded to 50 metres; ok is false where that is not known to half a
// kilometre.
func (c *Complaint) PublicSpot() (lat, lon float64, ok bool) {
	if c.Decision == nil || c.Decision.Spot.Radius <= 0 || c.Decision.Spot.Radius > exact {
		return 0, 0, false
	}
	return rounded(c.Decision.Spot.Lat), rounded(c.Decision.Spot.Lon), true
}

func rounded(degrees float64) float64 {
	return math.Round(math.Round(degrees/grid)*grid*1e5) / 1e5
}

// house is the part of an address line that says which house it is: "No. 12-A,", "Lot 5", "Blok B-3-7", "12".
var house = regexp.MustCompile(`(?i)^\s*(?:(?:no|num|nombor|lot|unit|blok|blk|block|apt|rumah|house|tingkat|level)\b[.:]?\s*#?[a-z]?[-\d][\w/-]*|#?[a-z]?-?\d[\w/-]*)(?:\s*,\s*|\s+|$)`)

// PublicAddress is the address line from the street on; empty: none was given, or no street in it.
func (c *Complaint) PublicAddress() string {
	line := c.Location.Address
	for {
		rest := house.ReplaceAllString(line, "")
		if rest == line {
			return strings.TrimSpace(line)
		}
		line = rest
	}
}
