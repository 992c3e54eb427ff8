package reporter

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reason"
)

// Act is something done with a citizen's data, for the audit record.
type Act struct {
	By      complaint.Actor
	Action  audit.Action
	Object  audit.Object // complaint, citizen or disposal
	Reason  string       // in the words of who did it; empty where none is needed
	Details map[audit.Detail]string
}

// Citizen names a citizen as the object of an act.
func Citizen(id string) audit.Object { return audit.Object{Kind: "citizen", ID: id} }

// Complaint names a complaint as the object of an act.
func Complaint(c *complaint.Complaint) audit.Object {
	return audit.Object{Kind: "complaint", ID: c.Number}
}

// Audit records that an act begins, does it and records what came of it; what cannot be recorded is not done.
type Audit func(ctx context.Context, a Act, do func() error) error

// Revealer shows staff what is sealed, where a rule lets them.
type Revealer struct {
	Reporters *Reporters
	Cases     *complaint.Cases
	Rules     Rules
	Audit     Audit
	Now       func() time.Time
}

// Revealed is what was asked for, by field; a field that the citizen never gave is left out.
type Revealed struct {
	Details
	Text  string   // the complaint as it was typed
	Notes []string // what the citizen wrote later, as typed, where something is masked in it; oldest first
	Basis reason.Reason
}

// minReason is how many characters a reason has at least: a word is none.
const minReason = 10

// Reveal opens fields of the reporter of a complaint of which the actor may see that much. It is recorded for the auditors and in the
// citizen's access log before anything is opened. fault.Invalid: a field that there is not, or no reason;
// fault.Forbidden: no rule lets this role see that, or the citizen filed without a name; fault.Conflict: the data were erased.
func (r *Revealer) Reveal(ctx context.Context, c *complaint.Complaint, by complaint.Actor, why string, fields []string) (*Revealed, error) {
	rule, err := r.allowed(c, by, why, fields)
	if err != nil {
		return nil, err
	}
	fields = slices.Compact(slices.Sorted(slices.Values(fields)))
	act := Act{By: by, Action: audit.Reveal, Object: Complaint(c), Reason: strings.TrimSpace(why),
		Details: map[audit.Detail]string{audit.Fields: strings.Join(fields, ",")}}
	var out *Revealed
	err = r.Audit(ctx, act, func() error {
		now := r.Now().UTC().Truncate(time.Millisecond)
		err := r.Reporters.log(ctx, Access{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Citizen: c.Citizen, Number: c.Number,
			At: now, By: by, Fields: fields, Reason: act.Reason, Basis: rule.Basis})
		if err != nil {
			return fmt.Errorf("log reveal: %w", err)
		}
		out, err = r.open(ctx, c, fields, rule)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (r *Revealer) allowed(c *complaint.Complaint, by complaint.Actor, why string, fields []string) (Rule, error) {
	if err := r.Cases.May(by, "complaint.reveal", c); err != nil {
		return Rule{}, err
	}
	if c.Erased() {
		return Rule{}, fault.New(fault.Conflict, "the citizen had their data erased; there is nothing to reveal")
	}
	if complaint.Plain(why, 500) != "" || len([]rune(strings.TrimSpace(why))) < minReason {
		f := fault.New(fault.Invalid, "reason must say in a sentence what the data are needed for; the citizen reads it")
		f.Fields = []fault.Field{{Path: "body.reason", Text: f.Detail}}
		return Rule{}, f
	}
	if len(fields) == 0 {
		return Rule{}, fault.New(fault.Invalid, "fields must name what is needed: some of %s", strings.Join(Fields, ", "))
	}
	if c.Anonymous && slices.ContainsFunc(fields, func(f string) bool { return f != Text }) {
		return Rule{}, fault.New(fault.Forbidden, "the citizen filed this without a name, so nobody is shown who they are; write to them with reply")
	}
	rule, ok := r.Rules.For(c, by.Role)
	for _, f := range fields {
		switch {
		case !slices.Contains(Fields, f):
			return Rule{}, fault.New(fault.Invalid, "there is no field %q; there are %s", f, strings.Join(Fields, ", "))
		case !ok || len(rule.Fields) == 0:
			return Rule{}, fault.New(fault.Forbidden, "for complaints of this category the role %s sees nothing of the citizen; write to them with reply", by.Role)
		case !slices.Contains(rule.Fields, f):
			return Rule{}, fault.New(fault.Forbidden, "for complaints of this category the role %s may see %s, not %s", by.Role, strings.Join(rule.Fields, ", "), f)
		}
	}
	if by.Role == complaint.Officer && c.Assignee != by.ID {
		return Rule{}, fault.New(fault.Forbidden, "only the officer who accepted the complaint may see who made it; accept it first")
	}
	return rule, nil
}

// May lists the fields that somebody may ask for now; none where they may see nothing of the citizen.
func (r *Revealer) May(c *complaint.Complaint, by complaint.Actor) (out []string) {
	rule, ok := r.Rules.For(c, by.Role)
	if !ok || c.Erased() || r.Cases.May(by, "complaint.reveal", c) != nil || by.Role == complaint.Officer && c.Assignee != by.ID {
		return nil
	}
	for _, f := range rule.Fields {
		if f == Text || !c.Anonymous {
			out = append(out, f)
		}
	}
	return out
}

func (r *Revealer) open(ctx context.Context, c *complaint.Complaint, fields []string, rule Rule) (*Revealed, error) {
	all, err := r.Reporters.Of(ctx, c.Citizen)
	if err != nil {
		return nil, err
	}
	out := &Revealed{Basis: rule.Basis}
	from, to := all.each(), out.each()
	for _, f := range fields {
		if f != Text {
			*to[f] = *from[f]
			continue
		}
		o, notes, err := r.Reporters.Typed(ctx, c)
		if err != nil {
			return nil, err
		}
		out.Text = o.Text
		for _, e := range c.Events {
			if n := notes[e.ID]; n != "" {
				out.Notes = append(out.Notes, n)
			}
		}
	}
	return out, nil
}

// Typed gives what the citizen typed in a complaint and, by event, in those notes in which something was masked.
func (r *Reporters) Typed(ctx context.Context, c *complaint.Complaint) (o complaint.Original, notes map[string]string, err error) {
	o, notes = complaint.Original{Text: c.Text, Address: c.Location.Address}, map[string]string{}
	sealed := slices.ContainsFunc(c.Events, func(e complaint.Event) bool { return e.Typed != nil })
	if c.Original == nil && !sealed {
		return o, notes, nil
	}
	k, err := r.Vault.Existing(ctx, c.Citizen)
	if err != nil {
		return o, nil, err
	}
	if c.Original != nil {
		b, err := k.Open(complaint.OriginalField(c.ID), c.Original)
		if err == nil {
			err = json.Unmarshal(b, &o)
		}
		if err != nil {
			return o, nil, err
		}
	}
	for _, e := range c.Events {
		if e.Typed == nil {
			continue
		}
		b, err := k.Open(complaint.NoteField(c.ID), e.Typed)
		if err != nil {
			return o, nil, err
		}
		notes[e.ID] = string(b)
	}
	return o, notes, nil
}
