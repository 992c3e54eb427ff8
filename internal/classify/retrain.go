package classify

import (
	"errors"
	"slices"
)

// Model is what the classifier decides with; nil: keywords alone.
func (c *Classifier) Model() *Model { return c.model }

// With gives a classifier that reads as c does and decides with another model; an error where that was trained on another
// catalogue.
func (c *Classifier) With(m *Model) (*Classifier, error) {
	if m != nil && m.classes != len(c.catalogue.all) {
		return nil, errors.New("the model was trained on another catalogue")
	}
	other := *c
	other.model = m
	return &other, nil
}

// Train learns a model for this classifier's catalogue and way of reading; the examples stay as they are.
func (c *Classifier) Train(examples []Example) *Model {
	return Train(c.normaliser, c.catalogue, slices.Clone(examples))
}
