package handbook

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/table"
)

// group is that of the shipped categories: their first three letters.
func group(category string) string {
	if len(category) == 5 {
		return category[:3]
	}
	return ""
}

func shippedGroups(t *testing.T) (out []string) {
	t.Helper()
	var ms table.Mistakes
	for _, r := range table.Read(configs.FS, "categories.csv", []string{"group"}, &ms) {
		out = append(out, r.Get("group"))
	}
	return out
}

func TestTheShippedHandbookHasNoMistakeAndSomethingForEveryMove(t *testing.T) {
	var ms table.Mistakes
	b := Load(configs.FS, group, shippedGroups(t), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, use := range Uses {
		if len(b.Replies("PDD01", use)) == 0 { // a category without replies of its own
			t.Errorf("no reply can go with %s", use)
		}
	}
	if own := b.Replies("JLN01", complaint.Resolve); own[0].Code != "patched" {
		t.Errorf("the replies of the group come first, not %s", own[0].Code)
	}
	if !b.AsksPhoto("JLN07") || !b.AsksPhoto("AIR02") || b.AsksPhoto("AIR05") {
		t.Error("a photo is asked for by group and by category")
	}
	if !b.HasCause("JLN01", "JLN-WATER") || !b.HasCause("PDD01", "OTHER") || b.HasCause("LPU01", "JLN-WATER") {
		t.Error("causes are of a group, or of all")
	}
}

func TestAReplyIsFilledInForTheCitizen(t *testing.T) {
	var ms table.Mistakes
	b := Load(configs.FS, group, shippedGroups(t), &ms)
	r := b.Replies("PDD01", complaint.Accept)[0]
	got := r.Fill("en", map[string]string{"number": "RR-7K3M-Q2XA", "agency": "Petaling Jaya City Council", "due": "-"})
	if !strings.Contains(got, "RR-7K3M-Q2XA") || !strings.Contains(got, "done by ____") || strings.ContainsAny(got, "{}") {
		t.Errorf("%q", got)
	}
	if r.Fill("fr", nil) != r.Fill("ms", nil) {
		t.Error("whoever speaks another language reads Malay")
	}
}

func TestEachMistakeIsNamedAtItsPlace(t *testing.T) {
	const head = "group,code,use,title_ms,title_en,ms,en,zh,ta\n"
	for name, c := range map[string]struct{ file, body, want string }{
		"an unknown group":         {"replies.csv", head + "XXX,a,ask,t,t,m,e,z,t\n", `replies.csv:2:1: group: there is no group "XXX"`},
		"an unknown move":          {"replies.csv", head + "*,a,close,t,t,m,e,z,t\n", `use: "close" is none of`},
		"no move":                  {"replies.csv", head + "*,a,,t,t,m,e,z,t\n", "use: names none of"},
		"a code that is taken":     {"replies.csv", head + "*,a,ask,t,t,m,e,z,t\n*,a,ask,t,t,m,e,z,t\n", "replies.csv:3:3: code: a is there already"},
		"an unknown placeholder":   {"replies.csv", head + "*,a,ask,t,t,{name},e,z,t\n", "ms: there is no placeholder {name}"},
		"a brace alone":            {"replies.csv", head + "*,a,ask,t,t,m,e},z,t\n", "en: has a brace without its partner"},
		"a language that is empty": {"replies.csv", head + "*,a,ask,t,t,m,e,,t\n", "zh: must not be empty"},
		"a cause twice":            {"causes.csv", "group,code,name_ms,name_en\n*,A,a,a\n*,A,b,b\n", "causes.csv:3:3: code: A is there already"},
		"a category for nothing":   {"repairphotos.csv", "category,note\nXXX01,\n", `repairphotos.csv:2:1: category: there is neither a category nor a group "XXX01"`},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for _, f := range []string{"replies.csv", "causes.csv", "repairphotos.csv"} {
				body, err := fs.ReadFile(configs.FS, f)
				if err != nil {
					t.Fatal(err)
				}
				files[f] = &fstest.MapFile{Data: body}
			}
			files[c.file] = &fstest.MapFile{Data: []byte(c.body)}
			var ms table.Mistakes
			known := func(category string) string {
				if strings.HasPrefix(category, "XXX") {
					return ""
				}
				return group(category)
			}
			Load(files, known, shippedGroups(t), &ms)
			if err := ms.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
