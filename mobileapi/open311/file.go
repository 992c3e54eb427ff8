package open311

import (
	"context"
	"maps"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/reporter"
	"respons/internal/service"
)

// filing is a complaint as another system sends it.
type filing struct {
	Service     string
	Lat, Lon    *float64
	Address     string
	Description string
	Media       string
	Name        string
	Email       string
	Phone       string
	Answers     map[string][]string // by code of the question
}

// readFiling reads the fields that need nothing but themselves to be right.
func readFiling(q *question) (f filing, w wrong) {
	f = filing{Service: q.get("service_code"), Address: q.get("address_string"), Description: q.get("description"), Email: q.get("email"), Phone: q.get("phone"),
		Name: strings.TrimSpace(q.get("first_name") + " " + q.get("last_name")), Answers: answers(q.values)}
	if f.Service == "" {
		w.add("service_code", "is missing; GET services lists them")
	}
	f.Lat, f.Lon = q.degrees("lat", &w), q.degrees("long", &w)
	switch {
	case (q.get("lat") == "") != (q.get("long") == ""):
		w.add("lat, long", "must come together")
	case q.get("lat") == "" && f.Address == "" && q.get("address_id") != "":
		w.add("address_id", "names no place here; send lat and long, or address_string")
	case q.get("lat") == "" && f.Address == "":
		w.add("lat, long", "and address_string are missing; one of them must say where it is")
	}
	if f.Description != "" {
		if wrong := complaint.Plain(f.Description, maxText); wrong != "" {
			w.add("description", "%s", wrong)
		}
	}
	if f.Media = q.get("media_url"); f.Media != "" && !isLink(f.Media) {
		w.add("media_url", "%s", notLink)
	}
	return f, w
}

func (q *question) degrees(name string, w *wrong) *float64 {
	v := q.get(name)
	if v == "" {
		return nil
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		w.add(name, "must be degrees of WGS 84 as a decimal number, such as 3.1186")
		return nil
	}
	return &f
}

var attribute = regexp.MustCompile(`^attribute\[([^\[\]]*)\](?:\[\])?$`)

// answers reads attribute[CODE]=value and attribute[CODE][]=value, always in the same order: a repeat is told by it. What
// is empty counts as absent.
func answers(values url.Values) map[string][]string {
	out := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		m := attribute.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		for _, v := range values[name] {
			if strings.TrimSpace(v) != "" {
				out[m[1]] = append(out[m[1]], v)
			}
		}
	}
	return out
}

const (
	maxLink = 1000 // bytes
	notLink = "must be an https address of up to 1,000 characters, such as https://example.com/photo.jpg"
)

// isLink says whether it is an address that can be kept for staff to open. Nothing here ever fetches one.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= maxLink && complaint.Plain(s, maxLink) == "" && !strings.ContainsAny(s, " \r\n\t")
}

// file makes a complaint of a form. The same idempotency key gives the same answer; without one a repeat is another
// complaint, as for everybody.
func (a *API) file(ctx context.Context, q *question) (answer, error) {
	f, w := readFiling(q)
	var s service.Service
	if f.Service != "" {
		var err error
		if s, err = a.service(f.Service); err != nil {
			return answer{}, err
		}
	}
	lines, bad := s.Answered(f.Answers, q.lang)
	if f.Service != "" {
		w = append(w, bad...)
	}
	who := reporter.Details{Name: f.Name, Email: f.Email, Phone: f.Phone}
	w = append(w, who.Wrong()...)
	if err := w.err(); err != nil {
		return answer{}, err
	}
	if f.Description == "" {
		f.Description = s.Name.In(q.lang)
	}
	citizen := guard.Who(ctx).ID
	d := complaint.Draft{Citizen: citizen, Kind: complaint.Complain, Text: strings.Join(append([]string{f.Description}, lines...), "\n"), Hint: s.Code, Lang: q.lang,
		Location: complaint.Location{Lat: f.Lat, Lon: f.Lon, Address: f.Address}, Via: q.client.ID, Link: f.Media,
		Request: complaint.NewRequest(q.key, "open311/"+q.client.ID+"/"+citizen, f)}
	c, repeated, err := a.Cases.File(ctx, d)
	if err != nil {
		return answer{}, err
	}
	if err := a.remember(ctx, c, who, repeated); err != nil {
		return answer{}, err // the same request again remembers them
	}
	return answer{status: http.StatusCreated, root: "service_requests", body: List[Filed]{{ID: c.Number, Notice: a.notice(c, s, d.Text, q.lang)}}}, nil
}

// remember keeps who a guest is, sealed. Who has an account has said it there, and a repeat takes back no correction.
func (a *API) remember(ctx context.Context, c *complaint.Complaint, who reporter.Details, repeated bool) error {
	if who == (reporter.Details{}) || !c.Guest() {
		return nil
	}
	if repeated {
		if known, err := a.Reporters.Of(ctx, c.Citizen); err != nil || known != (reporter.Details{}) {
			return err
		}
	}
	_, err := a.Reporters.Put(ctx, c.Citizen, who)
	return err
}

// notice is what whoever reports must be told at once: whom to call, and how a guest follows the complaint.
func (a *API) notice(c *complaint.Complaint, s service.Service, text, lang string) Text {
	call := a.Emergency(text)
	if call == "" {
		call = strings.Join(s.Call, ", ")
	}
	var out []string
	if call != "" {
		out = append(out, a.Texts.fill(noticeCall, lang, "{call}", call))
	}
	if c.Guest() {
		out = append(out, a.Texts.fill(noticeClaim, lang, "{code}", a.Claims.Code(c.ID), "{number}", c.Number))
	}
	return Text(strings.Join(out, " "))
}
