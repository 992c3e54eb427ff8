package mobileapi

import (
	"fmt"
	"slices"

	"respons/internal/complaint"
)

// Counts says how much there is to look at.
type Counts struct {
	Photos     int `json:"photos,omitempty"`
	Videos     int `json:"videos,omitempty"`
	Audio      int `json:"audio,omitempty"`
	Documents  int `json:"documents,omitempty"`
	ByOfficers int `json:"by_officers,omitempty" doc:"Of all these, those that officers added"`
}

// counts is nil where there is nothing.
func counts(c *complaint.Complaint) *Counts {
	if len(c.Attachments) == 0 {
		return nil
	}
	n := new(Counts)
	of := map[string]*int{"photo": &n.Photos, "video": &n.Videos, "audio": &n.Audio, "document": &n.Documents}
	for _, x := range c.Attachments {
		if p := of[x.Kind]; p != nil {
			*p++
		}
		if x.By != complaint.CitizenRole {
			n.ByOfficers++
		}
	}
	return n
}

// added is what the timeline says of files that came later than the filing, by side and language.
var added = map[string]map[string]string{
	"citizen": {"ms": "Anda menambah lampiran (%d)", "en": "You added attachments (%d)", "zh": "您添加了附件（%d）", "ta": "நீங்கள் இணைப்புகளைச் சேர்த்தீர்கள் (%d)"},
	"officer": {"ms": "Pegawai menambah lampiran (%d)", "en": "An officer added attachments (%d)", "zh": "负责人员添加了附件（%d）", "ta": "அதிகாரி இணைப்புகளைச் சேர்த்தார் (%d)"},
}

// withAttachments puts the attachments into a timeline: those of the filing are counted with it, the others have lines of
// their own, one for what one side added in a row.
func withAttachments(timeline []Entry, c *complaint.Complaint, lang string) []Entry {
	for _, x := range c.Attachments {
		if x.Filed && len(timeline) > 0 {
			timeline[0].Attachments++
			continue
		}
		by := side(x.By)
		at := len(timeline)
		for at > 0 && timeline[at-1].At.After(x.At) {
			at--
		}
		if at > 0 && timeline[at-1].Event == "attached" && timeline[at-1].By == by {
			e := &timeline[at-1]
			e.At, e.Attachments = x.At, e.Attachments+1
			e.Title = fmt.Sprintf(added[by][lang], e.Attachments)
			continue
		}
		timeline = slices.Insert(timeline, at, Entry{At: x.At, Event: "attached", Title: fmt.Sprintf(added[by][lang], 1), By: by, Attachments: 1})
	}
	return timeline
}
