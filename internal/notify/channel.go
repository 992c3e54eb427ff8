package notify

// Channel is a way to reach somebody.
type Channel string

// The channels. Digest is none of its own: what it gathers goes out as one push and one e-mail.
const (
	Inbox   Channel = "inbox" // always: whatever else happens, the message lies there
	Push    Channel = "push"
	Email   Channel = "email"
	SMS     Channel = "sms"
	Digest  Channel = "digest"
	Webhook Channel = "webhook" // to the agency's own system
)

// Importance says how much a message may disturb.
type Importance string

// The levels. A level that rings may fall back to another channel.
const (
	Danger    Importance = "danger"    // rings at any hour
	Important Importance = "important" // rings, but waits for the end of quiet hours
	Ordinary  Importance = "ordinary"  // shown silently, waits for the end of quiet hours, only so many an hour
)

var levels = []Importance{Ordinary, Important, Danger}

// Rings says whether the phone makes a sound.
func (i Importance) Rings() bool { return i == Danger || i == Important }
