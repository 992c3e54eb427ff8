package evaluate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Print writes the report for people to read.
func (r Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }
	line("cases\t%d", r.Cases)
	line("right agency first\t%.1f %%", 100*r.Top1)
	line("among the first three\t%.1f %%", 100*r.Top3)
	line("among the first five\t%.1f %%", 100*r.Top5)
	line("right category\t%.1f %%", 100*r.Category)
	line("decided alone\t%.1f %%, of these right %.1f %%", 100*r.Alone, 100*r.AlonePrecision)
	line("could be decided alone at 98 %%\t%.1f %%, from confidence %.3f", 100*r.AloneAt98, r.ThresholdAt98)
	line("calibration error\t%.3f", r.CalibrationError)
	line("right council\t%.1f %% of %d", 100*r.Council, r.CouncilCases)
	line("emergencies seen\t%.1f %% of %d", 100*r.EmergencyRecall, r.EmergencyCases)
	line("false alarms\t%.1f %% of the rest", 100*r.FalseAlarms)
	for _, part := range []struct {
		title  string
		groups map[string]Group
	}{{"language", r.ByLang}, {"region", r.ByRegion}, {"kind of agency", r.ByKind}} {
		line("\n%s\tcases\tfirst\tfirst three", part.title)
		for _, key := range slices.Sorted(maps.Keys(part.groups)) {
			g := part.groups[key]
			line("%s\t%d\t%.1f %%\t%.1f %%", key, g.Cases, 100*g.Top1, 100*g.Top3)
		}
	}
	line("\nshould be\twent to\tcases")
	for _, c := range r.Confusions {
		line("%s\t%s\t%d", c.Right, c.Got, c.Cases)
	}
	line("\ncase\tshould be\twent to\tcategory\ttaken as\tcouncil\tconfidence\talone")
	for _, x := range r.Wrong {
		line("%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%v", x.ID, x.Right, x.Got, x.RightCategory, x.GotCategory, x.Place, x.Confidence, x.Auto)
	}
	return t.Flush()
}
