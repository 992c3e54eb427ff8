package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"respons/internal/learning"
	"respons/internal/notify"
)

// metrics are what an operator watches; each App has its own registry.
type metrics struct {
	registry *prometheus.Registry
	lateness prometheus.Histogram
	early    prometheus.Counter
	messages *prometheus.CounterVec
	opened   *prometheus.HistogramVec
	alarms   *prometheus.CounterVec
	requests *prometheus.HistogramVec
	wrong    *prometheus.GaugeVec
	drift    *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "respons_timer_lateness_seconds",
			Help:    "How long after its instant an SLA threshold or expiry was applied.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 3600}}),
		early: prometheus.NewCounter(prometheus.CounterOpts{Name: "respons_timer_early_total",
			Help: "Timers that rang more than two seconds before their instant and did nothing: a clock of a machine is wrong."}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "respons_messages_total",
			Help: "Messages by channel, platform of a push, event and what came of them."}, []string{"channel", "platform", "event", "state"}),
		opened: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "respons_message_open_seconds",
			Help:    "From acceptance of a message to its being opened, by channel.",
			Buckets: []float64{10, 60, 300, 900, 3600, 6 * 3600, 24 * 3600}}, []string{"channel"}),
		alarms: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "respons_message_alarms_total",
			Help: "Messages that a provider refused until an operator acts, by channel: credentials, sender, certificate; the log says which."}, []string{"channel"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "respons_http_seconds",
			Help: "Time to answer, by route and status.", Buckets: prometheus.ExponentialBuckets(.0005, 2, 14)}, []string{"method", "route", "status"}),
		wrong: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "respons_routing_wrong_ratio",
			Help: "Share of the last seven days' sendings without a person that were returned or handed on, by agency or language."}, []string{"of", "name"}),
		drift: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "respons_routing_drift",
			Help: "1 where that share has risen beyond noise against the eight weeks before."}, []string{"of", "name"}),
	}
	m.registry.MustRegister(m.lateness, m.early, m.messages, m.opened, m.alarms, m.requests, m.wrong, m.drift, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// holding shows whether pushes are held back.
func (m *metrics) holding(h *notify.Hold) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "respons_push_held",
		Help: "1 while the provider of pushes takes none and they wait; /readyz says why."}, func() float64 {
		if since, _, _ := h.Held(); !since.IsZero() {
			return 1
		}
		return 0
	}))
}

func (m *metrics) alarm(c notify.Channel) { m.alarms.WithLabelValues(string(c)).Inc() }

func (m *metrics) message(row *notify.Row, s notify.State) {
	m.messages.WithLabelValues(string(row.Channel), row.Platform, row.Event, string(s)).Inc()
	if s == notify.Opened {
		m.opened.WithLabelValues(string(row.Channel)).Observe(row.ToOpen().Seconds())
	}
}

// rates shows how often the router was wrong lately; what is not sent to any more is shown no longer.
func (m *metrics) rates(list []learning.Rate) {
	m.wrong.Reset()
	m.drift.Reset()
	for _, r := range list {
		m.wrong.WithLabelValues(r.Of, r.Name).Set(r.Share())
		m.drift.WithLabelValues(r.Of, r.Name).Set(map[bool]float64{true: 1}[r.Alarm])
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
