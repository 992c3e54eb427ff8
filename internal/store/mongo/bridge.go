package mongo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// toBSON makes a native document of a JSON object, so that operators can read what is stored. ok is false where it would
// not come back the same.
func toBSON(body []byte) (doc bson.D, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, ok := value(d, false)
	doc, object := v.(bson.D)
	return doc, ok && object
}

func value(d *json.Decoder, inArray bool) (any, bool) {
	t, err := d.Token()
	if err != nil {
		return nil, false
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return object(d)
		}
		if inArray {
			return nil, false // not every server takes an array in an array
		}
		return array(d)
	case json.Number:
		return number(string(t))
	}
	return t, true // string, bool or nil
}

func object(d *json.Decoder) (any, bool) {
	out := bson.D{}
	for d.More() {
		t, err := d.Token()
		key, isString := t.(string)
		if err != nil || !isString || key == "" || strings.ContainsAny(key, ".$\x00") {
			return nil, false
		}
		v, ok := value(d, false)
		if !ok {
			return nil, false
		}
		out = append(out, bson.E{Key: key, Value: v})
	}
	_, err := d.Token()
	return out, err == nil
}

func array(d *json.Decoder) (any, bool) {
	out := bson.A{}
	for d.More() {
		v, ok := value(d, true)
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err == nil
}

// number keeps whole numbers whole, and takes a fraction only where it is written as its float is.
func number(s string) (any, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && s != "-0" {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && strings.ContainsAny(s, ".eE") && strconv.FormatFloat(f, 'f', -1, 64) == s
}

// toJSON is the way back.
func toJSON(d bson.D) ([]byte, error) {
	var b bytes.Buffer
	if err := write(&b, d); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func write(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case bson.D:
		b.WriteByte('{')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := write(b, e.Key); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := write(b, e.Value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	case bson.A:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := write(b, e); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case nil, string, bool, int32, int64, float64:
		encoded, err := json.Marshal(v)
		b.Write(encoded)
		return err
	}
	return fmt.Errorf("mongo: a document holds a %T, which no document of ours has", v)
}
