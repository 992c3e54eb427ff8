// Package audit is the record of who did and saw what: sign-ins, reads of sealed data, moves, exports, settings and
// administration. Entries are only ever added. Each carries the hash of the one before it, so that whoever changes, drops
// or reorders one breaks the chain from there on; Verify says where.
package audit

import (
	"regexp"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// Entry is one act. Seq, At, Prev and Hash are given by the chain when the entry is recorded; the rest by who records it.
// An entry can never be taken out again, so it holds no personal data: people are ids, and what was read or written is
// named, not repeated.
type Entry struct {
	Seq     int64             `json:"seq"`               // from 1, without gaps
	At      time.Time         `json:"at"`                // when it was recorded; UTC, to the millisecond, never before the entry before
	ID      string            `json:"id,omitempty"`      // makes a repeat harmless: of entries with one id only the first is kept; empty: none repeats it
	Acted   time.Time         `json:"acted,omitzero"`    // when it was done, where that was not at once before it was recorded
	Actor   Actor             `json:"actor"`             // who
	Action  Action            `json:"action"`            // did what
	Object  Object            `json:"object,omitzero"`   // to what; zero: to the system as a whole
	Outcome Outcome           `json:"outcome"`           // and what came of it
	Reason  string            `json:"reason,omitempty"`  // why, as a code or in the actor's words, which name nobody
	Address string            `json:"address,omitempty"` // keyed hash of the network address; empty: not asked for over the network, or told later
	Details map[Detail]string `json:"details,omitempty"` // what else an auditor needs
	Prev    string            `json:"-"`                 // Hash of the entry before; Origin for the first
	Hash    string            `json:"hash,omitempty"`    // SHA-256, hexadecimal; see block.go for what of
}

// Actor is who did something. It is no complaint.Actor, for what is hashed must never change its form.
type Actor struct {
	Role   string `json:"role"`
	ID     string `json:"id,omitempty"`     // empty: the program itself
	Agency string `json:"agency,omitempty"` // of an officer or supervisor
}

// By is the actor as the domain knows it.
func By(a complaint.Actor) Actor { return Actor{Role: string(a.Role), ID: a.ID, Agency: a.Agency} }

// Action is what was done: a subject, and after a dot what with it. A search for the subject alone finds all of them.
type Action string

// The actions. A move on a complaint is Move and the complaint's own word for it, such as move.accept.
const (
	Start              Action = "system.start"     // a process began, with these settings and this reference data
	ReferenceChange    Action = "reference.change" // a file of the reference data is in force with another content than before
	ReferenceImport    Action = "reference.import" // a command puts a file into the folder of the reference data
	ModelTrain         Action = "model.train"      // a command trains the classifier
	SignIn             Action = "sign_in"
	OfficerCreate      Action = "officer.create"
	OfficerChange      Action = "officer.change" // role, agency, clearance, or in office or not
	OfficerInvite      Action = "officer.invite" // a link goes out, by which they choose a password anew
	HolidayDeclare     Action = "holiday.declare"
	HolidayWithdraw    Action = "holiday.withdraw"
	Reveal             Action = "sealed.reveal" // sealed data of a citizen is read
	Export             Action = "export"        // a citizen takes everything that is kept of them
	Erase              Action = "erase"         // a citizen asks to be erased
	HoldSet            Action = "hold.set"      // a legal hold keeps data from being erased and disposed of
	HoldRelease        Action = "hold.release"
	DisposalApprove    Action = "disposal.approve"
	DisposalDestroy    Action = "disposal.destroy" // a complaint of an approved list is destroyed
	Read               Action = "audit.read"       // this record is read
	ModelRetrain       Action = "model.retrain"
	ModelPromote       Action = "model.promote"
	ModelRollback      Action = "model.rollback"
	WebhookSet         Action = "webhook.set"  // an agency's system is to be told, of other events than before, or no longer
	WebhookTurn        Action = "webhook.turn" // its secret is made anew
	WebhookRemove      Action = "webhook.remove"
	WebhookReplay      Action = "webhook.replay"  // calls that were given up are made again
	APIKeyMake         Action = "api_key.make"    // another system is given a key
	APIKeyTurn         Action = "api_key.turn"    // its key is made anew
	APIKeyRevoke       Action = "api_key.revoke"  // #nosec G101 -- the name of an act and no key: its keys open nothing any more
	WebhookDiscard     Action = "webhook.discard" // calls that were given up are never to be made
	AnnouncementMake   Action = "announcement.make"
	AnnouncementCancel Action = "announcement.cancel"
	AmendmentSubmit    Action = "amendment.submit"
	AmendmentApprove   Action = "amendment.approve" // the reference data changes, from its date on
	AmendmentReturn    Action = "amendment.return"  // a submitted one goes back to its author
	AmendmentWithdraw  Action = "amendment.withdraw"
	TaskRun            Action = "task.run" // a hint that was given up is carried out once more
	TaskDrop           Action = "task.drop"
	AccessRefused      Action = "access.refuse" // a member of staff asked for what their role may not do
)

// Move is the action of a move on a complaint.
func Move(a complaint.Action) Action { return Action("move." + string(a)) }

// Object is what was acted on.
type Object struct {
	Kind string `json:"kind"` // complaint, officer, holiday, file, citizen, …
	ID   string `json:"id"`   // of a complaint its number, of a file its name
}

// Key names the object in a search, such as complaint:RR-7K3M-Q2XA.
func (o Object) Key() string { return o.Kind + ":" + o.ID }

// Outcome is what came of an act.
type Outcome string

// The outcomes. Begun stands before the act itself; where no other entry with the same act detail follows, the process
// died in between and nobody can say whether it was done.
const (
	Begun   Outcome = "begun"
	Done    Outcome = "done"
	Refused Outcome = "refused" // the actor may not
	Failed  Outcome = "failed"
)

// Detail names one more fact about an act. Values are codes, ids, hashes and dates, never text that a person wrote.
type Detail string

// The details.
const (
	Act       Detail = "act"       // the same in the entries before and after one act
	Fault     Detail = "fault"     // kind of the fault that ended it
	From      Detail = "from"      // state before; of a search: its start
	To        Detail = "to"        // state after, of a webhook on or off; of a search: its end
	Agency    Detail = "agency"    // responsible after a move; of a new officer or a webhook
	Target    Detail = "target"    // other complaint or agency of a move; whom an announcement is for
	Role      Detail = "role"      // given to an officer
	Scopes    Detail = "scopes"    // of the key of another system
	Cleared   Detail = "cleared"   // of an officer: for restricted complaints
	Active    Detail = "active"    // of an officer: may sign in
	Way       Detail = "way"       // by which somebody signed in or tried to
	Date      Detail = "date"      // of a holiday; from which an amendment is to count
	States    Detail = "states"    // of a holiday
	Fields    Detail = "fields"    // which sealed fields were read
	Reach     Detail = "reach"     // of a legal hold: complaint or citizen
	Format    Detail = "format"    // of an export
	Count     Detail = "count"     // how many things an export or search gave, or were made again
	Version   Detail = "version"   // of the program
	Roles     Detail = "roles"     // of the process
	Settings  Detail = "settings"  // hash
	Reference Detail = "reference" // hash of all reference data
	Content   Detail = "content"   // hash of a file
	Was       Detail = "was"       // hash of what the file held before
	Files     Detail = "files"     // tables of the reference data that an amendment changes
	Asked     Detail = "asked"     // permission that was refused
	ByActor   Detail = "by_actor"  // what a search asked for
	ByObject  Detail = "by_object"
	ByAction  Detail = "by_action"
)

// What an entry may hold. An id or a code has no blank, so no sentence and no name with its family's gets in by accident.
var (
	actions = regexp.MustCompile(`^[a-z_]{1,30}(\.[a-z_]{1,30})?$`)
	words   = regexp.MustCompile(`^[a-z_]{1,30}$`)
	codes   = regexp.MustCompile(`^[A-Za-z0-9._:/,=*+-]{1,200}$`)
)

const (
	maxReason  = 500 // characters
	maxDetails = 16
)

// check finds what an entry may not hold; fault.Invalid. It is a slip of who records it, but for Reason.
func (e *Entry) check() error {
	code := func(name, v string, may bool) error {
		if (v != "" || !may) && !codes.MatchString(v) {
			return fault.New(fault.Invalid, "%s of an audit entry is no code of up to 200 letters, digits and marks", name)
		}
		return nil
	}
	for _, c := range []struct {
		name, value string
		may         bool // be empty
	}{{"the role", e.Actor.Role, false}, {"the actor", e.Actor.ID, true}, {"the agency", e.Actor.Agency, true}, {"the id", e.ID, true},
		{"the object", e.Object.ID, e.Object.Kind == ""}, {"the address", e.Address, true}} {
		if err := code(c.name, c.value, c.may); err != nil {
			return err
		}
	}
	switch {
	case !actions.MatchString(string(e.Action)):
		return fault.New(fault.Invalid, "%q is no action of an audit entry, such as holiday.declare", e.Action)
	case e.Object != Object{} && !words.MatchString(e.Object.Kind):
		return fault.New(fault.Invalid, "%q is no kind of object of an audit entry", e.Object.Kind)
	case e.Outcome != Begun && e.Outcome != Done && e.Outcome != Refused && e.Outcome != Failed:
		return fault.New(fault.Invalid, "%q is no outcome of an audit entry", e.Outcome)
	case len(e.Details) > maxDetails:
		return fault.New(fault.Invalid, "an audit entry has %d details; %d are the most", len(e.Details), maxDetails)
	}
	for k, v := range e.Details {
		if !words.MatchString(string(k)) {
			return fault.New(fault.Invalid, "%q is no detail of an audit entry", k)
		}
		if err := code("detail "+string(k), v, false); err != nil {
			return err
		}
	}
	if e.Reason != "" {
		if wrong := complaint.Plain(e.Reason, maxReason); wrong != "" {
			return fault.New(fault.Invalid, "reason %s", wrong)
		}
	}
	return nil
}
