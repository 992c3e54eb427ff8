package routing

import (
	"io/fs"

	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/table"
)

// LoadAll makes a router of the files in a folder: register, gazetteer, catalogue, model and responsibility. Every
// mistake in any of them is noted in ms; with one noted the router must not be used.
func LoadAll(fsys fs.FS, ms *table.Mistakes) *Router { return New(LoadParts(fsys, ms)) }

// LoadParts is LoadAll for who wants to replace a part.
func LoadParts(fsys fs.FS, ms *table.Mistakes) Parts {
	register := agency.Load(fsys, ms)
	catalogue := classify.LoadCatalogue(fsys, ms)
	return Parts{
		Register:   register,
		Catalogue:  catalogue,
		Classifier: classify.Load(fsys, ms),
		Finder:     place.Load(fsys, register, ms),
		Table:      LoadTable(fsys, register, catalogue, ms),
		Roads:      LoadRoads(fsys, ms),
		Names:      LoadNames(fsys, register, ms),
		Thresholds: LoadThresholds(fsys, catalogue, ms),
	}
}
