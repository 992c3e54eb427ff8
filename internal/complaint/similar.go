package complaint

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"respons/internal/duplicate"
	"respons/internal/routing"
	"respons/internal/store"
)

// Similar is another report that is most likely of the same matter.
type Similar struct {
	Complaint  *Complaint
	P          float64 // probability that it is the same matter
	Metres     float64 // between the two
	Supporters int64   // others who follow it
}

// How many similar reports are offered, and how many are read to find them.
const (
	mostSimilar = 5
	mostRead    = 400
)

// Shared says whether others may learn that the complaint exists and follow it: where it stands and what it is about,
// never its text or who made it.
func (c *Complaint) Shared() bool {
	return !c.Secret && c.Kind == Complain && (c.State.Open() || c.State == Resolved)
}

// sign is what other reports of the same matter are compared with; nil for what is one person's own affair.
func (u *Cases) sign(c *Complaint, d routing.Decision) *duplicate.Sign {
	s := duplicate.New(c.Text, d)
	if s == nil || u.Spans.Personal(s) {
		return nil
	}
	return s
}

// Similar finds reports of the matter that c is about, the likeliest first; c itself may be stored or not. One that c's own
// citizen made is among them.
func (u *Cases) Similar(ctx context.Context, c *Complaint) ([]Similar, error) {
	if c.Sign == nil || c.Secret {
		return nil, nil
	}
	var out []Similar
	read := 0
	for _, cell := range c.Sign.Cells(u.Spans) {
		list, _, err := u.Store.Find(ctx, store.Query{Index: "near", Equal: []any{cell}, Desc: true, Limit: 100,
			From: c.Received.Add(-u.Spans.Memory(c.Sign)).UnixMilli()})
		if err != nil {
			return nil, fmt.Errorf("similar to %s: %w", c.ID, err)
		}
		for _, o := range list {
			if o.ID == c.ID || o.Sign == nil || !o.Shared() {
				continue
			}
			if p := duplicate.Compare(c.Sign, o.Sign, c.Received.Sub(o.Received), u.Spans); p >= duplicate.Same {
				out = append(out, Similar{Complaint: o, P: p, Metres: duplicate.Distance(c.Sign, o.Sign)})
			}
		}
		if read += len(list); read >= mostRead {
			break
		}
	}
	slices.SortFunc(out, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.P, a.P), cmp.Compare(a.Complaint.ID, b.Complaint.ID))
	})
	out = out[:min(mostSimilar, len(out))]
	for i := range out {
		n, err := u.Supporters(ctx, out[i].Complaint.ID)
		if err != nil {
			return nil, err
		}
		out[i].Supporters = n
	}
	return out, nil
}

// Preview is what would become of a draft if it were filed now. Nothing is stored.
type Preview struct {
	Complaint *Complaint // as it would be after routing, with its clocks; its number is not taken
	Missing   []string   // what would help: "place", "exact_place", "details"
	Similar   []Similar
}

// What a draft may lack.
const (
	MissingPlace      = "place"       // nothing says where: add the position, an address or a place name
	MissingExactPlace = "exact_place" // only a town or a quarter is known: add the position or a landmark
	MissingDetails    = "details"     // too little is said to tell what it is about
)

// Preview routes a draft without storing it; fault.Invalid as for File.
func (u *Cases) Preview(ctx context.Context, d Draft) (*Preview, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	now := u.now()
	c := d.masked().complaint(now)
	if err := u.decide(c, now); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	rules, err := u.rules(ctx, c)
	if err != nil {
		return nil, err
	}
	rules.settle(c, now)
	similar, err := u.Similar(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Preview{Complaint: c, Missing: missing(c), Similar: similar}, nil
}

// exact is the radius in metres within which somebody can go and find the matter.
const exact = 500

func missing(c *Complaint) []string {
	var out []string
	switch spot := c.Decision.Spot; {
	case c.Place == "":
		out = append(out, MissingPlace)
	case c.Sign != nil && spot.Radius > exact:
		out = append(out, MissingExactPlace)
	}
	if len(c.Decision.Matters) == 0 || c.Decision.Matters[0].P < 0.3 && len([]rune(c.Text)) < 60 {
		out = append(out, MissingDetails)
	}
	return out
}
