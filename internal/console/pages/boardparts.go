package pages

// The parts of the templates that several pages of figures share take their values by these.
type (
	cellPart struct {
		Data behinder
		Row  figureRow
	}
	linkPart struct {
		To string
		N  int64
	}
	tablePart struct {
		Data        behinder
		Title, Head string
		Rows        []figureRow
		Officers    bool   // of officers nothing is counted but what they have now
		Hidden      int    // rows that are left out at first
		All         string // address of the page with all of them
	}
	behinder interface {
		Behind(r figureRow, pairs ...string) string
	}
)

// figureLink leads from a figure of a row to the complaints behind it.
func figureLink(d behinder, r figureRow, which string, n int64) linkPart {
	if r.List == "" {
		return linkPart{N: n}
	}
	switch which {
	case "open":
		return linkPart{d.Behind(r, "open", "true"), n}
	case "predicted":
		return linkPart{d.Behind(r, "predicted", "true"), n}
	}
	return linkPart{d.Behind(r, "standing", which), n}
}

// firstRows is how many rows of a table the board shows at first: the worst stand there.
const firstRows = 15

// boardTable is a table of the board, cut off unless all rows are asked for.
func boardTable(page Look, title, head string, rows []figureRow, officers bool) tablePart {
	d, ok := page.Data.(boardData)
	if !ok {
		panic("pages: only the board has such tables")
	}
	t := tablePart{Data: d, Title: title, Head: head, Rows: rows, Officers: officers}
	if len(rows) > firstRows+1 && page.Query("all") == "" {
		t.Rows, t.Hidden, t.All = rows[:firstRows], len(rows)-firstRows, d.to("/console/board", "agency", d.Agency, "from", d.Body.From, "to", d.Body.To, "all", "true")
	}
	return t
}
