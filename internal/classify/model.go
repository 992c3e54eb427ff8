package classify

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Model is a trained classifier: one byte for each feature it knows and class.
type Model struct {
	Key     string // of what it was trained on
	classes int
	rows    []int32 // by feature: its row of weights; -1: the examples did not teach it
	rarity  []uint8 // by row: how much the feature says, see rarity
	weights []int8  // by row, then class
	totals  []int32 // by row: its weights together
	unit    float32
}

var magic = [8]byte{'r', 'e', 's', 'p', 'o', 'n', 's', '4'}

func (m *Model) quantise(weights []float32) {
	var top float32
	for _, w := range weights {
		top = max(top, w, -w)
	}
	m.unit = max(top/127, 1e-9)
	m.weights = make([]int8, len(weights))
	for i, w := range weights {
		m.weights[i] = int8(math.Round(float64(w / m.unit)))
	}
	m.total()
}

// total fills in totals.
func (m *Model) total() {
	m.totals = make([]int32, len(m.rarity))
	for row := range m.totals {
		for _, w := range m.weights[row*m.classes : (row+1)*m.classes] {
			m.totals[row] += int32(w)
		}
	}
}

// known turns features into the rows of those that the model knows, each once, in place.
func (m *Model) known(f []uint32, s *scratch) []uint32 {
	s.fit(len(m.rarity))
	out := f[:0]
	for _, x := range f {
		row := m.rows[x]
		if row < 0 {
			continue
		}
		if bit := uint64(1) << (row & 63); s.seen[row>>6]&bit == 0 {
			s.seen[row>>6] |= bit
			out = append(out, uint32(row))
		}
	}
	for _, row := range out {
		s.seen[row>>6] = 0
	}
	return out
}

// values weighs rows by how rare they are, together of length one; out is used again where it is large enough.
func (m *Model) values(rows []uint32, out []float32) []float32 {
	out = out[:0]
	var square float32
	for _, x := range rows {
		v := float32(m.rarity[x])
		out = append(out, v)
		square += v * v
	}
	length := float32(math.Sqrt(float64(square))) + 1e-6
	for i := range out {
		out[i] /= length
	}
	return out
}

// score fills in the probability of each class for a text's features. Whole numbers add up faster than fractions: a value
// is taken in 4096ths.
func (m *Model) score(rows []uint32, values []float32, scores []float32) {
	var sums [512]int32
	acc := sums[:m.classes]
	for i, v := range values {
		x := int32(v * fine)
		at := int(rows[i]) * m.classes
		for c, w := range m.weights[at : at+m.classes] {
			acc[c] += int32(w) * x
		}
	}
	for c, v := range acc {
		scores[c] = float32(v) * m.scale()
	}
	softmax(scores)
}

// fine is in how many parts a value is taken.
const fine = 4096

// scale turns a sum of weights and values in parts into a score.
func (m *Model) scale() float32 { return m.unit / fine / temperature }

// Encode writes the model compressed.
func (m *Model) Encode() ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	head := modelHead{Magic: magic, Classes: int32(m.classes), Rows: int32(len(m.rarity)), Unit: m.unit}
	copy(head.Key[:], m.Key)
	features := make([]uint32, len(m.rarity)) // by row, rising
	for f, row := range m.rows {
		if row >= 0 {
			features[row] = uint32(f)
		}
	}
	for _, part := range []any{head, features, m.rarity, m.weights} {
		err = errors.Join(err, binary.Write(z, binary.LittleEndian, part))
	}
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

type modelHead struct {
	Magic         [8]byte
	Key           [16]byte
	Classes, Rows int32
	Unit          float32
}

// DecodeModel reads what Encode wrote.
func DecodeModel(content []byte) (*Model, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("the model is damaged: %w", err)
	}
	var head modelHead
	if err := binary.Read(z, binary.LittleEndian, &head); err != nil || head.Magic != magic || head.Classes < 1 || head.Classes > 512 ||
		head.Rows < 0 || head.Rows > buckets {
		return nil, errors.New("the model is damaged or of another version; run: respons model train")
	}
	features, rarity, raw := make([]byte, 4*head.Rows), make([]byte, head.Rows), make([]byte, int(head.Rows)*int(head.Classes))
	for _, part := range [][]byte{features, rarity, raw} {
		if _, err := io.ReadFull(z, part); err != nil {
			return nil, fmt.Errorf("the model is damaged: %w", err)
		}
	}
	m := &Model{Key: string(bytes.TrimRight(head.Key[:], "\x00")), classes: int(head.Classes), rows: noRows(), rarity: rarity, unit: head.Unit, weights: make([]int8, len(raw))}
	for row := range head.Rows {
		f := binary.LittleEndian.Uint32(features[4*row:])
		if f >= buckets {
			return nil, errors.New("the model is damaged: it names a feature that cannot be")
		}
		m.rows[f] = row
	}
	for i, b := range raw {
		m.weights[i] = int8(b)
	}
	m.total()
	return m, nil
}

func noRows() []int32 {
	rows := make([]int32, buckets)
	for i := range rows {
		rows[i] = -1
	}
	return rows
}
