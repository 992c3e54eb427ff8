package complaint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/duplicate"
	"respons/internal/fault"
	"respons/internal/store"
)

// Sender is where a complaint was sent from, by names that only the system's secret makes. From routing on they hold for
// reports of the same words alone, so that a store without the secret tells neither an address nor what else came from it.
type Sender struct {
	Phone   string `json:"phone,omitempty"`
	Network string `json:"network,omitempty"`
}

// Repeat is the reason of a merge that the program made because the same words came before.
const Repeat = "repeat"

// sender names where a draft comes from. Of one without a name nothing is noted that ties it to others of its sender.
func (u *Cases) sender(d Draft) (s Sender) {
	if u.Pseudonym == nil || d.Anonymous {
		return s
	}
	if d.Phone != nil {
		s.Phone = u.Pseudonym("phone", d.Phone.Token)
	}
	if d.Network != "" {
		s.Network = u.Pseudonym("network", d.Network)
	}
	return s
}

// word notes by which words a report is found again, once. What holds something masked is not compared: what is hidden
// may differ.
func (u *Cases) word(c *Complaint) {
	if c.Wording != nil {
		return
	}
	if c.Original != nil || u.Pseudonym == nil {
		c.Sender = Sender{}
		return
	}
	w := duplicate.WordingOf(c.Text, c.spot(), string(c.Kind), c.Location.Address, c.Location.Postcode)
	c.Wording = &w
	if c.Sender.Phone != "" {
		c.Sender.Phone = u.Pseudonym(w.Mark, c.Sender.Phone)
	}
	if c.Sender.Network != "" {
		c.Sender.Network = u.Pseudonym(w.Mark, c.Sender.Network)
	}
}

// compared is the complaint as it is compared with others of its wording.
func (c *Complaint) compared() duplicate.Repeated {
	x := duplicate.Repeated{Phone: c.Sender.Phone, Network: c.Sender.Network, Words: c.Wording.Words, At: c.Received}
	if !c.Guest() && !c.Erased() && !c.Anonymous {
		x.Account = c.Citizen
	}
	x.Spot = c.spot()
	return x
}

// spot is where the phone was; nil: it did not say.
func (c *Complaint) spot() *duplicate.Sign {
	if c.Location.Lat == nil || c.Location.Lon == nil {
		return nil
	}
	return &duplicate.Sign{Lat: *c.Location.Lat, Lon: *c.Location.Lon}
}

// untouched says whether nobody but its citizen and the router has done anything with the complaint. What was taken out of
// a merge is not merged by the program again.
func (c *Complaint) untouched() bool {
	return !slices.ContainsFunc(c.Events, func(e Event) bool { return e.Actor.Staff() || e.Action == MergeIn })
}

// alarming says whether the router hears a danger, or the matter is restricted: such a report is never joined by the
// program, for the same words may tell of something new.
func (u *Cases) alarming(c *Complaint) (bool, error) {
	d := c.Decision
	if d == nil {
		asked := u.Router.Route(c.Question())
		d = &asked
	}
	_, restricted, err := u.Catalogue.Filing(d.Category)
	return c.Secret || d.Restricted || restricted || d.Emergency != "", err
}

// repeats gives the open complaint that c says again, by the rules; nil: none. Of those with the same words the latest that
// counts lets through are counted, as many as the rules need: a flood costs no more the longer it is.
func (u *Cases) repeats(ctx context.Context, c *Complaint, counts func(*Complaint) bool) (*Complaint, error) {
	if c.Wording == nil || !c.untouched() {
		return nil, nil
	}
	list, err := u.sameWords(ctx, c)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(o *Complaint) bool { return o.ID == c.ID || !counts(o) })
	others := make([]duplicate.Repeated, len(list))
	for i, o := range list {
		others[i] = o.compared()
	}
	var same []*Complaint
	for _, i := range u.Repeats.Of(c.compared(), others) {
		same = append(same, list[i])
	}
	return u.joinable(ctx, c, same)
}

// joinable gives the complaint among those that say the same that c can become part of: the one that others became part of
// already, else the first.
func (u *Cases) joinable(ctx context.Context, c *Complaint, same []*Complaint) (*Complaint, error) {
	slices.SortStableFunc(same, func(a, b *Complaint) int { return cmp.Compare(b2i(a.Merged == nil), b2i(b.Merged == nil)) })
	for _, o := range same {
		if o.Merged != nil {
			var err error
			if o, err = u.Store.ByNumber(ctx, o.Merged.Into); errors.Is(err, fault.NotFound) {
				continue // destroyed when its years were over
			} else if err != nil {
				return nil, err
			}
		}
		if o.ID == c.ID || !o.State.Open() || o.Citizen != c.Citizen && !o.Shared() {
			continue
		}
		for _, x := range []*Complaint{o, c} {
			if alarming, err := u.alarming(x); alarming || err != nil {
				return nil, err
			}
		}
		return o, nil
	}
	return nil, nil
}

// sameWords reads the latest complaints of c's wording that were routed, oldest first, c itself among them if it is stored.
func (u *Cases) sameWords(ctx context.Context, c *Complaint) ([]*Complaint, error) {
	list, _, err := u.Store.Find(ctx, store.Query{Index: "wording", Equal: []any{c.Wording.Mark}, Desc: true, Limit: u.Repeats.Most() + 1,
		From: c.Received.Add(-u.Repeats.Memory()).UnixMilli()})
	if err != nil {
		return nil, fmt.Errorf("reports with the words of %s: %w", c.ID, err)
	}
	slices.Reverse(list)
	return list, nil
}

// join makes c part of an earlier complaint that says the same.
func (c *Complaint) join(first *Complaint, now time.Time) error {
	c.Merged = &Merge{Into: first.Number, Before: c.State}
	return c.move(MergeIn, By{Actor: Actor{Role: System}}, now, func(e *Event) { e.Reason, e.Ref = Repeat, first.Number })
}

// joinRepeats joins what was routed at the same moment as c, which stands. Each is stored before it looks, so of two that
// stand and cannot have seen each other while they were decided one sees the other here, and the later one gives way.
func (u *Cases) joinRepeats(ctx context.Context, c *Complaint) error {
	if c.Wording == nil || c.State == Merged {
		return nil
	}
	list, err := u.sameWords(ctx, c)
	if err != nil || len(list) < 2 {
		return err
	}
	for _, o := range list {
		if o.ID < c.ID || o.State != Routed && o.State != Triage {
			continue
		}
		filedBefore := func(x *Complaint) bool { return x.ID < o.ID }
		_, err := u.change(ctx, o.ID, func(o *Complaint, now time.Time) error {
			if o.State != Routed && o.State != Triage {
				return errNothing
			}
			first, err := u.repeats(ctx, o, filedBefore)
			if err != nil || first == nil {
				return cmpErr(err, errNothing)
			}
			return o.join(first, now)
		})
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}
