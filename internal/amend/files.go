package amend

import (
	"slices"

	"respons/internal/fault"
)

// File is a table that administrators may amend while the system runs.
type File struct {
	Name    string
	Key     []string // columns that tell a row from all others; none: only the whole row does
	Ordered bool     // the order of rows means something
	Fixed   bool     // rows are changed, and not added, removed or moved
}

// Files are those tables, in the order in which they are listed. Of the others, permissions and limits belong to whoever
// runs the servers, and what the classifier was trained on changes with its training.
var Files = []File{
	{Name: "agencies.csv", Key: []string{"code"}},
	{Name: "responsibility.csv", Ordered: true},
	{Name: "categories.csv", Key: []string{"code"}, Fixed: true}, // the classifier knows them by their place
	{Name: "sla_classes.csv", Key: []string{"code"}},
	{Name: "ladder.csv", Key: []string{"class", "agency", "clock", "percent"}, Ordered: true},
	{Name: "messages.csv", Key: []string{"event", "audience", "lang"}},
	{Name: "sms.csv", Key: []string{"event", "lang"}},
	{Name: "hotlines.csv", Key: []string{"number"}},
	{Name: "agencynames.csv", Key: []string{"agency"}},
	{Name: "localities.csv"},
	{Name: "roads.csv", Key: []string{"name"}},
	{Name: "thresholds.csv", Key: []string{"category"}},
	{Name: "holidays.csv"},
	{Name: "office_hours.csv", Key: []string{"state", "weekday"}},
	{Name: "weekends.csv", Key: []string{"state", "from"}},
}

// FileOf finds a table by its name; fault.NotFound.
func FileOf(name string) (File, error) {
	if i := slices.IndexFunc(Files, func(f File) bool { return f.Name == name }); i >= 0 {
		return Files[i], nil
	}
	return File{}, fault.New(fault.NotFound, "there is no table %q that can be amended", name)
}

// key gives the values that tell a row from all others, in a sheet's columns; empty where only the whole row does.
func (f File) key(columns, row []string) string {
	k := ""
	for _, name := range f.Key {
		i := slices.Index(columns, name)
		if i < 0 {
			return ""
		}
		k += row[i] + "\x00"
	}
	return k
}
