package classify

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
)

// Model is a trained classifier: one byte for each feature and class.
type Model struct {
	Key         string // of what it was trained on
	classes     int
	weights     []int8  // by feature, then class
	rarity      []uint8 // of each feature
	unit        float32
	temperature float32
}

var magic = [8]byte{'r', 'e', 's', 'p', 'o', 'n', 's', '3'}

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
}

// values weighs features by how rare they are, together of length one; out is used again where it is large enough.
func (m *Model) values(f []uint32, out []float32) []float32 {
	out = out[:0]
	var square float32
	for _, x := range f {
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

// score fills in the probability of each class. Whole numbers add up faster than fractions: a value is taken in 4096ths.
func (m *Model) score(f []uint32, scores []float32) {
	var sums [512]int32
	acc := sums[:m.classes]
	var room [1024]float32
	for i, v := range m.values(f, room[:0]) {
		x := int32(v * 4096)
		at := int(f[i]) * m.classes
		for c, w := range m.weights[at : at+m.classes] {
			acc[c] += int32(w) * x
		}
	}
	scale := m.unit / 4096 / m.temperature
	for c, v := range acc {
		scores[c] = float32(v) * scale
	}
	softmax(scores)
}

// Encode writes the model compressed.
func (m *Model) Encode() ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	key := [16]byte{}
	copy(key[:], m.Key)
	err = errors.Join(binary.Write(z, binary.LittleEndian, magic), binary.Write(z, binary.LittleEndian, key),
		binary.Write(z, binary.LittleEndian, int32(m.classes)), binary.Write(z, binary.LittleEndian, m.unit),
		binary.Write(z, binary.LittleEndian, m.temperature), binary.Write(z, binary.LittleEndian, m.rarity), binary.Write(z, binary.LittleEndian, m.weights), z.Close())
	return b.Bytes(), err
}

// DecodeModel reads what Encode wrote.
func DecodeModel(content []byte) (*Model, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("the model is damaged: %w", err)
	}
	var head struct {
		Magic       [8]byte
		Key         [16]byte
		Classes     int32
		Unit        float32
		Temperature float32
	}
	if err := binary.Read(z, binary.LittleEndian, &head); err != nil || head.Magic != magic || head.Classes < 1 || head.Classes > 512 {
		return nil, errors.New("the model is damaged or of another version")
	}
	rarity, raw := make([]uint8, buckets), make([]byte, buckets*int(head.Classes))
	for _, part := range [][]byte{rarity, raw} {
		if _, err := io.ReadFull(z, part); err != nil {
			return nil, fmt.Errorf("the model is damaged: %w", err)
		}
	}
	m := &Model{Key: string(bytes.TrimRight(head.Key[:], "\x00")), classes: int(head.Classes), unit: head.Unit, temperature: head.Temperature, rarity: rarity, weights: make([]int8, len(raw))}
	for i, b := range raw {
		m.weights[i] = int8(b)
	}
	return m, nil
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
