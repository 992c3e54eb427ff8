package routing

import (
	"slices"
	"strings"

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

// How hints weigh. They multiply what category, place and table say, and the sum is brought back to what it was.
const (
	chosenFactor    = 6.0  // the category that the citizen chose
	chosenAtLeast   = 0.05 // its probability before that, where the text says nothing of it
	addressedFactor = 2.5  // an agency named outright
	toldFactor      = 1.2  // an agency that was told before
	deniedFactor    = 0.3  // an agency that says it is not responsible, or of which the citizen says so
	addressedPart   = 0.06 // what an agency named outright gets where nothing else speaks for it
	restrictedFrom  = 0.25 // above this probability of a restricted category the case is hidden from ordinary officers
	alternatives    = 5
)

// Route answers the question. It always names an agency; Auto says whether that may be sent without a person.
func (r *Router) Route(q Question) Decision {
	what := r.classifier.Classify(q.Text)
	if q.Where.Text == "" {
		q.Where.Text = q.Text
	}
	where := r.finder.Find(q.Where)

	text := wordsOf(q.Text, make([]word, 0, 64))
	f := facts{day: dayIn(q.At), found: make(bits, len(r.table.words)/64+1)}
	r.table.find(text, f.found)
	r.table.find(wordsOf(what.Normal, make([]word, 0, 64)), f.found)
	if q.Where.Address != "" {
		r.table.findFacilities(wordsOf(q.Where.Address, nil), f.found)
	}
	roads := r.roads.Guess(text, where.State)
	if roads[0].Class == Unknown && q.Where.Address != "" {
		roads = r.roads.Guess(wordsOf(q.Where.Address, nil), where.State)
	}

	categories := r.chosen(what.Categories, q.Category)
	found := r.weigh(categories, placesOf(where), roads, f)
	named := r.names.find(text, nil)
	r.hint(&found, named, where)
	taught, learnt := r.teach(&found, q, categories, where)
	found = slices.DeleteFunc(found, func(s share) bool { return slices.Contains(q.Returned, s.agency) })
	total := 0.0
	for _, s := range found {
		total += s.p
	}
	found.sort()
	if len(found) == 0 { // everybody sent it back, or the text says nothing
		found = shares{{agency: "BPA", category: lastCategory(categories)}}
	}
	r.fill(&found, q.Returned, where)

	best := found[0]
	d := Decision{
		Agency: best.agency, Category: best.category, Emergency: what.Emergency, RecordType: what.RecordType,
		Lang: what.Lang, Model: r.classifier.Version(),
		Place: Place{where.State, where.District, where.Authority, where.Confidence, where.Source},
		Spot:  Spot{where.Lat, where.Lon, where.Radius}, Matters: matters(categories),
	}
	if q.Type != "" {
		d.RecordType = q.Type
	}
	d.Restricted = r.restricted(categories, best.category)
	for _, s := range found[:min(alternatives, len(found))] {
		d.Alternatives = append(d.Alternatives, Alternative{s.agency, s.category, r.thresholds.calibrate(s.p)})
	}
	d.Confidence = d.Alternatives[0].Confidence
	needed := r.thresholds.of(best.category)
	d.Auto = !best.lost && d.Confidence >= needed
	d.Reasons = r.explain(&d, best, what, where, named, q, needed)
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

// chosen adds the citizen's own choice to what the text says. Probabilities sum to at most 1 before and after.
func (r *Router) chosen(categories []classify.Scored, choice string) []classify.Scored {
	if choice == "" {
		return categories
	}
	if _, ok := r.catalogue.Get(choice); !ok {
		return categories
	}
	out := slices.Clone(categories)
	i := slices.IndexFunc(out, func(s classify.Scored) bool { return s.Code == choice })
	if i < 0 {
		i, out = len(out), append(out, classify.Scored{Code: choice})
	}
	out[i].P = chosenFactor * max(out[i].P, chosenAtLeast)
	total := 0.0
	for _, s := range out {
		total += s.P
	}
	for i := range out {
		out[i].P /= total
	}
	return out
}

// hint lets agencies named in the text count.
func (r *Router) hint(found *shares, named []mention, where place.Found) {
	if len(named) == 0 || len(*found) == 0 {
		return
	}
	before := 0.0
	for _, s := range *found {
		before += s.p
	}
	for _, m := range named {
		code := r.table.seats.resolve(m.agency, Place{State: where.State, District: where.District, Authority: where.Authority})
		if code == "" {
			continue
		}
		i := slices.IndexFunc(*found, func(s share) bool { return s.agency == code })
		switch {
		case i < 0 && m.role == addressed && !strings.HasPrefix(m.agency, "@"):
			found.add(code, addressedPart*before, share{category: (*found)[0].category})
		case i < 0:
		case m.role == addressed:
			(*found)[i].p *= addressedFactor
		case m.role == told:
			(*found)[i].p *= toldFactor
		case m.role == denied:
			(*found)[i].p *= deniedFactor
		}
	}
	after := 0.0
	for _, s := range *found {
		after += s.p
	}
	for i := range *found {
		(*found)[i].p *= before / after
	}
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
	for _, code := range []string{"BPA", "KPKT", "JPM", "KKR", "KDN"} {
		add(code)
	}
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
