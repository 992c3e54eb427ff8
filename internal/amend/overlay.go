package amend

import (
	"io/fs"
	"testing/fstest"
)

// overlay is a folder in which amended tables stand in for those of the base.
type overlay struct {
	fs.FS
	files fstest.MapFS
}

// Over puts files over a folder.
func Over(base fs.FS, files map[string][]byte) fs.FS {
	if len(files) == 0 {
		return base
	}
	o := overlay{base, fstest.MapFS{}}
	for name, content := range files {
		o.files[name] = &fstest.MapFile{Data: content, Mode: 0o444}
	}
	return o
}

// Open opens the file that stands in, or that of the base.
func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.files[name]; ok {
		return o.files.Open(name)
	}
	return o.FS.Open(name)
}
