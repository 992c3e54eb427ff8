package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

func bodies(t *testing.T, e store.Engine) {
	for i, body := range []string{
		`{}`,
		`{"a":{},"b":[],"c":[[],[[]],{}],"d":[[1,[2,[3,null]]],{"e":[{"f":[]}]}]}`,
		`{"null":null,"true":true,"false":false,"list":[null,true,false]}`,
		`{"small":0,"minus":-1,"int32":2147483648,"2^53+1":9007199254740993,"max":9223372036854775807,"min":-9223372036854775808}`,
		`{"beyond":9223372036854775808,"huge":123456789012345678901234567890123456789012345678901234567890,"minus zero":-0}`,
		`{"half":0.5,"tenth":0.1,"one":1.0,"long":3.14159265358979323846264338327950288,"power":1e3,"tiny":1e-7,"large":1e+21,"over":1e999}`,
		`{"malay":"lubang besar","chinese":"路上有坑","tamil":"சாலையில் குழி","emoji":"🕳️","combining":"é","bidi":"\u202eabc"}`,
		`{"nul":"a\u0000b","control":"\u0001\u001f\u007f","quote":"\"\\\/","line":"\r\n\t","separator":"\u2028\u2029","html":"<&>"}`,
		`{"":1,".":2,"a.b":3,"a..b":4,"$set":5,"$":6,"%":7,"%2E":8,"a$b":9,"nul\u0000key":10,"_id":11,"id":12,"%n":"13","ключ":14}`,
		`{"nested":{"%n":"1","$oid":"5d505646cf6d4fe581014ab2","$numberLong":"7","$date":"2026-01-01"}}`,
		` { "spaced" : [ 1 , 2 ] } `,
		`{"deep":` + strings.Repeat(`[`, 60) + strings.Repeat(`]`, 60) + `}`,
	} {
		r := doc(fmt.Sprintf("b%02d", i), int64(i))
		r.Body = []byte(body)
		if err := e.Insert(t.Context(), "cases", r); err != nil {
			t.Errorf("insert %.80s: %v", body, err)
			continue
		}
		got, err := e.Get(t.Context(), "cases", r.ID)
		must(t, err)
		if !equalJSON(t, got.Body, r.Body) {
			t.Errorf("wrote %s\nread  %s", r.Body, got.Body)
		}
	}
}

func largeBodies(t *testing.T, e store.Engine) {
	text := append(append([]byte(`{"text":"`), bytes.Repeat([]byte("jalan rosak "), 1<<20/12)...), `"}`...)
	numbers := append(append([]byte(`{"list":[0`), bytes.Repeat([]byte(",1234567"), 1<<17)...), `]}`...)
	for id, body := range map[string][]byte{"text": text, "numbers": numbers} {
		r := doc(id, 1)
		r.Body = body
		must(t, e.Insert(t.Context(), "cases", r))
		got, err := e.Get(t.Context(), "cases", id)
		must(t, err)
		if !equalJSON(t, got.Body, body) {
			t.Errorf("%d bytes of %s came back as %d others", len(body), id, len(got.Body))
		}
	}
	r := doc("huge", 1)
	r.Body = append(append([]byte(`{"text":"`), bytes.Repeat([]byte("x"), store.MaxBody)...), `"}`...)
	wantFault(t, "a body over the largest", e.Insert(t.Context(), "cases", r), fault.TooLarge)
}
