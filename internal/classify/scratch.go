package classify

import "sync"

// scratch is room to reckon in, used again for the next text.
type scratch struct {
	features []uint32
	values   []float32
	seen     []uint64 // a bit for each row of the model, all zero between uses
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// fit makes room for a bit for each row.
func (s *scratch) fit(rows int) {
	if need := rows/64 + 1; len(s.seen) < need {
		s.seen = make([]uint64, need)
	}
}

// weigh gives the rows of a text that the model knows, and their values. Both are overwritten by the next text.
func (s *scratch) weigh(m *Model, n *Normaliser, raw, read sentence) (rows []uint32, values []float32) {
	s.features = n.features(raw, read, s.features[:0])
	rows = m.known(s.features, s)
	s.values = m.values(rows, s.values)
	return rows, s.values
}
