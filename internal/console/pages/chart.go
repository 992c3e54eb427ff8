package pages

import (
	"fmt"
	"strings"
	"time"

	"respons/internal/console"
)

// chart is lines over time as a template draws them in SVG, in units of a view of chartWidth by chartHeight. The same
// figures stand in a table beside it. No lines: there is nothing to draw.
type chart struct {
	Width, Height int
	Grid, Labels  []tick
	Lines         []chartLine
	Heads         []string // of the table: the first column and one for each line
	Rows          [][]string
}

// tick is a mark on an axis.
type tick struct {
	At    float64
	Words string
}

// chartLine is one line; its place among them says how it is drawn.
type chartLine struct {
	Name   string
	Points string
	Last   [2]float64
}

// series is what a line shows, one value for each label; below zero: there is none.
type series struct {
	name   string
	values []float64
}

const (
	chartWidth, chartHeight = 640, 220
	chartLeft, chartRight   = 48, 12
	chartTop, chartBottom   = 12, 28
	mostLabels              = 7
)

// draws makes a chart from zero up to a round number above every value. Words writes a value.
func draws(first string, labels []string, words func(float64) string, all ...series) chart {
	c := chart{Width: chartWidth, Height: chartHeight, Heads: []string{first}}
	if len(labels) < 2 {
		return c
	}
	top := 1.0
	for _, s := range all {
		for _, v := range s.values {
			top = max(top, v)
		}
	}
	step := roundStep(top / 4)
	x := func(i int) float64 {
		return tenth(chartLeft + float64(i)*float64(chartWidth-chartLeft-chartRight)/float64(len(labels)-1))
	}
	y := func(v float64) float64 {
		return tenth(chartTop + (4*step-v)/(4*step)*float64(chartHeight-chartTop-chartBottom))
	}
	for i := range 5 {
		c.Grid = append(c.Grid, tick{y(float64(i) * step), words(float64(i) * step)})
	}
	every := (len(labels) + mostLabels - 1) / mostLabels
	for i, l := range labels {
		if i%every == 0 {
			c.Labels = append(c.Labels, tick{x(i), l})
		}
		row := []string{l}
		for _, s := range all {
			cell := "–"
			if s.values[i] >= 0 {
				cell = words(s.values[i])
			}
			row = append(row, cell)
		}
		c.Rows = append(c.Rows, row)
	}
	for _, s := range all {
		var at []string
		line := chartLine{Name: s.name}
		for i, v := range s.values {
			if v >= 0 {
				at = append(at, fmt.Sprintf("%g,%g", x(i), y(v)))
				line.Last = [2]float64{x(i), y(v)}
			}
		}
		if line.Points = strings.Join(at, " "); len(at) > 0 {
			c.Lines = append(c.Lines, line)
		}
		c.Heads = append(c.Heads, s.name)
	}
	return c
}

// roundStep is the next of 1, 2, 5, 10, 20, … that is not below v.
func roundStep(v float64) float64 {
	step := 1.0
	for {
		for _, m := range []float64{1, 2, 5} {
			if m*step >= v {
				return m * step
			}
		}
		step *= 10
	}
}

// trendChart draws what happened week by week.
func trendChart(lang string, weeks []console.Happening) chart {
	var labels []string
	list := []series{{name: say(lang, "board.received")}, {name: say(lang, "board.mended")}, {name: say(lang, "board.missed")}}
	for _, w := range weeks {
		at, err := time.Parse(time.DateOnly, w.Date)
		if err != nil {
			continue
		}
		labels = append(labels, at.Format("02/01"))
		for i, n := range []int64{w.Received, w.Mended, w.Late} {
			list[i].values = append(list[i].values, float64(n))
		}
	}
	return draws(say(lang, "board.week"), labels, whole, list...)
}

// timesChart draws how many days it took to mend what was received in each month.
func timesChart(lang string, months []console.Standing) chart {
	var labels []string
	list := []series{{name: say(lang, "board.half")}, {name: say(lang, "board.most")}}
	for _, m := range months {
		at, err := time.Parse("2006-01", m.Code)
		if err != nil || m.Took == nil {
			continue
		}
		labels = append(labels, at.Format("01/2006"))
		for i, s := range []string{m.Took.Half, m.Took.Most} {
			v := -1.0
			if d := isoHours(s); d > 0 {
				v = d.Hours() / 24
			}
			list[i].values = append(list[i].values, v)
		}
	}
	return draws(say(lang, "board.month"), labels, func(v float64) string { return fmt.Sprintf("%.4g", v) }, list...)
}

func whole(v float64) string { return fmt.Sprintf("%.0f", v) }
