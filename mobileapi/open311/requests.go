package open311

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/service"
)

// What one answer holds at the most.
const (
	mostRequests = 1000
	longest      = 90 * 24 * time.Hour
	maxText      = 4000 // characters of a description
)

// service finds a service; fault.NotFound.
func (a *API) service(code string) (service.Service, error) {
	s, ok := a.Services().Get(code)
	if !ok {
		return s, fault.New(fault.NotFound, "there is no service_code %q; GET services lists them. Confidential matters are not reported through other systems", code)
	}
	return s, nil
}

func (a *API) requests(ctx context.Context, q *question) (answer, error) {
	if ids := q.list("service_request_id"); len(ids) > 0 { // goes before everything else
		return a.requestsOf(ctx, q, ids)
	}
	var w wrong
	ask := complaint.PublicQuery{}
	for _, code := range q.list("service_code") {
		s, err := a.service(code)
		if err != nil {
			return answer{}, err
		}
		if !slices.Contains(ask.Categories, s.Code) {
			ask.Categories = append(ask.Categories, s.Code)
		}
	}
	for _, status := range q.list("status") {
		switch status {
		case open:
			ask.Open = true
		case closed:
			ask.Closed = true
		default:
			w.add("status", "%q is neither open nor closed", status)
		}
	}
	ask.From, ask.To = q.period(longest, longest, a.Cases.Now(), &w)
	page, size := q.number("page", 1, 1, mostRequests, &w), q.number("page_size", mostRequests, 1, mostRequests, &w)
	if page > 1 && page*size > mostRequests {
		w.add("page", "goes beyond the first %d requests; ask for a shorter time", mostRequests)
	}
	if err := w.err(); err != nil {
		return answer{}, err
	}
	ask.Limit = page * size
	list, err := a.Cases.Public(ctx, ask)
	if err != nil {
		return answer{}, err
	}
	return a.show(list[min((page-1)*size, len(list)):], q.lang), nil
}

// requestsOf gives the requests of a list of ids; those that are not there are left out.
func (a *API) requestsOf(ctx context.Context, q *question, ids []string) (answer, error) {
	if len(ids) > mostRequests {
		return answer{}, fault.New(fault.Invalid, "service_request_id has %d ids; at most %d fit", len(ids), mostRequests)
	}
	var list []*complaint.Complaint
	seen := map[string]bool{}
	for _, id := range ids {
		c, err := a.public(ctx, id)
		switch {
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return answer{}, err
		case !seen[c.ID]:
			seen[c.ID], list = true, append(list, c)
		}
	}
	return a.show(list, q.lang), nil
}

func (a *API) request(ctx context.Context, q *question) (answer, error) {
	c, err := a.public(ctx, q.id)
	if err != nil {
		return answer{}, err
	}
	return a.show([]*complaint.Complaint{c}, q.lang), nil
}

// token answers what every id stands for: itself. Filing gives no tokens, and clients that always ask by one go on.
func (a *API) token(ctx context.Context, q *question) (answer, error) {
	c, err := a.public(ctx, q.id)
	if err != nil {
		return answer{}, err
	}
	return answer{root: "service_requests", body: List[Token]{{ID: c.Number, Token: q.id}}}, nil
}

// public finds a complaint that anybody may see; fault.NotFound.
func (a *API) public(ctx context.Context, id string) (*complaint.Complaint, error) {
	c, err := a.Cases.Store.ByNumber(ctx, id)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Invalid) || err == nil && a.Cases.Shows(c) == complaint.Nothing {
		return nil, fault.New(fault.NotFound, "there is no service_request_id %q that can be shown", id)
	}
	return c, err
}

func (a *API) show(list []*complaint.Complaint, lang string) answer {
	out := List[Request]{}
	for _, c := range list {
		out = append(out, a.view(c, lang))
	}
	return answer{root: "service_requests", body: out}
}

// The standings of a request.
const (
	open   = "open"
	closed = "closed"
)

// view is a complaint as anybody may see it.
func (a *API) view(c *complaint.Complaint, lang string) Request {
	code := c.Category
	if code == "" {
		code = c.Hint
	}
	r := Request{ID: c.Number, Status: open, Notes: a.state(c.State, c.Agency, lang), Service: Text(a.Values.Category(code, lang)), Code: code,
		Agency: Text(a.Values.Agency(c.Agency, lang)), Requested: Moment(c.Received), Updated: Moment(c.LastMove())}
	if c.State.Open() {
		r.Expected = Moment(c.Promised())
	} else {
		r.Status = closed
	}
	if a.Cases.Shows(c) != complaint.Everything {
		return r
	}
	text, _ := a.Insults.Mask(c.Text)
	address, _ := a.Insults.Mask(c.PublicAddress())
	r.Text, r.Address, r.Zipcode = Text(cut(text)), Text(address), Text(c.Location.Postcode)
	if lat, lon, ok := c.PublicSpot(); ok {
		r.Lat, r.Long = Degrees{&lat}, Degrees{&lon}
	}
	return r
}

// state says in words where a complaint stands.
func (a *API) state(s complaint.State, agency, lang string) Text {
	return Text(a.Texts.fill(string(s), lang, "{agency}", a.Values.Agency(agency, lang)))
}

// cut shortens a text to what a description may have.
func cut(s string) string {
	if r := []rune(s); len(r) > maxText {
		return strings.TrimSpace(string(r[:maxText-1])) + "…"
	}
	return s
}
