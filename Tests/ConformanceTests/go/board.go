package main

import (
	"context"
	"sync"
)

// board knows of the calls that carry a tag when they have begun and how they ended.
type board struct {
	mu    sync.Mutex
	calls map[string]*taggedCall
}

type taggedCall struct {
	begun, ended chan struct{}
	ending       int32
}

func newBoard() *board { return &board{calls: map[string]*taggedCall{}} }

func (b *board) call(tag string) *taggedCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	call, ok := b.calls[tag]
	if !ok {
		call = &taggedCall{begun: make(chan struct{}), ended: make(chan struct{})}
		b.calls[tag] = call
	}
	return call
}

// noting runs a handler and notes its beginning and its end.
func (b *board) noting(
	ctx context.Context, tag string, handler func() (interface{}, error),
) (interface{}, error) {
	if tag == "" {
		return handler()
	}
	call := b.call(tag)
	close(call.begun)
	response, err := handler()
	switch {
	case err == nil:
		call.ending = endingCompleted
	case ctx.Err() != nil:
		call.ending = endingCancelled
	default:
		call.ending = endingFailed
	}
	close(call.ended)
	return response, err
}
