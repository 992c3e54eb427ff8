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

// toBSON makes a native document of a JSON object, so that operators can read what is stored. Whole numbers stay whole.
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
		return number(string(t))
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
		out = append(out, bson.E{Key: key.(string), Value: v}) // the decoder gives only strings as keys
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
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err
}

func number(s string) (any, error) {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
		return bson.ParseDecimal128(s)
	}
	return strconv.ParseFloat(s, 64)
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
	case bson.Decimal128:
		n, exp, err := v.BigInt()
		if err == nil && exp == 0 {
			b.WriteString(n.String())
			return nil
		}
		b.WriteString(v.String())
		return nil
	case nil, string, bool, int32, int64, float64:
		encoded, err := json.Marshal(v)
		b.Write(encoded)
		return err
	}
	return fmt.Errorf("mongo: a document holds a %T, which no document of ours has", v)
}
