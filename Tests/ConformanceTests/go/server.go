package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// How long a drain may take: the library leaves connections alone that have calls.
const drainTimeout = 10 * time.Second

type handlers struct {
	board   *board
	onDrain func()
}

func (h *handlers) unaryCall(
	ctx context.Context, unmarshal func(interface{}) error,
) (interface{}, error) {
	var request SimpleRequest
	if err := unmarshal(&request); err != nil {
		return nil, err
	}
	return h.board.noting(ctx, request.Tag, func() (interface{}, error) {
		select {
		case <-time.After(time.Duration(request.DelayMs) * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return answer(ctx, &request)
	})
}

func answer(ctx context.Context, request *SimpleRequest) (interface{}, error) {
	if wanted := request.ResponseStatus; wanted != nil && wanted.Code != 0 {
		return nil, status.Error(codes.Code(wanted.Code), wanted.Message)
	}
	response := &SimpleResponse{Payload: make([]byte, request.ResponseSize)}
	for _, key := range request.EchoMetadata {
		if value, ok := ttrpc.GetMetadataValue(ctx, key); ok {
			response.Metadata = append(response.Metadata, &MetadataEntry{Key: key, Value: value})
		}
	}
	if request.FillUsername {
		value, _ := ttrpc.GetMetadataValue(ctx, "authorization")
		if !strings.HasPrefix(value, userPrefix) {
			return nil, status.Error(codes.Unauthenticated, "this call needs a token")
		}
		response.Username = strings.TrimPrefix(value, userPrefix)
	}
	return response, nil
}

// whenever answers once the channel of the tagged call that `choose` picks is closed.
func (h *handlers) whenever(
	choose func(*taggedCall) chan struct{}, answer func(*taggedCall) interface{},
) ttrpc.Method {
	return func(ctx context.Context, unmarshal func(interface{}) error) (interface{}, error) {
		var tag Tag
		if err := unmarshal(&tag); err != nil {
			return nil, err
		}
		call := h.board.call(tag.Tag)
		select {
		case <-choose(call):
			return answer(call), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (h *handlers) register(server *ttrpc.Server) {
	empty := func(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
		return &Empty{}, unmarshal(&Empty{})
	}
	server.Register(interopService, map[string]ttrpc.Method{
		"EmptyCall": empty,
		"UnaryCall": h.unaryCall,
	})
	server.Register(controlService, map[string]ttrpc.Method{
		"Begun": h.whenever(
			func(call *taggedCall) chan struct{} { return call.begun },
			func(*taggedCall) interface{} { return &Empty{} },
		),
		"Outcome": h.whenever(
			func(call *taggedCall) chan struct{} { return call.ended },
			func(call *taggedCall) interface{} { return &OutcomeResponse{Ending: call.ending} },
		),
		"Drain": func(context.Context, func(interface{}) error) (interface{}, error) {
			h.onDrain()
			return &Empty{}, nil
		},
	})
}

// listen takes HOST:PORT or unix:PATH.
func listen(address string) (net.Listener, error) {
	if strings.HasPrefix(address, "unix:") {
		return net.Listen("unix", strings.TrimPrefix(address, "unix:"))
	}
	return net.Listen("tcp", address)
}

// serve returns when a client has asked to drain and that is done.
func serve(address string) error {
	listener, err := listen(address)
	if err != nil {
		return err
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		return err
	}
	drain := make(chan struct{})
	(&handlers{board: newBoard(), onDrain: func() { close(drain) }}).register(server)
	go server.Serve(context.Background(), listener)
	if listener.Addr().Network() == "tcp" {
		address = listener.Addr().String()
	}
	fmt.Printf("listening on %s\n", address)
	<-drain
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}
