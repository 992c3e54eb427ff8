package service

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// How long an answer may be, in characters.
const (
	maxLine = 200
	maxText = 1000
)

// Answered gives the lines that a citizen's answers add to the text of a complaint, in a language, and what is wrong with
// them: an answer to nothing that was asked, of another type, or none where one is needed. Answers are by code of the
// question.
func (s Service) Answered(answers map[string][]string, lang string) (lines []string, wrong []fault.Field) {
	refuse := func(code, format string, args ...any) {
		wrong = append(wrong, fault.Field{Path: "attribute[" + code + "]", Text: fmt.Sprintf(format, args...)})
	}
	for _, code := range slices.Sorted(maps.Keys(answers)) {
		if !slices.ContainsFunc(s.Questions, func(q Question) bool { return q.Code == code }) {
			refuse(code, "is not asked about %s; GET services/%s lists what is", s.Code, s.Code)
		}
	}
	for _, q := range s.Questions {
		given := slices.DeleteFunc(slices.Clone(answers[q.Code]), func(v string) bool { return strings.TrimSpace(v) == "" })
		if len(given) == 0 {
			if q.Required {
				refuse(q.Code, "is required: %s", q.Ask.In(lang))
			}
			continue
		}
		said, why := q.say(given, lang)
		if why != "" {
			refuse(q.Code, "%s", why)
			continue
		}
		lines = append(lines, strings.TrimRight(q.Ask.In(lang), "?？: ")+": "+said)
	}
	return lines, wrong
}

// say gives the answer in words, or says what is wrong with it.
func (q Question) say(given []string, lang string) (said, wrong string) {
	if len(given) > 1 && q.Type != Multi {
		return "", "takes one answer"
	}
	switch q.Type {
	case Single, Multi:
		return q.picked(given, lang)
	case Number:
		if f, err := strconv.ParseFloat(given[0], 64); err != nil || math.IsInf(f, 0) || math.IsNaN(f) || len(given[0]) > maxLine {
			return "", "must be a number, such as 3 or 2.5"
		}
		return given[0], ""
	case Datetime:
		if !isDate(given[0]) {
			return "", "must be a date or time of ISO 8601, such as 2026-11-26 or 2026-11-26T15:00:00+08:00"
		}
		return given[0], ""
	case String:
		if strings.ContainsAny(given[0], "\r\n") {
			return "", "must be one line"
		}
		return given[0], complaint.Plain(given[0], maxLine)
	}
	return given[0], complaint.Plain(given[0], maxText)
}

func (q Question) picked(given []string, lang string) (said, wrong string) {
	var names []string
	for i, key := range given {
		c, ok := q.choice(key)
		switch {
		case !ok:
			return "", "takes a key of its values, such as " + q.Choices[0].Key
		case slices.Contains(given[:i], key):
			return "", "has an answer twice"
		}
		names = append(names, c.Name.In(lang))
	}
	return strings.Join(names, "; "), ""
}

func isDate(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
