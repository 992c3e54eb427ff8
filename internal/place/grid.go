package place

import "math"

// grid finds the localities near a point. Its cells are a tenth of a degree, about 11 km.
type grid struct {
	at    []int32 // for each cell where its localities begin in order
	order []int32
}

const (
	gridSouth, gridWest = 0.8, 99.5
	gridRows, gridCols  = 69, 201
	cellDegrees         = 0.1
	kmPerDegree         = 111.195
)

func cell(lat, lon float64) (row, col int) {
	row = int((lat - gridSouth) / cellDegrees)
	col = int((lon - gridWest) / cellDegrees)
	return min(max(row, 0), gridRows-1), min(max(col, 0), gridCols-1)
}

func newGrid(all []locality) grid {
	g := grid{at: make([]int32, gridRows*gridCols+1), order: make([]int32, len(all))}
	for _, l := range all {
		row, col := cell(float64(l.lat), float64(l.lon))
		g.at[row*gridCols+col+1]++
	}
	for i := 1; i < len(g.at); i++ {
		g.at[i] += g.at[i-1]
	}
	fill := make([]int32, gridRows*gridCols)
	for i, l := range all {
		row, col := cell(float64(l.lat), float64(l.lon))
		c := row*gridCols + col
		g.order[g.at[c]+fill[c]] = int32(i)
		fill[c]++
	}
	return g
}

// near is a locality and how far away it is.
type near struct {
	locality int32
	km       float64
}

// maxRings bounds the search to about 110 km; farther away nothing says which council a point is in.
const maxRings = 10

// nearest fills out with the localities nearest to a point, the nearest first, and gives how many it found.
func (g *grid) nearest(all []locality, lat, lon float64, out []near) int {
	n := 0
	row, col := cell(lat, lon)
	east := math.Cos(lat*math.Pi/180) * kmPerDegree
	for ring := 0; ring <= maxRings; ring++ {
		// Nothing in this ring or beyond is nearer than this.
		if safe := (float64(ring) - 1) * cellDegrees * east; n == len(out) && out[n-1].km <= safe {
			break
		}
		for r := row - ring; r <= row+ring; r++ {
			if r < 0 || r >= gridRows {
				continue
			}
			step := 2 * ring
			if r == row-ring || r == row+ring || ring == 0 {
				step = 1
			}
			for c := col - ring; c <= col+ring; c += step {
				if c < 0 || c >= gridCols {
					continue
				}
				for _, i := range g.order[g.at[r*gridCols+c]:g.at[r*gridCols+c+1]] {
					dy := (float64(all[i].lat) - lat) * kmPerDegree
					dx := (float64(all[i].lon) - lon) * east
					n = insert(out, n, near{i, math.Sqrt(dx*dx + dy*dy)})
				}
			}
		}
	}
	return n
}

// insert puts x in its place among the n nearest in out and gives their new number.
func insert(out []near, n int, x near) int {
	if n == len(out) {
		if n == 0 || out[n-1].km <= x.km {
			return n
		}
		n--
	}
	i := n
	for i > 0 && out[i-1].km > x.km {
		out[i] = out[i-1]
		i--
	}
	out[i] = x
	return n + 1
}
