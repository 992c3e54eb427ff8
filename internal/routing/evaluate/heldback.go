package evaluate

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"slices"
	"testing/fstest"
	"time"

	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/routing"
	"respons/internal/table"
)

// folds is in how many parts the examples are cut: a router trained on the others is asked about each part in turn.
const folds = 4

// heldAnswer is what a router said about a text that its model has not seen.
type heldAnswer struct {
	weight   float64
	right    bool
	category string // as decided
}

// heldExamples asks about every example in the folder a router whose model has not seen it. Right is what the catalogue
// and the responsibility table name for the example's own category at the same place, so that only reading the text can
// go wrong.
func heldExamples(fsys fs.FS, at time.Time) ([]heldAnswer, error) {
	var ms table.Mistakes
	catalogue := classify.LoadCatalogue(fsys, &ms)
	normaliser := classify.LoadNormaliser(fsys, &ms)
	examples := classify.Examples(fsys, catalogue, &ms)
	if err := ms.Err(); err != nil {
		return nil, err
	}
	var out []heldAnswer
	for fold := range uint32(folds) {
		var seen, unseen []classify.Example
		for _, e := range examples {
			if number(e.Text)%folds == fold {
				unseen = append(unseen, e)
			} else {
				seen = append(seen, e)
			}
		}
		model, err := classify.Train(normaliser, catalogue, seen).Encode()
		if err != nil {
			return nil, fmt.Errorf("train without part %d: %w", fold+1, err)
		}
		router := certainPlaces(withModel{fsys, model}, &ms)
		if err := ms.Err(); err != nil {
			return nil, err
		}
		for _, e := range unseen {
			q := routing.Question{Text: e.Text, At: at}
			d := router.Route(q)
			out = append(out, heldAnswer{d.Weight, slices.Contains(router.Responsible(e.Category, q), d.Agency), d.Category})
		}
	}
	return out, nil
}

// heldTexts asks the router about the labelled texts of heldback.csv, which are no examples.
func heldTexts(fsys fs.FS, at time.Time) ([]heldAnswer, error) {
	var ms table.Mistakes
	router := routing.LoadAll(fsys, &ms)
	cases := Read(fsys, "heldback.csv", at, &ms)
	if err := ms.Err(); err != nil {
		return nil, err
	}
	out := make([]heldAnswer, len(cases))
	for i, c := range cases {
		d := router.Route(c.Question)
		out[i] = heldAnswer{d.Weight, c.right(d.Agency), d.Category}
	}
	return out, nil
}

func number(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()
}

// withModel is a folder whose model is another one.
type withModel struct {
	fs.FS
	model []byte
}

// Open gives the other model under the model's name.
func (w withModel) Open(name string) (fs.File, error) {
	if name == classify.ModelFile {
		return fstest.MapFS{name: {Data: w.model}}.Open(name)
	}
	return w.FS.Open(name)
}

// certainPlaces makes a router that takes the likeliest place for certain, and for a text that names none some council.
func certainPlaces(fsys fs.FS, ms *table.Mistakes) *routing.Router {
	p := routing.LoadParts(fsys, ms)
	var councils []agency.Agency
	for _, a := range p.Register.All() {
		if a.Kind == agency.LocalAuthority && len(a.States) == 1 {
			councils = append(councils, a)
		}
	}
	p.Finder = certain{p.Finder, councils}
	return routing.New(p)
}

type certain struct {
	finder   interface{ Find(place.Query) place.Found }
	councils []agency.Agency
}

// Find answers without doubt.
func (c certain) Find(q place.Query) place.Found {
	f := c.finder.Find(q)
	if f.Authority == "" && len(c.councils) > 0 {
		a := c.councils[int(number(q.Text))%len(c.councils)]
		f.Authority, f.State, f.District = a.Code, a.States[0], ""
	}
	f.Confidence, f.StateConfidence, f.DistrictConfidence, f.Alternatives = 1, 1, 1, nil
	return f
}
