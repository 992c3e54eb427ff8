package push

import (
	"strconv"
	"time"

	"firebase.google.com/go/v4/messaging"
)

// The notification channels that the Android app creates; what each sounds like is for the citizen to choose there.
const (
	ChannelImportant = "important"
	ChannelUpdates   = "updates"
)

const (
	keepImportant = 24 * time.Hour
	keepOther     = 28 * 24 * time.Hour // FCM's longest
)

// payload is the message as FCM wants it, with the part of the device's own platform only.
func payload(m Message, now time.Time) *messaging.Message {
	out := &messaging.Message{Token: m.Token, Notification: &messaging.Notification{Title: m.Title, Body: m.Body}, Data: m.data()}
	ttl := keepOther
	if m.Important {
		ttl = keepImportant
	}
	if !m.Until.IsZero() {
		ttl = max(min(ttl, m.Until.Sub(now)), 0) // 0: now or never
	}
	switch m.Platform {
	case Android:
		out.Android = android(m, ttl)
	case IOS:
		out.APNS = apple(m, now.Add(ttl))
	case Web:
		out.Webpush = web(m, ttl)
	}
	return out
}

// android uses the id as collapse key too. FCM keeps four keys for a phone that is off; without one, all notifications of
// an app share a single key and only the last would be kept. The inbox has them all.
func android(m Message, ttl time.Duration) *messaging.AndroidConfig {
	n := &messaging.AndroidNotification{Tag: m.ID, ChannelID: ChannelUpdates, Priority: messaging.PriorityDefault}
	c := &messaging.AndroidConfig{CollapseKey: m.ID, Priority: "normal", TTL: &ttl, Notification: n}
	if m.Important {
		c.Priority, n.ChannelID, n.Priority, n.DefaultSound = "high", ChannelImportant, messaging.PriorityHigh, true
	}
	if m.Badge > 0 {
		n.NotificationCount = &m.Badge
	}
	return c
}

func apple(m Message, expires time.Time) *messaging.APNSConfig {
	aps := &messaging.Aps{}
	c := &messaging.APNSConfig{Payload: &messaging.APNSPayload{Aps: aps}, Headers: map[string]string{
		"apns-collapse-id": m.ID,
		"apns-expiration":  strconv.FormatInt(expires.Unix(), 10),
		"apns-priority":    "5", // when it suits the battery
	}}
	if m.Important {
		c.Headers["apns-priority"], aps.Sound = "10", "default"
	}
	if m.Badge > 0 {
		aps.Badge = &m.Badge
	}
	return c
}

// web has no fcm_options.link: that must be https, and the page's service worker opens data.link itself.
func web(m Message, ttl time.Duration) *messaging.WebpushConfig {
	c := &messaging.WebpushConfig{Notification: &messaging.WebpushNotification{Tag: m.ID, Silent: !m.Important},
		Headers: map[string]string{"TTL": strconv.Itoa(int(ttl.Seconds())), "Topic": m.ID, "Urgency": "normal"}}
	if m.Important {
		c.Headers["Urgency"] = "high"
	}
	return c
}
