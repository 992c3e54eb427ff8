package fcmtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	duration = regexp.MustCompile(`^\d+(\.\d{1,9})?s$`)
	topic    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
)

// longest is how long FCM keeps a message.
const longest = 28 * 24 * time.Hour

// rules are what the documentation demands beyond field names and types. Sources: "projects.messages", "About FCM
// messages", "Sending notification requests to APNs", RFC 8030.
var rules = []struct {
	field, text string
	ok          func(message) bool
}{
	{"message.token", "must be set", func(m message) bool { return m.Token != "" }},
	{"message.name", "is output only", func(m message) bool { return m.Name == "" }},
	{"message.data", "has a key that is reserved", func(m message) bool {
		for k := range m.Data {
			if k == "from" || k == "message_type" || strings.HasPrefix(k, "google") || strings.HasPrefix(k, "gcm") {
				return false
			}
		}
		return true
	}},
	{"message", "is bigger than 4096 bytes", func(m message) bool { return m.size() <= 4096 }},
	{"message.android.priority", "must be NORMAL or HIGH", func(m message) bool {
		return m.Android == nil || among(strings.ToUpper(m.Android.Priority), "", "NORMAL", "HIGH")
	}},
	{"message.android.ttl", "must be seconds with an s, 4 weeks at the most", func(m message) bool {
		return m.Android == nil || m.Android.TTL == "" || duration.MatchString(m.Android.TTL) && seconds(strings.TrimSuffix(m.Android.TTL, "s")) <= longest
	}},
	{"message.android.notification.notification_priority", "is no NotificationPriority", func(m message) bool {
		return m.Android == nil || m.Android.Notification == nil || among(m.Android.Notification.NotificationPriority,
			"", "PRIORITY_MIN", "PRIORITY_LOW", "PRIORITY_DEFAULT", "PRIORITY_HIGH", "PRIORITY_MAX")
	}},
	{"message.android.notification.visibility", "is no Visibility", func(m message) bool {
		return m.Android == nil || m.Android.Notification == nil || among(m.Android.Notification.Visibility, "", "PRIVATE", "PUBLIC", "SECRET")
	}},
	{"message.apns.payload", "has no aps", func(m message) bool {
		return m.APNS == nil || m.APNS.RawPayload == nil || strings.Contains(string(m.APNS.RawPayload), `"aps"`)
	}},
	{"message.apns.headers", "apns-collapse-id is longer than 64 bytes", func(m message) bool { return len(m.apple("apns-collapse-id")) <= 64 }},
	{"message.apns.headers", "apns-priority must be 1, 5 or 10", func(m message) bool {
		return among(m.apple("apns-priority"), "", "1", "5", "10")
	}},
	{"message.apns.headers", "apns-expiration must be UNIX seconds", func(m message) bool { return whole(m.apple("apns-expiration")) }},
	{"message.webpush.headers", "TTL must be whole seconds", func(m message) bool { return whole(m.browser("TTL")) }},
	{"message.webpush.headers", "Urgency must be very-low, low, normal or high", func(m message) bool {
		return among(m.browser("Urgency"), "", "very-low", "low", "normal", "high")
	}},
	{"message.webpush.headers", "Topic must be 1 to 32 base64url characters", func(m message) bool {
		return m.browser("Topic") == "" || topic.MatchString(m.browser("Topic"))
	}},
}

func (m message) apple(header string) string {
	if m.APNS == nil {
		return ""
	}
	return m.APNS.Headers[header]
}

func (m message) browser(header string) string {
	if m.Webpush == nil {
		return ""
	}
	return m.Webpush.Headers[header]
}

func (m message) size() (n int) {
	if m.Notification != nil {
		n = len(m.Notification.Title) + len(m.Notification.Body)
	}
	for k, v := range m.Data {
		n += len(k) + len(v)
	}
	return n
}

func among(s string, allowed ...string) bool { return slices.Contains(allowed, s) }

func whole(s string) bool {
	_, err := strconv.ParseUint(s, 10, 63)
	return s == "" || err == nil
}

// seconds is 0 for what is no number.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}
