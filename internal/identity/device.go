package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Device is a phone or browser that takes pushes for a person.
type Device struct {
	ID       string    `json:"id"` // derived from owner and token: registering twice is harmless
	Owner    string    `json:"owner"`
	Token    string    `json:"token"`    // FCM registration token
	Platform string    `json:"platform"` // android, ios, web
	Lang     string    `json:"lang"`
	Since    time.Time `json:"since"`
}

// Devices is how devices are stored.
var Devices = store.Collection{Name: "devices", Indexes: []store.Index{
	{Name: "owner", Fields: []string{"owner"}},
}}

// mostDevices is how many devices take pushes for one person.
const mostDevices = 20

// Register remembers a device of its owner, and what it says now of itself where it is known. Beyond twenty, the one that
// has not registered for the longest time is forgotten.
func (d *Directory) Register(ctx context.Context, dev Device) (Device, error) {
	dev.ID = hash(dev.Owner + "\x00" + dev.Token)[:32]
	dev.Since = d.Now().UTC().Truncate(time.Millisecond)
	body, err := json.Marshal(dev)
	if err != nil {
		return dev, fmt.Errorf("encode device: %w", err)
	}
	rec := store.Record{ID: dev.ID, Keys: store.Keys{"owner": dev.Owner}, Body: body}
	err = d.Engine.Insert(ctx, Devices.Name, rec)
	if err == nil {
		return dev, d.forgetOldest(ctx, dev)
	}
	if !errors.Is(err, fault.Duplicate) {
		return dev, err
	}
	old, err := d.Engine.Get(ctx, Devices.Name, dev.ID)
	if err != nil {
		return dev, err
	}
	rec.Rev = old.Rev
	if _, err = d.Engine.Replace(ctx, Devices.Name, rec); errors.Is(err, fault.Stale) {
		err = nil // somebody registers the same device at this moment
	}
	return dev, err
}

// forgetOldest makes room for a device that was just registered.
func (d *Directory) forgetOldest(ctx context.Context, newest Device) error {
	devices, err := d.DevicesOf(ctx, newest.Owner)
	if err != nil || len(devices) <= mostDevices {
		return err
	}
	devices = slices.DeleteFunc(devices, func(x Device) bool { return x.ID == newest.ID })
	oldest := slices.MinFunc(devices, func(a, b Device) int { return a.Since.Compare(b.Since) })
	return d.Forget(ctx, oldest.ID)
}

// DevicesOf lists a person's devices, up to 100.
func (d *Directory) DevicesOf(ctx context.Context, owner string) ([]Device, error) {
	page, err := d.Engine.Find(ctx, Devices.Name, store.Query{Index: "owner", Equal: []any{owner}})
	if err != nil {
		return nil, err
	}
	var out []Device
	for _, rec := range page.Records {
		var dev Device
		if err := json.Unmarshal(rec.Body, &dev); err != nil {
			return nil, fmt.Errorf("decode device %s: %w", rec.ID, err)
		}
		out = append(out, dev)
	}
	return out, nil
}

// Device reads one device; fault.NotFound.
func (d *Directory) Device(ctx context.Context, id string) (dev Device, err error) {
	rec, err := d.Engine.Get(ctx, Devices.Name, id)
	if err != nil {
		return dev, err
	}
	if err := json.Unmarshal(rec.Body, &dev); err != nil {
		return dev, fmt.Errorf("decode device %s: %w", id, err)
	}
	return dev, nil
}

// Hand makes the devices of one owner another's and gives their new ids by the old ones; again is harmless.
func (d *Directory) Hand(ctx context.Context, from, to string) (map[string]string, error) {
	ids := map[string]string{}
	for {
		devices, err := d.DevicesOf(ctx, from)
		if err != nil || len(devices) == 0 {
			return ids, err
		}
		for _, dev := range devices {
			old := dev.ID
			dev.Owner = to
			if dev, err = d.Register(ctx, dev); err != nil {
				return ids, err
			}
			ids[old] = dev.ID
			if err := d.Forget(ctx, old); err != nil {
				return ids, err
			}
		}
	}
}

// ForgetDevices removes every device of a person; again is harmless.
func (d *Directory) ForgetDevices(ctx context.Context, owner string) error {
	for {
		devices, err := d.DevicesOf(ctx, owner)
		if err != nil || len(devices) == 0 {
			return err
		}
		for _, dev := range devices {
			if err := d.Forget(ctx, dev.ID); err != nil {
				return err
			}
		}
	}
}

// ForgetOwn removes a device of a person's own; fault.NotFound where they have none with this id.
func (d *Directory) ForgetOwn(ctx context.Context, owner, id string) error {
	dev, err := d.Device(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && dev.Owner != owner {
		return fault.New(fault.NotFound, "there is no such device of yours; it may have been removed already")
	}
	if err != nil {
		return err
	}
	return d.Forget(ctx, id)
}

// Forget removes a device; one that is gone already is no fault.
func (d *Directory) Forget(ctx context.Context, id string) error {
	err := d.Engine.Delete(ctx, Devices.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
