package routing

import (
	"slices"

	"respons/internal/classify"
	"respons/internal/place"
)

// classifier says what a text is about.
type classifier interface {
	Classify(text string) classify.Result
	Emergency(text string) string
	Version() string
}

// finder says where a matter lies.
type finder interface {
	Find(place.Query) place.Found
}

// Parts is what a router is made of.
type Parts struct {
	Register   register
	Catalogue  catalogue
	Classifier classifier
	Finder     finder
	Table      *Table
	Roads      *Roads
	Names      *Names
	Thresholds *Thresholds
}

// Router decides which agency must act. It holds no state of a question: any number of goroutines may ask at once.
type Router struct {
	register   register
	catalogue  catalogue
	classifier classifier
	finder     finder
	table      *Table
	roads      *Roads
	names      *Names
	thresholds *Thresholds
	learnt     *Learnt // nil: nothing
}

// New makes a router of its parts; every part must be there.
func New(p Parts) *Router {
	return &Router{p.Register, p.Catalogue, p.Classifier, p.Finder, p.Table, p.Roads, p.Names, p.Thresholds, nil}
}

// Emergency gives the number to call now, or "", without deciding anything else: an answer that cannot wait for routing.
func (r *Router) Emergency(text string) string { return r.classifier.Emergency(text) }

// Find says where a matter lies, without deciding anything else.
func (r *Router) Find(q place.Query) place.Found { return r.finder.Find(q) }

const (
	restrictedFrom = 0.25 // above this probability of a restricted category the case is hidden from ordinary officers
	alternatives   = 5
)

// Route answers the question. It always names an agency; Auto says whether that may be sent without a person.
func (r *Router) Route(q Question) Decision {
	what := r.classifier.Classify(q.Text)
	if q.Where.Text == "" {
		q.Where.Text = q.Text
	}
	where := r.finder.Find(q.Where)

	f, text := r.facts(q, what.Normal)
	roads := r.guess(q, text, where.State)

	categories := r.chosen(what.Categories, q.Category)
	found := r.weigh(categories, placesOf(where), roads, f)
	named := r.names.find(text, nil)
	recordType := what.RecordType
	if q.Type != "" {
		recordType = q.Type
	}
	r.hint(&found, named, categories, recordType, where)
	taught, learnt := r.teach(&found, q, categories, where)
	found = slices.DeleteFunc(found, func(s share) bool { return slices.Contains(q.Returned, s.agency) })
	found.sort()
	if len(found) == 0 { // everybody sent it back, or the text says nothing
		found = shares{{agency: r.lastResort(q.Returned), category: lastCategory(categories)}}
	}
	r.fill(&found, q.Returned, where)

	best := found[0]
	d := Decision{
		Agency: best.agency, Category: best.category, Weight: best.p, Emergency: what.Emergency, RecordType: recordType,
		Lang: what.Lang, Model: r.classifier.Version(),
		Place: Place{where.State, where.District, where.Authority, where.Confidence, where.Source},
		Spot:  Spot{where.Lat, where.Lon, where.Radius}, Matters: matters(categories),
	}
	d.Restricted = r.restricted(categories, best.category)
	d.Alternatives = r.thresholds.calibration.alternatives(found)
	d.Confidence = d.Alternatives[0].Confidence
	needed := r.thresholds.of(best.category)
	d.Auto = !best.lost && d.Confidence >= needed
	d.Reasons = r.explain(&d, best, f.found, what, where, named, q, needed)
	if learnt && d.Agency == taught.Agency {
		d.Reasons = append(d.Reasons, taught.reason())
	}
	return d
}

// matters keeps the first three categories.
func matters(categories []classify.Scored) []Matter {
	out := make([]Matter, 0, 3)
	for _, s := range categories[:min(3, len(categories))] {
		out = append(out, Matter{s.Code, s.P})
	}
	return out
}

// facts gathers what the table may ask about a question except place and road, and gives the words of its text.
func (r *Router) facts(q Question, normal string) (facts, []word) {
	text := wordsOf(q.Text, make([]word, 0, 64))
	f := facts{day: dayIn(q.At), found: make(bits, len(r.table.words)/64+1)}
	r.table.find(text, f.found)
	r.table.find(wordsOf(normal, make([]word, 0, 64)), f.found)
	if q.Where.Address != "" {
		r.table.findFacilities(wordsOf(q.Where.Address, nil), f.found)
	}
	return f, text
}

// guess reads the class of the road in the text, and in the address where the text says nothing.
func (r *Router) guess(q Question, text []word, state string) []RoadGuess {
	roads := r.roads.Guess(text, state)
	if roads[0].Class == Unknown && q.Where.Address != "" {
		roads = r.roads.Guess(wordsOf(q.Where.Address, nil), state)
	}
	return roads
}

// Responsible gives the agencies that may have a question whose category is certain, at the likeliest place: first the
// one that must act, then those that the catalogue names to ask next. It is empty where the catalogue lacks the category
// or the table needs a place that is not known.
func (r *Router) Responsible(category string, q Question) (agencies []string) {
	c, ok := r.catalogue.Get(category)
	if !ok {
		return nil
	}
	if q.Where.Text == "" {
		q.Where.Text = q.Text
	}
	where := r.finder.Find(q.Where)
	f, text := r.facts(q, r.classifier.Classify(q.Text).Normal)
	f.place, f.road = Place{State: where.State, District: where.District, Authority: where.Authority}, r.guess(q, text, where.State)[0].Class
	for _, rule := range slices.Concat([]string{c.Code, c.Rule}, c.Fallback) {
		o, ok := r.table.ask(rule, &f)
		if rule == c.Rule && len(agencies) > 0 { // the exceptions of the category go before its rule
			continue
		}
		if ok && o.agency != "" && !slices.Contains(agencies, o.agency) {
			agencies = append(agencies, o.agency)
		}
	}
	return agencies
}

// fill adds agencies without probability until there are five to choose from: the other councils that the place may
// belong to, the body above the best agency, the state, and the complaints bureau that finds a home for anything.
func (r *Router) fill(found *shares, returned []string, where place.Found) {
	add := func(code string) {
		if len(*found) >= alternatives || code == "" || slices.Contains(returned, code) ||
			slices.ContainsFunc(*found, func(s share) bool { return s.agency == code }) {
			return
		}
		if _, ok := r.register.Get(code); ok {
			*found = append(*found, share{agency: code, category: (*found)[0].category})
		}
	}
	best, _ := r.register.Get((*found)[0].agency)
	add(best.Parent)
	add(where.Authority)
	for _, c := range where.Alternatives {
		add(c.Authority)
	}
	add(r.table.seats.secretary[stateNumber(where.State)])
	for _, code := range lastResorts {
		add(code)
	}
}

// lastResorts find a home for anything, best first.
var lastResorts = []string{"BPA", "JPM", "KPKT", "KDN", "KKR"}

// lastResort is whom to name where nobody else is left.
func (r *Router) lastResort(returned []string) string {
	for _, code := range lastResorts {
		if !slices.Contains(returned, code) {
			return code
		}
	}
	return lastResorts[0]
}

// restricted reports whether ordinary officers must not see the case: its category says so, or it may well be such a tip.
func (r *Router) restricted(categories []classify.Scored, best string) bool {
	p := 0.0
	for _, s := range categories {
		if c, _ := r.catalogue.Get(s.Code); c.Restricted {
			p += s.P
			if s.Code == best {
				return true
			}
		}
	}
	return p >= restrictedFrom
}

func lastCategory(categories []classify.Scored) string {
	if len(categories) == 0 {
		return "UMM01"
	}
	return categories[0].Code
}
