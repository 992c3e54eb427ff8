package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"respons/internal/audit"
)

// recordStart records with which settings and which reference data this process begins and, for each file of the data
// that is another than the one in force before, that it is. So a change is recorded however it was made: by a command, by
// training, or by hand.
func (a *App) recordStart(ctx context.Context) error {
	list, reference, err := a.newReference(ctx)
	if err != nil {
		return err
	}
	list = append(list, audit.Entry{Actor: program, Action: audit.Start, Outcome: audit.Done, Details: map[audit.Detail]string{
		audit.Version: Version(), audit.Roles: a.Config.Roles, audit.Settings: digest(fmt.Appendf(nil, "%+v", a.Config)), audit.Reference: reference}})
	return a.Audit.Record(ctx, list...)
}

// recordReference records which files are others since amendments were taken up.
func (a *App) recordReference(ctx context.Context) error {
	list, _, err := a.newReference(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	return a.Audit.Record(ctx, list...)
}

// newReference lists what is in force and was not before, and gives the hash of all that is.
func (a *App) newReference(ctx context.Context) (list []audit.Entry, reference string, err error) {
	files, err := digests(a.Ref.Now().files)
	if err != nil {
		return nil, "", err
	}
	var total strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&total, "%s %s\n", name, files[name])
	}
	list, err = a.changes(ctx, files)
	return list, digest([]byte(total.String())), err
}

// gone is the content of a file that is not there any more.
const gone = "none"

// changes lists the files that are others than those last recorded. Of two processes that find the same change at once
// one records it.
func (a *App) changes(ctx context.Context, files map[string]string) (out []audit.Entry, err error) {
	was := map[string]string{}
	newest := int64(0)
	for q := (audit.Query{Action: string(audit.ReferenceChange), Limit: 500}); ; {
		page, err := audit.Search(ctx, a.Engine, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Entries {
			newest = max(newest, e.Seq)
			if _, later := was[e.Object.ID]; !later {
				was[e.Object.ID] = e.Details[audit.Content]
			}
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	is := maps.Clone(files)
	for name := range was {
		if _, there := is[name]; !there {
			is[name] = gone
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if is[name] == was[name] {
			continue
		}
		e := audit.Entry{ID: fmt.Sprintf("reference:%s:%s:%d", name, is[name], newest), Actor: program, Action: audit.ReferenceChange, Outcome: audit.Done,
			Object: audit.Object{Kind: "file", ID: name}, Details: map[audit.Detail]string{audit.Content: is[name]}}
		if was[name] != "" {
			e.Details[audit.Was] = was[name]
		}
		out = append(out, e)
	}
	return out, nil
}

// ours are names of files that the program reads.
var ours = regexp.MustCompile(`^[A-Za-z0-9_/-]+\.(csv|bin|geojson)$`)

// digests gives the hash of each file that the program reads as reference data, by name.
func digests(fsys fs.FS) (map[string]string, error) {
	out := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && name != "examples" {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || !ours.MatchString(name) {
			return nil // such as a copy that somebody left there
		}
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		out[name] = hex.EncodeToString(h.Sum(nil)[:20])
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hash the reference data: %w", err)
	}
	return out, nil
}

// digest is SHA-256, the first 40 of its hexadecimal digits.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:20])
}
