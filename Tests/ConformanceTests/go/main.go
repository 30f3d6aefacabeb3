// A server of the interop calls and a client that runs the cases, on Debian's Go ttrpc 1.1.1, which
// knows unary calls only.
//
//	interop server HOST:PORT|unix:PATH
//	interop client HOST:PORT|unix:PATH [CASE...]
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Println("usage: interop server|client HOST:PORT|unix:PATH [CASE...]")
		os.Exit(2)
	}
	if os.Args[1] == "server" {
		if err := serve(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if !runCases(run{os.Args[2]}, os.Args[3:]) {
		os.Exit(1)
	}
}

func runCases(r run, names []string) bool {
	if len(names) == 0 {
		names = caseNames
	}
	passed := true
	for _, name := range names {
		body := r.byName(name)
		if body == nil {
			body = func() error { return fmt.Errorf("no such case") }
		}
		if err := body(); err != nil {
			passed = false
			fmt.Printf("FAIL %s: %v\n", name, err)
			continue
		}
		fmt.Printf("PASS %s\n", name)
	}
	return passed
}
