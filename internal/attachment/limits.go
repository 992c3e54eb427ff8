package attachment

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"respons/internal/fault"
	"respons/internal/table"
)

// Limit is what may be sent of one kind.
type Limit struct {
	Types []string // media types, by content
	Bytes int64    // of one file
	Count int      // for one complaint, from one side
}

// Limits are those of every kind, and of all together.
type Limits struct {
	Of    map[Kind]Limit
	Bytes int64 // of all that one side adds to one complaint
	Count int
}

// The most that a table may allow: a file is kept for years.
const (
	mostBytes = 2 << 30
	mostCount = 100
)

// all is the row for everything together.
const all = "all"

// LoadLimits reads attachments.csv and notes every mistake.
func LoadLimits(fsys fs.FS, ms *table.Mistakes) Limits {
	const file = "attachments.csv"
	l := Limits{Of: map[Kind]Limit{}}
	taken := map[string]bool{}
	seen := map[string]bool{}
	for _, r := range table.Read(fsys, file, []string{"kind", "types", "max_bytes", "max_count"}, ms) {
		kind := r.Need("kind")
		x := Limit{Types: r.List("types"), Bytes: whole(r, "max_bytes", mostBytes), Count: int(whole(r, "max_count", mostCount))}
		switch {
		case seen[kind]:
			r.Wrong("kind", "%s has a row already", kind)
		case kind == all && len(x.Types) > 0:
			r.Wrong("types", "the row all has no types")
		case kind == all:
			l.Bytes, l.Count = x.Bytes, x.Count
		case !slices.Contains(Kinds, Kind(kind)):
			r.Wrong("kind", "%q is none of %v and not all", kind, Kinds)
		case len(x.Types) == 0:
			r.Wrong("types", "names no media type")
		}
		seen[kind] = true
		for _, t := range x.Types {
			switch {
			case mimetype.Lookup(t) == nil:
				r.Wrong("types", "the content of a %q cannot be recognised", t)
			case dangerous(t):
				r.Wrong("types", "%s can carry a script that runs in a browser", t)
			case kind == string(Photo) && !slices.Contains(readable, t):
				r.Wrong("types", "photos are re-encoded from %s only", strings.Join(readable, ", "))
			case taken[t]:
				r.Wrong("types", "%s belongs to another kind already", t)
			}
			taken[t] = true
		}
		if kind != all {
			l.Of[Kind(kind)] = x
		}
	}
	for _, k := range append(words(Kinds), all) {
		if !seen[k] {
			ms.Add(file, "has no row for %s", k)
		}
	}
	return l
}

// whole reads a number from 1 to most.
func whole(r table.Row, column string, most int64) int64 {
	n, err := strconv.ParseInt(r.Need(column), 10, 64)
	if err != nil || n < 1 || n > most {
		r.Wrong(column, "must be a whole number from 1 to %d", most)
		return most
	}
	return n
}

// dangerous says whether a browser may run what is in a file of the type.
func dangerous(mediaType string) bool {
	for _, part := range []string{"html", "svg", "xml", "javascript", "x-php", "text/plain"} {
		if strings.Contains(mediaType, part) && !strings.Contains(mediaType, "openxmlformats") {
			return true
		}
	}
	return false
}

// recognise tells kind and media type by the first bytes of a file, whatever its sender calls it; fault.Invalid, naming
// the type, where it is not taken.
func (l Limits) recognise(head []byte) (Kind, string, *fault.Error) {
	m := mimetype.Detect(head)
	for _, k := range Kinds {
		for _, t := range l.Of[k].Types {
			if m.Is(t) {
				return k, t, nil
			}
		}
	}
	name, _, _ := strings.Cut(m.String(), ";")
	if slices.Contains([]string{"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif"}, name) {
		return "", name, fault.New(fault.Invalid, "%s is not taken; let the phone send the photo as image/jpeg", name)
	}
	return "", name, fault.New(fault.Invalid, "the content is %s, which is not taken; taken are %s", name, l.taken())
}

// taken lists every type.
func (l Limits) taken() string {
	var out []string
	for _, k := range Kinds {
		out = append(out, l.Of[k].Types...)
	}
	return strings.Join(out, ", ")
}

// Largest is the most bytes that a file of any kind may have.
func (l Limits) Largest() int64 {
	var n int64
	for _, x := range l.Of {
		n = max(n, x.Bytes)
	}
	return n
}

// fits is fault.TooLarge where a file of size is longer than its kind may be.
func (l Limits) fits(k Kind, size int64) *fault.Error {
	if most := l.Of[k].Bytes; size > most {
		return fault.New(fault.TooLarge, "the %s is longer than the %d bytes that a %s may have", k, most, k)
	}
	return nil
}

// room is fault.Conflict where another file would be more than one side may add to one complaint. kind is empty while it
// is not known.
func (l Limits) room(have []*Attachment, k Kind, size int64) *fault.Error {
	bytes, ofKind := max(size, 0), 0
	for _, a := range have {
		bytes += max(a.Size, a.Offset)
		if k != "" && a.Kind == k {
			ofKind++
		}
	}
	switch {
	case len(have) >= l.Count:
		return fault.New(fault.Conflict, "there are %d attachments already; more than %d do not fit", len(have), l.Count)
	case k != "" && ofKind >= l.Of[k].Count:
		return fault.New(fault.Conflict, "there are %d attachments of the kind %s already; more than %d do not fit", ofKind, k, l.Of[k].Count)
	case bytes > l.Bytes:
		return fault.New(fault.TooLarge, "all attachments together would have %d bytes; %d are the most", bytes, l.Bytes)
	}
	return nil
}

func words(kinds []Kind) (out []string) {
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

// ending is how the name of a file of a media type usually ends, without the dot; empty: nobody knows.
func ending(mediaType string) string {
	if m := mimetype.Lookup(mediaType); m != nil {
		return strings.TrimPrefix(m.Extension(), ".")
	}
	return ""
}
