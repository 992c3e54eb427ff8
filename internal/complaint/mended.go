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

// Since is when the present state began, UTC.
func (c *Complaint) Since() time.Time {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := c.Events[i]; e.From != e.To {
			return e.At
		}
	}
	return c.Received
}

// Over is when the complaint last stopped being open; zero: it is open.
func (c *Complaint) Over() time.Time {
	if c.State.Open() {
		return time.Time{}
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := c.Events[i]; e.From.Open() && !e.To.Open() {
			return e.At
		}
	}
	return c.Received
}

// Answered is when a person first answered the citizen; zero: nobody did yet.
func (c *Complaint) Answered() time.Time {
	for _, e := range c.Events {
		if e.answers() {
			return e.At
		}
	}
	return time.Time{}
}

// Reopened is how often the citizen said that it was not mended after all.
func (c *Complaint) Reopened() int {
	n := 0
	for _, e := range c.Events {
		if e.Action == Reopen {
			n++
		}
	}
	return n
}
