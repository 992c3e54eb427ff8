package amend

import (
	"slices"
	"strings"

	"respons/internal/fault"
)

// Change is what an amendment does to one table, row by row. It holds no more of the table than that, so it can be made to
// a newer table, too.
type Change struct {
	File    string   `json:"file"`
	Columns []string `json:"columns"` // of the rows below
	Edits   []Edit   `json:"edits"`   // in the order of the table
}

// Edit is what is done to one row.
type Edit struct {
	Was   []string `json:"was,omitempty"`   // nil: the row is added
	Now   []string `json:"now,omitempty"`   // nil: the row is removed
	Above []string `json:"above,omitempty"` // of an added row: the row it stands below; nil: it is the first
}

// Compare gives the change that makes a table of another; fault.Invalid where the columns differ, where two rows have one
// key, or where rows come, go or move in a table whose rows are fixed.
func Compare(f File, from, to Sheet) (Change, error) {
	c := Change{File: f.Name, Columns: from.Columns}
	to, err := to.in(from.Columns)
	if err != nil {
		return c, err
	}
	if row := f.twice(to); row != nil {
		return c, fault.New(fault.Invalid, "%s would have two rows for %s", f.Name, f.Label(to.Columns, row))
	}
	a, b := from.Rows, to.Rows
	var gone, come []int
	flush := func() {
		c.Edits = append(c.Edits, f.pair(from.Columns, a, b, gone, come)...)
		gone, come = nil, nil
	}
	i, j := 0, 0
	for _, m := range matches(a, b) {
		for ; i < m[0]; i++ {
			gone = append(gone, i)
		}
		for ; j < m[1]; j++ {
			come = append(come, j)
		}
		flush()
		i, j = m[0]+1, m[1]+1
	}
	for ; i < len(a); i++ {
		gone = append(gone, i)
	}
	for ; j < len(b); j++ {
		come = append(come, j)
	}
	flush()
	if f.Fixed {
		for _, e := range c.Edits {
			if e.Was == nil || e.Now == nil {
				return c, fault.New(fault.Invalid, "the rows of %s are fixed, for the classifier was trained on them: they can be changed, and not added, removed, moved or given another key", f.Name)
			}
		}
	}
	return c, nil
}

// twice gives a row whose key stands in the table before it; nil: there is none.
func (f File) twice(s Sheet) []string {
	met := map[string]bool{}
	for _, row := range s.Rows {
		key := f.key(s.Columns, row)
		if key != "" && met[key] {
			return row
		}
		met[key] = true
	}
	return nil
}

// pair tells which of the rows that came in a stretch of the table stand for which that went: by the key or, where the
// table has none, by their order where as many came as went.
func (f File) pair(columns []string, a, b [][]string, gone, come []int) (out []Edit) {
	partner := map[int]int{} // of what came
	last := -1               // where order means something, a row that passed another one moved: it goes and comes
	for n, i := range gone {
		for m, j := range come {
			same := len(f.Key) > 0 && f.key(columns, a[i]) == f.key(columns, b[j]) || len(f.Key) == 0 && len(gone) == len(come) && n == m
			if _, taken := partner[j]; same && !taken && (!f.Ordered || j > last) {
				partner[j], last = i, j
				break
			}
		}
	}
	for _, i := range gone {
		if !slices.ContainsFunc(come, func(j int) bool { p, ok := partner[j]; return ok && p == i }) {
			out = append(out, Edit{Was: a[i]})
		}
	}
	for _, j := range come {
		if i, ok := partner[j]; ok {
			out = append(out, Edit{Was: a[i], Now: b[j]})
			continue
		}
		e := Edit{Now: b[j]}
		if j > 0 {
			e.Above = b[j-1]
		}
		out = append(out, e)
	}
	return out
}

// matches gives pairs of equal rows in both orders: rows that stand once on either side, in the longest run of the same
// order (patience sorting), and whatever is equal beside them.
func matches(a, b [][]string) (out [][2]int) {
	once := func(rows [][]string) map[string]int {
		at := map[string]int{}
		for i, row := range rows {
			k := strings.Join(row, "\x00")
			if _, twice := at[k]; twice {
				at[k] = -1
			} else {
				at[k] = i
			}
		}
		return at
	}
	inA, inB := once(a), once(b)
	var pairs [][2]int
	for i, row := range a {
		k := strings.Join(row, "\x00")
		if j, ok := inB[k]; ok && j >= 0 && inA[k] >= 0 {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	i, j := 0, 0
	for _, p := range append(longestRun(pairs), [2]int{len(a), len(b)}) {
		low, high := [2]int{i, j}, p
		for low[0] < high[0] && low[1] < high[1] && slices.Equal(a[low[0]], b[low[1]]) {
			out = append(out, low)
			low[0], low[1] = low[0]+1, low[1]+1
		}
		var tail [][2]int
		for low[0] < high[0] && low[1] < high[1] && slices.Equal(a[high[0]-1], b[high[1]-1]) {
			high[0], high[1] = high[0]-1, high[1]-1
			tail = append(tail, high)
		}
		slices.Reverse(tail)
		out = append(out, tail...)
		if p[0] < len(a) {
			out = append(out, p)
		}
		i, j = p[0]+1, p[1]+1
	}
	return out
}

// longestRun gives the longest part of pairs, which ascend on the left, that ascends on the right, too.
func longestRun(pairs [][2]int) [][2]int {
	var ends []int // of the runs of each length, the pair that ends lowest
	before := make([]int, len(pairs))
	for n, p := range pairs {
		at, _ := slices.BinarySearchFunc(ends, p[1], func(end, right int) int { return pairs[end][1] - right })
		before[n] = -1
		if at > 0 {
			before[n] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, n)
		} else {
			ends[at] = n
		}
	}
	var out [][2]int
	if len(ends) > 0 {
		for n := ends[len(ends)-1]; n >= 0; n = before[n] {
			out = append(out, pairs[n])
		}
	}
	slices.Reverse(out)
	return out
}
