package pages

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// How templates and code name a sentence. A key that is put together, such as state.%s, uses every row it begins.
var (
	named  = regexp.MustCompile(`(?:\bt|\bsay\([a-zA-Z.]+,|\bdone\([^\n]*,) "([a-z0-9_.-]+[a-z0-9])"`)
	chosen = regexp.MustCompile(`(?:\bn|\bchoice\([a-zA-Z.]+,) "([a-z0-9_.]+)"`)
	built  = regexp.MustCompile(`printf "([a-z_.]+\.)%s"|"([a-z_.]+\.)" ?\+`)
	quoted = regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)+)"`)
	verb   = regexp.MustCompile(`%[a-z]`)
)

func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html") {
			return err
		}
		body, err := os.ReadFile(name)
		all.Write(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// A page never shows the key of a sentence that nobody wrote, and no sentence is kept that no page says.
func TestEverySentenceIsThereAndSaid(t *testing.T) {
	text, used := sources(t), map[string]bool{}
	need := func(key string) {
		if _, ok := words["ms"][key]; !ok {
			t.Errorf("words.csv has no %s", key)
		}
		used[key] = true
	}
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		need(m[1])
	}
	for _, m := range chosen.FindAllStringSubmatch(text, -1) {
		need(m[1] + ".one")
		need(m[1] + ".more")
	}
	for _, m := range quoted.FindAllStringSubmatch(text, -1) { // handed on as a value
		used[m[1]] = true
	}
	var prefixes []string
	for _, m := range built.FindAllStringSubmatch(text, -1) {
		prefixes = append(prefixes, m[1]+m[2])
	}
	for key := range words["ms"] {
		begins := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if !used[key] && !slices.ContainsFunc(prefixes, begins) {
			t.Errorf("no page says %s", key)
		}
	}
}

func TestSentencesTakeTheSameValuesInEachLanguage(t *testing.T) {
	for _, lang := range tongues[1:] {
		for key, s := range words[lang] {
			if ms, here := verb.FindAllString(words["ms"][key], -1), verb.FindAllString(s, -1); !slices.Equal(ms, here) {
				t.Errorf("%s: %v in ms, %v in %s", key, ms, here, lang)
			}
		}
	}
}

func TestTimeLeftInWords(t *testing.T) {
	now := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		due          time.Time
		words, level string
	}{
		{time.Time{}, "None", "none"},
		{now, "0 minutes late", "late"},
		{now.Add(-time.Minute), "1 minute late", "late"},
		{now.Add(119 * time.Minute), "119 minutes left", "soon"},
		{now.Add(2 * time.Hour), "2 hours left", "soon"},
		{now.Add(24 * time.Hour), "24 hours left", "soon"},
		{now.Add(24*time.Hour + time.Second), "24 hours left", "fine"},
		{now.Add(48 * time.Hour), "2 days left", "fine"},
	} {
		if l := left("en", c.due, now); l.Words != c.words || l.Level != c.level {
			t.Errorf("due %v: %q %s, want %q %s", c.due, l.Words, l.Level, c.words, c.level)
		}
	}
}

func TestOnlyPathsOfThisServerAreGoneBackTo(t *testing.T) {
	for to, want := range map[string]bool{"/console?cursor=x": true, "/": true, "//evil.example": false, "https://evil.example/": false,
		`/\evil.example`: false, "console": false, "": false, "javascript:alert(1)": false} {
		if Inside(to) != want {
			t.Errorf("Inside(%q) is %v", to, !want)
		}
	}
}

// Two files of shared parts that define a part of the same name would take it from each other.
func TestNoPartIsDefinedTwice(t *testing.T) {
	files, err := filepath.Glob("templates/shared/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	had := map[string]string{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`{{define "([^"]+)"}}`).FindAllStringSubmatch(string(body), -1) {
			if other := had[m[1]]; other != "" {
				t.Errorf("%s is defined in %s and in %s", m[1], other, file)
			}
			had[m[1]] = file
		}
	}
}
