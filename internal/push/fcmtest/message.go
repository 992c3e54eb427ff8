package fcmtest

import (
	"encoding/json"
	"fmt"
	"io"
)

// message has the fields of "REST Resource: projects.messages" for a message to one device; another field is refused.
type message struct {
	Name         string            `json:"name"`
	Data         map[string]string `json:"data"`
	Notification *notification     `json:"notification"`
	Android      *android          `json:"android"`
	Webpush      *webpush          `json:"webpush"`
	APNS         *apns             `json:"apns"`
	FCMOptions   json.RawMessage   `json:"fcm_options"`
	Token        string            `json:"token"`
}

type notification struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Image string `json:"image"`
}

type android struct {
	CollapseKey           string               `json:"collapse_key"`
	Priority              string               `json:"priority"`
	TTL                   string               `json:"ttl"`
	RestrictedPackageName string               `json:"restricted_package_name"`
	Data                  map[string]string    `json:"data"`
	Notification          *androidNotification `json:"notification"`
	FCMOptions            json.RawMessage      `json:"fcm_options"`
	DirectBootOK          bool                 `json:"direct_boot_ok"`
}

type androidNotification struct {
	Title                 string          `json:"title"`
	Body                  string          `json:"body"`
	Icon                  string          `json:"icon"`
	Color                 string          `json:"color"`
	Sound                 string          `json:"sound"`
	Tag                   string          `json:"tag"`
	ClickAction           string          `json:"click_action"`
	BodyLocKey            string          `json:"body_loc_key"`
	BodyLocArgs           []string        `json:"body_loc_args"`
	TitleLocKey           string          `json:"title_loc_key"`
	TitleLocArgs          []string        `json:"title_loc_args"`
	ChannelID             string          `json:"channel_id"`
	Ticker                string          `json:"ticker"`
	Sticky                bool            `json:"sticky"`
	EventTime             string          `json:"event_time"`
	LocalOnly             bool            `json:"local_only"`
	NotificationPriority  string          `json:"notification_priority"`
	DefaultSound          bool            `json:"default_sound"`
	DefaultVibrateTimings bool            `json:"default_vibrate_timings"`
	DefaultLightSettings  bool            `json:"default_light_settings"`
	VibrateTimings        []string        `json:"vibrate_timings"`
	Visibility            string          `json:"visibility"`
	NotificationCount     int             `json:"notification_count"`
	LightSettings         json.RawMessage `json:"light_settings"`
	Image                 string          `json:"image"`
	Proxy                 string          `json:"proxy"`
}

type webpush struct {
	Headers      map[string]string `json:"headers"`
	Data         map[string]string `json:"data"`
	Notification struct {
		Tag string `json:"tag"`
	} `json:"-"`
	RawNotification json.RawMessage `json:"notification"` // any field of the browsers' Notification is allowed
	FCMOptions      json.RawMessage `json:"fcm_options"`
}

type apns struct {
	Headers map[string]string `json:"headers"`
	Payload struct {
		Aps struct {
			Badge int `json:"badge"`
		} `json:"aps"`
	} `json:"-"`
	RawPayload        json.RawMessage `json:"payload"` // any field that the app likes is allowed beside aps
	FCMOptions        json.RawMessage `json:"fcm_options"`
	LiveActivityToken string          `json:"live_activity_token"`
}

// read takes a request apart as strictly as the documentation describes it; field is the one that is wrong, if one is.
func read(body io.Reader) (m message, dry bool, field string, err error) {
	var req struct {
		ValidateOnly bool     `json:"validate_only"`
		Message      *message `json:"message"`
	}
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return m, false, "", fmt.Errorf("invalid JSON payload received: %w", err)
	}
	if req.Message == nil {
		return m, false, "message", fmt.Errorf("message is missing")
	}
	m = *req.Message
	if m.Webpush != nil && m.Webpush.RawNotification != nil {
		if err := json.Unmarshal(m.Webpush.RawNotification, &m.Webpush.Notification); err != nil {
			return m, false, "message.webpush.notification", err
		}
	}
	if m.APNS != nil && m.APNS.RawPayload != nil {
		if err := json.Unmarshal(m.APNS.RawPayload, &m.APNS.Payload); err != nil {
			return m, false, "message.apns.payload", err
		}
	}
	for _, r := range rules {
		if !r.ok(m) {
			return m, false, r.field, fmt.Errorf("%s: %s", r.field, r.text)
		}
	}
	return m, req.ValidateOnly, "", nil
}
