package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine is the longest line that is read; a longer one is answered with an error like any other bad line.
const maxLine = 4 << 20

// answerLines reads JSON Lines, answers one line for each, in order, and flushes each. A bad line is answered
// {"id":…,"error":"…"} and does not stop the rest.
func answerLines[Q any](std streams, answer func(Q) (any, error)) error {
	in := bufio.NewReaderSize(std.in, 64<<10)
	out := bufio.NewWriter(std.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, err := readLine(in)
		if len(bytes.TrimSpace(line)) > 0 {
			if err := enc.Encode(answerLine(line, answer)); err != nil {
				return fmt.Errorf("write an answer: %w", err)
			}
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write an answer: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a line: %w", err)
		}
	}
}

type badLine struct {
	ID    any    `json:"id"`
	Error string `json:"error"`
}

func answerLine[Q any](line []byte, answer func(Q) (any, error)) any {
	var id struct {
		ID any `json:"id"`
	}
	json.Unmarshal(line, &id) // a line that is no JSON has no id
	if len(line) >= maxLine {
		return badLine{id.ID, fmt.Sprintf("the line has more than %d bytes", maxLine)}
	}
	var q Q
	if err := json.Unmarshal(line, &q); err != nil {
		return badLine{id.ID, "the line is no JSON object of the expected form: " + err.Error()}
	}
	a, err := answer(q)
	if err != nil {
		return badLine{id.ID, err.Error()}
	}
	return a
}

// readLine reads up to a line feed; what goes past maxLine is read and dropped.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line) < maxLine {
			line = append(line, part[:min(len(part), maxLine-len(line))]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
