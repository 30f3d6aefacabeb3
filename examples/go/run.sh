#!/usr/bin/env bash
# Builds hello.go with what Debian has (golang-go golang-github-containerd-ttrpc-dev gogoprotobuf
# protobuf-compiler), without a network, and runs it: run.sh HOST:PORT USER
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/.build/examples/go
types=$work/src/wardline.v1

# All of it in the one package that the program imports.
mkdir -p "$types" "$work/generated"
cd "$root/proto"
files=(wardline/v1/{messages,users}.proto)
packages=$(printf ',M%s=wardline.v1' "${files[@]}")
protoc -I. --gogofaster_out="${packages#,}:$work/generated" "${files[@]}"
find "$work/generated" -name '*.pb.go' -exec cp {} "$types" \;

# Debian's Go packages have no module files: GOPATH, and ours in front of it.
GO111MODULE=off GOFLAGS= GOCACHE=$work/cache GOPATH=$work:/usr/share/gocode \
  go build -o "$work/hello" "$root/examples/go/hello.go"
exec "$work/hello" "$@"
