// Package push brings messages to phones and browsers through Firebase Cloud Messaging.
package push

import (
	"strings"
	"time"

	"respons/internal/fault"
)

// The platforms of a device.
const (
	Android = "android"
	IOS     = "ios"
	Web     = "web"
)

// Message is one message to one device. Title and Body appear on a lock screen, so they hold nothing personal.
type Message struct {
	// ID names the message in the ledger. A message that comes twice under one ID replaces itself on the device: it is the
	// collapse key and tag on Android, the apns-collapse-id on iOS (64 bytes at the most) and the topic and tag on the web
	// (32 characters of the base64url alphabet at the most, RFC 8030).
	ID          string
	Token       string // registration token of the device; never logged
	Platform    string // Android, IOS or Web
	Title, Body string
	Link        string            // opened by a tap, such as respons://complaints/RR-7K3M-Q2XA; travels as data key "link"
	Data        map[string]string // for the app; "id" and "link" are set from ID and Link
	// Important rings and wakes the device, and is kept for 24 hours: after that a fallback has spoken. Everything else is
	// shown silently when the device is awake anyway, and is kept for four weeks, the most that FCM allows.
	Important bool
	Until     time.Time // after which a device that was off is not to show it any more; zero: as long as its kind is kept
	Badge     int       // number on the app's icon; 0 leaves the icon as it is
}

const (
	mostPayload   = 4096 // bytes of notification and data, FCM's limit
	mostAppleID   = 64   // bytes of apns-collapse-id
	mostWebTopic  = 32   // characters of Topic in RFC 8030
	base64URL     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	reservedWords = "from message_type collapse_key" // data keys that FCM keeps for itself, with prefixes google. and gcm.
)

// check gives fault.Invalid where a provider would refuse the message or show it wrongly.
func (m Message) check() error {
	switch {
	case m.ID == "":
		return fault.New(fault.Invalid, "the message has no id")
	case m.Token == "":
		return fault.New(fault.Invalid, "message %s has no device token", m.ID)
	case m.Title == "" || m.Body == "":
		return fault.New(fault.Invalid, "message %s has no title or no body", m.ID)
	case m.Badge < 0:
		return fault.New(fault.Invalid, "message %s has a badge below 0", m.ID)
	}
	switch m.Platform {
	case Android:
	case IOS:
		if len(m.ID) > mostAppleID {
			return fault.New(fault.Invalid, "message id %s is longer than %d bytes", m.ID, mostAppleID)
		}
	case Web:
		if len(m.ID) > mostWebTopic || strings.Trim(m.ID, base64URL) != "" {
			return fault.New(fault.Invalid, "message id %s is no web topic: %d letters, digits, - and _ at the most", m.ID, mostWebTopic)
		}
	default:
		return fault.New(fault.Invalid, "message %s is for platform %q; known are android, ios and web", m.ID, m.Platform)
	}
	size := len(m.Title) + len(m.Body)
	for k, v := range m.data() {
		if strings.HasPrefix(k, "google.") || strings.HasPrefix(k, "gcm.") || strings.Contains(" "+reservedWords+" ", " "+k+" ") {
			return fault.New(fault.Invalid, "message %s has data key %q, which FCM keeps for itself", m.ID, k)
		}
		size += len(k) + len(v)
	}
	if size > mostPayload {
		return fault.New(fault.Invalid, "message %s has %d bytes of text and data; %d at the most", m.ID, size, mostPayload)
	}
	return nil
}

// data is what the app reads.
func (m Message) data() map[string]string {
	data := map[string]string{}
	for k, v := range m.Data {
		data[k] = v
	}
	data["id"] = m.ID
	if m.Link != "" {
		data["link"] = m.Link
	}
	return data
}
