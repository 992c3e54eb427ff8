package complaint

import "time"

// Mended says when the agency last said that the matter is mended; ok is false where it has not, or where the citizen had
// it opened again.
func (c *Complaint) Mended() (at time.Time, ok bool) {
	if c.State != Resolved && c.State != Closed {
		return time.Time{}, false
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		switch e := c.Events[i]; {
		case e.To == Resolved && e.From != Resolved:
			return e.At, true
		case e.To == Closed && e.From != Resolved && e.From != e.To:
			return time.Time{}, false // closed without having been mended
		}
	}
	return time.Time{}, false
}
