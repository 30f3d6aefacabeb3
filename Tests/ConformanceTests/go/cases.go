package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	largeRequestSize  = 271828
	largeResponseSize = 314159
	handlersMax       = 64
	specialMessage    = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
)

// run is where the cases run.
type run struct{ address string }

var caseNames = []string{
	"empty_unary", "large_unary", "custom_metadata", "status_code_and_message",
	"special_status_message", "unimplemented_method", "unimplemented_service",
	"timeout_on_sleeping_server", "concurrent_large_unary", "rpc_soak", "channel_soak",
	"cancel_after_begin", "per_rpc_creds", "stream_limit", "graceful_shutdown",
}

func (r run) byName(name string) func() error {
	return map[string]func() error{
		"empty_unary":                func() error { return r.connected(emptyCall) },
		"large_unary":                func() error { return r.connected(largeCall) },
		"custom_metadata":            func() error { return r.connected(customMetadata) },
		"status_code_and_message":    func() error { return r.endsWith("test status message") },
		"special_status_message":     func() error { return r.endsWith(specialMessage) },
		"unimplemented_method":       func() error { return r.unimplemented(interopService) },
		"unimplemented_service":      func() error { return r.unimplemented(unimplementedService) },
		"timeout_on_sleeping_server": func() error { return r.connected(timeout) },
		"concurrent_large_unary":     func() error { return r.connected(concurrent(32, largeCall)) },
		"rpc_soak":                   func() error { return r.connected(repeated(200, largeCall)) },
		"channel_soak": func() error {
			for i := 0; i < 50; i++ {
				if err := r.connected(largeCall); err != nil {
					return err
				}
			}
			return nil
		},
		"cancel_after_begin": r.cancelAfterBegin,
		"per_rpc_creds":      func() error { return r.connected(credentials) },
		"stream_limit":       func() error { return r.connected(streamLimit) },
		"graceful_shutdown":  r.gracefulShutdown,
	}[name]
}

func (r run) dial() (*ttrpc.Client, error) {
	network, address := "tcp", r.address
	if strings.HasPrefix(address, "unix:") {
		network, address = "unix", strings.TrimPrefix(address, "unix:")
	}
	conn, err := net.DialTimeout(network, address, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return ttrpc.NewClient(conn), nil
}

// connected runs a body on a connection of its own.
func (r run) connected(body func(*ttrpc.Client) error) error {
	client, err := r.dial()
	if err != nil {
		return err
	}
	defer client.Close()
	return body(client)
}

func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func with(key, value string) (context.Context, context.CancelFunc) {
	ctx, cancel := patience()
	return ttrpc.WithMetadata(ctx, ttrpc.MD{key: []string{value}}), cancel
}

func expectCode(err error, wanted codes.Code) error {
	// The library's own deadline is an error of Go's, not a status.
	if wanted == codes.DeadlineExceeded && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if seen := status.Code(err); seen != wanted {
		return fmt.Errorf("expected %v, saw %v: %v", wanted, seen, err)
	}
	return nil
}

func emptyCall(client *ttrpc.Client) error {
	ctx, cancel := patience()
	defer cancel()
	return client.Call(ctx, interopService, "EmptyCall", &Empty{}, &Empty{})
}

func unaryCall(
	ctx context.Context, client *ttrpc.Client, request *SimpleRequest,
) (*SimpleResponse, error) {
	var response SimpleResponse
	err := client.Call(ctx, interopService, "UnaryCall", request, &response)
	return &response, err
}

func largeCall(client *ttrpc.Client) error {
	ctx, cancel := patience()
	defer cancel()
	response, err := unaryCall(ctx, client, &SimpleRequest{
		Payload: make([]byte, largeRequestSize), ResponseSize: largeResponseSize,
	})
	if err == nil && len(response.Payload) != largeResponseSize {
		err = fmt.Errorf("%d bytes", len(response.Payload))
	}
	return err
}

func repeated(times int, body func(*ttrpc.Client) error) func(*ttrpc.Client) error {
	return func(client *ttrpc.Client) error {
		for i := 0; i < times; i++ {
			if err := body(client); err != nil {
				return err
			}
		}
		return nil
	}
}

func concurrent(times int, body func(*ttrpc.Client) error) func(*ttrpc.Client) error {
	return func(client *ttrpc.Client) error {
		errs := make(chan error, times)
		for i := 0; i < times; i++ {
			go func() { errs <- body(client) }()
		}
		for i := 0; i < times; i++ {
			if err := <-errs; err != nil {
				return err
			}
		}
		return nil
	}
}

func customMetadata(client *ttrpc.Client) error {
	const key, value = "x-wardline-interop-echo", "interop metadata value"
	ctx, cancel := with(key, value)
	defer cancel()
	response, err := unaryCall(ctx, client, &SimpleRequest{EchoMetadata: []string{key}})
	if err != nil {
		return err
	}
	if len(response.Metadata) != 1 || response.Metadata[0].Value != value {
		return fmt.Errorf("metadata %v", response.Metadata)
	}
	return nil
}

func (r run) endsWith(message string) error {
	return r.connected(func(client *ttrpc.Client) error {
		ctx, cancel := patience()
		defer cancel()
		wanted := &EchoStatus{Code: int32(codes.Unknown), Message: message}
		_, err := unaryCall(ctx, client, &SimpleRequest{ResponseStatus: wanted})
		if seen := status.Convert(err); seen.Code() != codes.Unknown || seen.Message() != message {
			return fmt.Errorf("status %v", err)
		}
		return nil
	})
}

func (r run) unimplemented(service string) error {
	return r.connected(func(client *ttrpc.Client) error {
		ctx, cancel := patience()
		defer cancel()
		err := client.Call(ctx, service, "UnimplementedCall", &Empty{}, &Empty{})
		return expectCode(err, codes.Unimplemented)
	})
}

func credentials(client *ttrpc.Client) error {
	ctx, cancel := with("authorization", userPrefix+"ada")
	defer cancel()
	response, err := unaryCall(ctx, client, &SimpleRequest{FillUsername: true})
	if err != nil || response.Username != "ada" {
		return fmt.Errorf("user %q: %v", response.Username, err)
	}
	anonymous, cancelAnonymous := patience()
	defer cancelAnonymous()
	_, err = unaryCall(anonymous, client, &SimpleRequest{FillUsername: true})
	return expectCode(err, codes.Unauthenticated)
}

// streamLimit makes one call more than may run, of which just one is refused.
func streamLimit(client *ttrpc.Client) error {
	var mu sync.Mutex
	refused := 0
	err := concurrent(handlersMax+1, func(client *ttrpc.Client) error {
		ctx, cancel := patience()
		defer cancel()
		_, err := unaryCall(ctx, client, &SimpleRequest{DelayMs: 1000})
		if status.Code(err) != codes.ResourceExhausted {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		refused++
		return nil
	})(client)
	if err == nil && refused != 1 {
		err = fmt.Errorf("%d calls refused", refused)
	}
	return err
}
