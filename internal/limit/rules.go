// Package limit slows down whoever asks too much or guesses, by rules kept as data. What it counts is in Redis, so that
// every process counts together.
package limit

import (
	"io/fs"
	"slices"
	"strconv"
	"time"

	"respons/internal/table"
)

// By says whose requests are counted together.
type By string

// The ways to count.
const (
	Address By = "address" // of the client; an IPv6 network of 64 bits counts as one
	Account By = "account" // who is signed in
)

// Guesses that are counted beside the permissions of the table.
const (
	ClaimWrong = "claim.wrong" // a claim code or share link that opens nothing
	TokenWrong = "token.wrong" // a token that nobody has
)

// Rule allows so many in a time, spread evenly, all at once at the most.
type Rule struct {
	By    By
	Count int
	Per   time.Duration
}

// Rules are the rules by permission or guess.
type Rules map[string][]Rule

// Load reads limits.csv and notes every mistake; known says whether there is such a permission.
func Load(fsys fs.FS, known func(permission string) bool, ms *table.Mistakes) Rules {
	rules := Rules{}
	for _, r := range table.Read(fsys, "limits.csv", []string{"permission", "by", "count", "per"}, ms) {
		name, by := r.Need("permission"), By(r.Need("by"))
		count, err := strconv.Atoi(r.Need("count"))
		if err != nil || count < 1 {
			r.Wrong("count", "must be a whole number from 1")
		}
		per, err := time.ParseDuration(r.Need("per"))
		if err != nil || per < time.Second || per > 24*time.Hour {
			r.Wrong("per", "must be a time from 1s to 24h, such as 10m")
		}
		switch {
		case name != ClaimWrong && name != TokenWrong && !known(name):
			r.Wrong("permission", "there is no permission %q, and it is neither %s nor %s", name, ClaimWrong, TokenWrong)
		case !slices.Contains([]By{Address, Account}, by):
			r.Wrong("by", "%q is neither address nor account", by)
		case slices.ContainsFunc(rules[name], func(x Rule) bool { return x.By == by }):
			r.Wrong("by", "%s by %s has a row already", name, by)
		}
		rules[name] = append(rules[name], Rule{By: by, Count: count, Per: per})
	}
	return rules
}
