package store

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"unicode/utf8"

	"respons/internal/fault"
)

// MaxBody is the largest document, in bytes of JSON. MongoDB takes 16 MiB of BSON, which long lists of small numbers
// reach from a good deal less JSON.
const MaxBody = 4 << 20

const maxID = 512 // bytes

// name is what a collection, an index or a field may be called, so that every engine takes it as it is.
var name = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Check finds mistakes in a declaration; fault.Invalid.
func (c Collection) Check() error {
	if !name.MatchString(c.Name) {
		return fault.New(fault.Invalid, "%q cannot be the name of a collection", c.Name)
	}
	multi, single := map[string]bool{}, map[string]bool{}
	seen := map[string]bool{}
	for _, ix := range c.Indexes {
		switch {
		case !name.MatchString(ix.Name) || seen[ix.Name]:
			return fault.New(fault.Invalid, "%s: %q cannot be the name of an index, or is taken", c.Name, ix.Name)
		case len(ix.Fields) == 0 || ix.Multi && ix.Unique:
			return fault.New(fault.Invalid, "%s: index %s has no field, or is both Multi and Unique", c.Name, ix.Name)
		}
		seen[ix.Name] = true
		for i, f := range ix.Fields {
			if !name.MatchString(f) || slices.Contains(ix.Fields[:i], f) {
				return fault.New(fault.Invalid, "%s: %q cannot be the name of a field, or is in index %s twice", c.Name, f, ix.Name)
			}
			if ix.Multi && i == 0 {
				multi[f] = true
			} else {
				single[f] = true
			}
			if multi[f] && single[f] {
				return fault.New(fault.Invalid, "%s: field %s is Multi in one index and single in another", c.Name, f)
			}
		}
	}
	return nil
}

// CheckRecord finds what keeps r from being written; fault.Invalid, fault.TooLarge.
func (c Collection) CheckRecord(r Record) error {
	if r.ID == "" || len(r.ID) > maxID || !utf8.ValidString(r.ID) {
		return fault.New(fault.Invalid, "an id in %s is empty, longer than %d bytes or no UTF-8", c.Name, maxID)
	}
	if len(r.Body) > MaxBody {
		return fault.New(fault.TooLarge, "a document of %d bytes in %s; %d are the most", len(r.Body), c.Name, MaxBody)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(r.Body, " \t\r\n"), []byte("{")) || !json.Valid(r.Body) {
		return fault.New(fault.Invalid, "the body of a document in %s is no JSON object", c.Name)
	}
	for _, ix := range c.Indexes {
		for i, f := range ix.Fields {
			v, given := r.Keys[f]
			switch {
			case !given && ix.Unique:
				return fault.New(fault.Invalid, "a document in %s lacks %s, which index %s needs", c.Name, f, ix.Name)
			case given && !fits(v, ix.Multi && i == 0):
				return fault.New(fault.Invalid, "key %s of a document in %s is a %T of the wrong kind or no UTF-8", f, c.Name, v)
			}
		}
	}
	return nil
}

func fits(v any, multi bool) bool {
	if !multi {
		return scalar(v)
	}
	list, ok := v.([]string)
	return ok && !slices.ContainsFunc(list, func(s string) bool { return !utf8.ValidString(s) })
}

// With gives the collection with the indexes of other added; one of the same name is taken from other.
func (c Collection) With(other Collection) Collection {
	sum := Collection{Name: c.Name, Indexes: slices.Clone(c.Indexes)}
	for _, ix := range other.Indexes {
		if at := slices.IndexFunc(sum.Indexes, func(x Index) bool { return x.Name == ix.Name }); at >= 0 {
			sum.Indexes[at] = ix
		} else {
			sum.Indexes = append(sum.Indexes, ix)
		}
	}
	return sum
}
