package app

import (
	"runtime"
	"runtime/debug"
)

// release is set by the linker for a released build: -ldflags "-X respons/internal/app.release=1.0.0".
var release = "dev"

// Version is the version of the program.
func Version() string { return release }

// Build tells commit and Go version; a program built outside a checkout has no commit.
func Build() (commit, goVersion string) {
	commit = "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	return commit, runtime.Version()
}
