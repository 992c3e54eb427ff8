package mongo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The bridge keeps a document native, so that whoever operates the server can read it, and loses nothing of it. What not
// every server takes is wrapped in a document with one key that begins with a percent sign; in keys of the document's
// own that sign is always escaped, so that neither can be taken for the other.
const (
	wrappedNumber = "%n" // a number that neither int64 nor float64 gives back digit by digit
	wrappedList   = "%a" // a list directly inside a list
)

var (
	escape   = strings.NewReplacer("%", "%25", ".", "%2E", "$", "%24", "\x00", "%00")
	unescape = strings.NewReplacer("%25", "%", "%2E", ".", "%24", "$", "%00", "\x00")
)

// toBSON makes a native document of a JSON object. Whole numbers stay whole.
func toBSON(body []byte) (bson.D, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := value(d)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the object")
		}
	}
	doc, ok := v.(bson.D)
	if err != nil || !ok {
		return nil, fmt.Errorf("mongo: a document must be a JSON object: %w", errors.Join(err))
	}
	return doc, nil
}

func value(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return object(d)
		}
		return array(d)
	case json.Number:
		return number(string(t)), nil
	}
	return t, nil // string, bool or nil
}

func object(d *json.Decoder) (any, error) {
	out := bson.D{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := value(d)
		if err != nil {
			return nil, err
		}
		out = append(out, bson.E{Key: escape.Replace(key.(string)), Value: v}) // the decoder gives only strings as keys
	}
	_, err := d.Token()
	return out, err
}

func array(d *json.Decoder) (any, error) {
	out := bson.A{}
	for d.More() {
		v, err := value(d)
		if err != nil {
			return nil, err
		}
		if _, nested := v.(bson.A); nested {
			v = bson.D{{Key: wrappedList, Value: v}}
		}
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err
}

func number(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f != 0 {
		if again, err := json.Marshal(f); err == nil && string(again) == text {
			return f
		}
	}
	return bson.D{{Key: wrappedNumber, Value: text}}
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
		if len(v) == 1 && v[0].Key == wrappedNumber {
			text, ok := v[0].Value.(string)
			if !ok || !json.Valid([]byte(text)) {
				return errors.New("mongo: a wrapped number is none")
			}
			b.WriteString(text)
			return nil
		}
		if len(v) == 1 && v[0].Key == wrappedList {
			return write(b, v[0].Value)
		}
		b.WriteByte('{')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := write(b, unescape.Replace(e.Key)); err != nil {
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
