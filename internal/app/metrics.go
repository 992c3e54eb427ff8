package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"respons/internal/notify"
)

// metrics are what an operator watches; each App has its own registry.
type metrics struct {
	registry *prometheus.Registry
	lateness prometheus.Histogram
	early    prometheus.Counter
	messages *prometheus.CounterVec
	requests *prometheus.HistogramVec
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
			Help: "Messages by channel and what came of them."}, []string{"channel", "state"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "respons_http_seconds",
			Help: "Time to answer, by route and status.", Buckets: prometheus.ExponentialBuckets(.0005, 2, 14)}, []string{"method", "route", "status"}),
	}
	m.registry.MustRegister(m.lateness, m.early, m.messages, m.requests, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) message(channel string, s notify.State) {
	m.messages.WithLabelValues(channel, string(s)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
