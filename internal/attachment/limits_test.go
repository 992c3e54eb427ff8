package attachment_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"respons/internal/attachment"
	"respons/internal/table"
)

func TestEveryMistakeInTheLimitsIsNamedWithItsPlace(t *testing.T) {
	const head = "kind,types,max_bytes,max_count\n"
	const rest = "audio,audio/mpeg,1,1\ndocument,application/pdf,1,1\nall,,10,10\n"
	for name, c := range map[string]struct {
		rows string
		want []string
	}{
		"nothing wrong":            {"photo,image/jpeg,1,1\nvideo,video/mp4,1,1\n" + rest, nil},
		"a kind nobody knows":      {"photo,image/jpeg,1,1\nvideo,video/mp4,1,1\nsong,audio/flac,1,1\n" + rest, []string{`:4:1: kind: "song" is none of`}},
		"a kind left out":          {"photo,image/jpeg,1,1\n" + rest, []string{"has no row for video"}},
		"a kind twice":             {"photo,image/jpeg,1,1\nphoto,image/png,1,1\nvideo,video/mp4,1,1\n" + rest, []string{":3:1: kind: photo has a row already"}},
		"a script":                 {"photo,image/jpeg;image/svg+xml,1,1\nvideo,video/mp4,1,1\n" + rest, []string{":2:7: types: image/svg+xml can carry a script"}},
		"a photo nobody can read":  {"photo,image/heic,1,1\nvideo,video/mp4,1,1\n" + rest, []string{":2:7: types: photos are re-encoded from"}},
		"a type that is no type":   {"photo,image/jpeg,1,1\nvideo,film,1,1\n" + rest, []string{`:3:7: types: the content of a "film" cannot be recognised`}},
		"a type of two kinds":      {"photo,image/jpeg,1,1\nvideo,video/mp4;audio/mpeg,1,1\n" + rest, []string{"types: audio/mpeg belongs to another kind"}},
		"no types":                 {"photo,,1,1\nvideo,video/mp4,1,1\n" + rest, []string{":2:7: types: names no media type"}},
		"types for all":            {"photo,image/jpeg,1,1\nvideo,video/mp4,1,1\n" + strings.Replace(rest, "all,,", "all,image/png,", 1), []string{"the row all has no types"}},
		"numbers that are none":    {"photo,image/jpeg,viel,0\nvideo,video/mp4,1,1\n" + rest, []string{":2:18: max_bytes: must be a whole number", ":2:23: max_count: must be a whole number from 1 to 100"}},
		"more than a disk can use": {"photo,image/jpeg,99999999999,1\nvideo,video/mp4,1,1\n" + rest, []string{":2:18: max_bytes: must be a whole number from 1 to 2147483648"}},
	} {
		t.Run(name, func(t *testing.T) {
			var ms table.Mistakes
			attachment.LoadLimits(fstest.MapFS{"attachments.csv": {Data: []byte(head + c.rows)}}, &ms)
			if len(ms) != len(c.want) {
				t.Fatalf("mistakes %v, want %v", ms.Err(), c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(ms[i].Error(), want) {
					t.Errorf("%q does not say %q", ms[i].Error(), want)
				}
			}
		})
	}
}
