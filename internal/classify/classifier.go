package classify

import (
	"errors"
	"io/fs"
	"math"
	"path"
	"slices"

	"respons/internal/table"
)

// Classifier reads texts. It does not change, so any number of goroutines may use it.
type Classifier struct {
	normaliser  *Normaliser
	catalogue   *Catalogue
	keywords    *keywords
	emergencies *emergencies
	model       *Model
}

// ModelFile is the trained model's name in the folder of reference data.
const ModelFile = "model.bin"

// Load reads catalogue, short forms, emergencies and the trained model, and notes every mistake. Without a model the
// catalogue's keywords decide alone.
func Load(fsys fs.FS, ms *table.Mistakes) *Classifier {
	c := &Classifier{normaliser: LoadNormaliser(fsys, ms), catalogue: LoadCatalogue(fsys, ms)}
	c.keywords = newKeywords(c.normaliser, c.catalogue)
	c.emergencies = loadEmergencies(fsys, c.normaliser, c.catalogue, ms)
	content, err := fs.ReadFile(fsys, ModelFile)
	if errors.Is(err, fs.ErrNotExist) {
		return c
	}
	if err == nil {
		c.model, err = DecodeModel(content)
	}
	if err == nil && c.model.classes != len(c.catalogue.all) {
		err = errors.New("the model was trained on another catalogue; run: respons model train")
	}
	if err != nil {
		ms.Add(ModelFile, "%v", err)
		c.model = nil
	}
	return c
}

// Version names the model: the key of what it was trained on, or "keywords".
func (c *Classifier) Version() string {
	if c.model == nil {
		return "keywords"
	}
	return c.model.Key
}

// Examples reads every examples/*.csv, sorted by file, and notes every mistake.
func Examples(fsys fs.FS, cat *Catalogue, ms *table.Mistakes) []Example {
	files, err := fs.Glob(fsys, "examples/*.csv")
	if err != nil {
		ms.Add("examples", "%v", err)
	}
	var out []Example
	for _, file := range files {
		for _, r := range table.Read(fsys, file, []string{"text", "category", "lang", "type"}, ms) {
			if _, ok := cat.Get(r.Need("category")); !ok {
				r.Wrong("category", "there is no category %q", r.Get("category"))
			}
			out = append(out, Example{Text: r.Need("text"), Category: r.Get("category"), Weight: 1})
		}
	}
	if len(files) == 0 {
		ms.Add(path.Join("examples", "*.csv"), "there are no examples")
	}
	return out
}

// most is how many categories a result lists.
const most = 10

// keywordShare is how much of the probability the keywords decide where some are found.
const keywordShare = 0.05

// sharpen is the power to which probabilities are raised: hiding features while training leaves them too modest.
const sharpen = 1.3

// Classify reads a text. It never fails: of a text that says nothing every category is as likely as any.
func (c *Classifier) Classify(text string) Result {
	text = clip(text)
	raw, read, dialect := c.normaliser.normalise(text)
	r := Result{Dialect: dialect, Normal: read.text()}
	r.Lang = languageOf(text, read.words)
	r.RecordType = recordType(text, r.Normal)
	hits := c.keywords.find(raw, c.keywords.find(read, nil))
	scores := make([]float32, len(c.catalogue.all))
	if c.model != nil {
		s := scratches.Get().(*scratch)
		rows, values := s.weigh(c.model, c.normaliser, raw, read)
		c.model.score(rows, values, scores)
		scratches.Put(s)
	} else {
		for i := range scores {
			scores[i] = 1 / float32(len(scores))
		}
	}
	mix(c.model, scores, hits)
	r.Categories = best(c.catalogue, scores)
	r.Emergency = c.emergencies.find(raw, read, r.Categories, r.RecordType)
	r.Words = telling(c.catalogue, hits, r.Categories[0].Code)
	return r
}

// mix puts what the keywords say beside what the model says: a phrase counts more than the words in it. Without a model
// the keywords decide nearly alone.
func mix(m *Model, scores []float32, hits []hit) {
	share := float32(keywordShare)
	if m == nil {
		share = 0.9
	}
	said := make([]float32, len(scores))
	var sum float32
	seen := map[string]bool{}
	for _, h := range hits {
		if !seen[h.text] {
			seen[h.text] = true
			w := float32(h.words * h.words)
			said[h.class] += w
			sum += w
		}
	}
	if sum == 0 {
		share, sum = 0, 1
	}
	var total float32
	for i := range scores {
		scores[i] = float32(math.Pow(float64((1-share)*scores[i]+share*said[i]/sum), sharpen))
		total += scores[i]
	}
	for i := range scores {
		scores[i] /= total
	}
}

// best gives the likeliest categories, best first; of equals the one of the higher priority.
func best(cat *Catalogue, scores []float32) []Scored {
	var order [most]int
	n := 0
	for i := range scores {
		at := n
		for at > 0 && before(cat, scores, i, order[at-1]) {
			at--
		}
		if at == most {
			continue
		}
		n = min(n+1, most)
		copy(order[at+1:n], order[at:n-1])
		order[at] = i
	}
	out := make([]Scored, n)
	for i := range out {
		out[i] = Scored{Code: cat.all[order[i]].Code, P: float64(scores[order[i]])}
	}
	return out
}

// before says whether category i, which stands later in the catalogue, goes before j.
func before(cat *Catalogue, scores []float32, i, j int) bool {
	return scores[i] > scores[j] || scores[i] == scores[j] && cat.all[i].Priority < cat.all[j].Priority
}

// telling lists the words of the text that are keywords of a category.
func telling(cat *Catalogue, hits []hit, code string) []string {
	var out []string
	for _, h := range hits {
		if cat.all[h.class].Code == code && !slices.Contains(out, h.text) && len(out) < 5 {
			out = append(out, h.text)
		}
	}
	return out
}
