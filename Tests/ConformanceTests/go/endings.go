package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
)

func newTag() string {
	return fmt.Sprintf("go-%d", rand.New(rand.NewSource(time.Now().UnixNano())).Int63())
}

func hasBegun(client *ttrpc.Client, tag string) error {
	ctx, cancel := patience()
	defer cancel()
	return client.Call(ctx, controlService, "Begun", &Tag{Tag: tag}, &Empty{})
}

func expectCancelled(client *ttrpc.Client, tag string) error {
	ctx, cancel := patience()
	defer cancel()
	var outcome OutcomeResponse
	err := client.Call(ctx, controlService, "Outcome", &Tag{Tag: tag}, &outcome)
	if err == nil && outcome.Ending != endingCancelled {
		err = fmt.Errorf("ending %d", outcome.Ending)
	}
	return err
}

func timeout(client *ttrpc.Client) error {
	tag := newTag()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := unaryCall(ctx, client, &SimpleRequest{DelayMs: 60000, Tag: tag})
	if err := expectCode(err, codes.DeadlineExceeded); err != nil {
		return err
	}
	return expectCancelled(client, tag)
}

// cancelAfterBegin gives a call up. The server learns of it when the connection closes.
func (r run) cancelAfterBegin() error {
	tag := newTag()
	err := r.connected(func(client *ttrpc.Client) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		ended := make(chan error, 1)
		go func() {
			_, err := unaryCall(ctx, client, &SimpleRequest{DelayMs: 60000, Tag: tag})
			ended <- err
		}()
		if err := hasBegun(client, tag); err != nil {
			return err
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			return fmt.Errorf("expected a cancellation, saw %v", err)
		}
		return emptyCall(client)
	})
	if err != nil {
		return err
	}
	return r.connected(func(client *ttrpc.Client) error { return expectCancelled(client, tag) })
}

// gracefulShutdown finishes what runs; then nobody answers any more.
func (r run) gracefulShutdown() error {
	tag := newTag()
	err := r.connected(func(client *ttrpc.Client) error {
		ctx, cancel := patience()
		defer cancel()
		ended := make(chan error, 1)
		go func() {
			_, err := unaryCall(ctx, client, &SimpleRequest{DelayMs: 300, Tag: tag})
			ended <- err
		}()
		if err := hasBegun(client, tag); err != nil {
			return err
		}
		if err := client.Call(ctx, controlService, "Drain", &Empty{}, &Empty{}); err != nil {
			return err
		}
		if err := <-ended; err != nil {
			return err
		}
		return client.UserOnCloseWait(ctx)
	})
	if err != nil {
		return err
	}
	if r.connected(emptyCall) == nil {
		return errors.New("the server still answers")
	}
	return nil
}
