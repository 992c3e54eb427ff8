package learning

import "context"

// Watch computes how often the router was wrong lately and warns once of each alarm while it lasts.
func (t *Teacher) Watch(ctx context.Context) error {
	list, err := t.Notebook.Rates(ctx, t.Now())
	if err != nil {
		return err
	}
	alarms := map[string]bool{}
	for _, r := range list {
		key := r.Of + "/" + r.Name
		if !r.Alarm {
			continue
		}
		alarms[key] = true
		if !t.alarms[key] {
			t.Log.WarnContext(ctx, "the router is wrong more often than it was; look at GET /v1/staff/drift and at recent corrections",
				"of", r.Of, "name", r.Name, "wrong", r.RecentWrong, "sent", r.Recent, "before_wrong", r.EarlierBad, "before_sent", r.Earlier, "p", r.P)
		}
	}
	t.alarms = alarms
	if t.Alarmed != nil {
		t.Alarmed(list)
	}
	return nil
}
