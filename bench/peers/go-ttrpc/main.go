// The echo service on containerd's ttrpc. Debian's release of it has no streams.
package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/containerd/ttrpc"

	bench "wardline.bench.v1"
)

func echo(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
	var payload bench.Payload
	if err := unmarshal(&payload); err != nil {
		return nil, err
	}
	return &payload, nil
}

func main() {
	server, err := ttrpc.NewServer()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server.Register("wardline.bench.v1.Echo", map[string]ttrpc.Method{"Inline": echo})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	fmt.Fprintln(os.Stderr, server.Serve(context.Background(), listener))
}
