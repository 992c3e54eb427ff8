package fcmtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Shown is one notification as a device shows it.
type Shown struct {
	Key         string // what a later one replaces it by: tag on Android and the web, apns-collapse-id on iOS; empty: nothing does
	Title, Body string
	Data        map[string]string
	Rings       bool // sent with high priority
	Badge       int
	Keep        time.Duration // how long FCM keeps it for a device that is off; 0 on iOS and where the message does not say
	Expires     time.Time     // the same on iOS, where it is an instant (UTC)
	Times       int           // how often it arrived
	Name        string        // the provider's name of the latest arrival
}

// Phone lists what the device with this registration token shows after collapsing, in the order of first arrival.
func (s *Server) Phone(token string) []Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.phones[token])
}

// CountOnly keeps from now on of each device only how many messages arrived, for measurements with many of them.
func (s *Server) CountOnly() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.arrivals = map[string]int{}
}

// Arrivals is how many messages arrived at the device with this registration token since CountOnly.
func (s *Server) Arrivals(token string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.arrivals[token]
}

// shown is what the device makes of the message.
func (m message) shown() Shown {
	n := Shown{Times: 1, Data: maps.Clone(m.Data)}
	if m.Notification != nil {
		n.Title, n.Body = m.Notification.Title, m.Notification.Body
	}
	if a := m.Android; a != nil {
		n.Rings, n.Keep = strings.EqualFold(a.Priority, "high"), seconds(strings.TrimSuffix(a.TTL, "s"))
		if a.Notification != nil {
			n.Key, n.Badge = a.Notification.Tag, a.Notification.NotificationCount
		}
	}
	if m.APNS != nil {
		n.Key, n.Rings, n.Badge = m.apple("apns-collapse-id"), m.apple("apns-priority") == "10", m.APNS.Payload.Aps.Badge
		if at, err := strconv.ParseInt(m.apple("apns-expiration"), 10, 64); err == nil {
			n.Expires = time.Unix(at, 0).UTC()
		}
	}
	if w := m.Webpush; w != nil {
		n.Key, n.Rings, n.Keep = w.Notification.Tag, w.Headers["Urgency"] == "high", seconds(w.Headers["TTL"])
	}
	return n
}

// show puts a message on the phone and gives its name.
func (s *Server) show(m message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.serial++
	if s.state.arrivals != nil {
		s.state.arrivals[m.Token]++
		return fmt.Sprintf("projects/%s/messages/0:%016d", Project, s.state.serial)
	}
	n := m.shown()
	n.Name = fmt.Sprintf("projects/%s/messages/0:%016d", Project, s.state.serial)
	phone := s.state.phones[m.Token]
	i := slices.IndexFunc(phone, func(x Shown) bool { return n.Key != "" && x.Key == n.Key })
	if i < 0 {
		s.state.phones[m.Token] = append(phone, n)
		return n.Name
	}
	n.Times += phone[i].Times
	phone[i] = n
	return n.Name
}

// send is projects.messages.send.
func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.state.requests++
	s.mu.Unlock()
	if p, m := r.PathValue("project"), r.PathValue("method"); p != Project || m != "messages:send" {
		s.fault("there is no %s of project %s", m, p)
		Answer{Status: 404, RPC: "NOT_FOUND", Text: "Requested entity was not found."}.write(w, r)
		return
	}
	if !s.bearer(r) {
		Unauthenticated.write(w, r)
		return
	}
	m, dry, field, err := read(r.Body)
	if err != nil {
		s.fault("%v", err)
		Answer{Status: 400, RPC: "INVALID_ARGUMENT", Code: "INVALID_ARGUMENT", Field: field, Text: err.Error()}.write(w, r)
		return
	}
	a, spoiled := s.next(m.Token)
	if spoiled && !a.Delivered {
		a.write(w, r)
		return
	}
	name := fmt.Sprintf("projects/%s/messages/fake_message_id", Project)
	if !dry {
		name = s.show(m)
	}
	if spoiled {
		a.write(w, r)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"name": name})
}

func (s *Server) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.faults = append(s.state.faults, fmt.Sprintf(format, args...))
}
