#!/usr/bin/env bash
# Builds the conformance tests' peers and prints the path of each program: those in compiled languages
# from Debian's packages alone and without a network, grpcio from PyPI's in the versions of
# Tests/ConformanceTests/grpc/requirements.txt.
#
#   build-peers.sh [go] [rust] [grpcio]     all if none is named
#
# The programs lie in .build/peers. Building them again costs nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly peers=$PWD/.build/peers
readonly go_library=/usr/share/gocode/src/github.com/containerd/ttrpc
readonly rust_registry=/usr/share/cargo/registry

missing() { # what is missing, then the packages that have it
  printf 'build-peers: %s is missing; as root: apt-get install %s\n' "$1" "$2" >&2
  exit 1
}

# Nothing of the caller's settings, other toolchains included, may change what is built.
clean() { env -i PATH=/usr/bin:/bin HOME="$peers" "$@"; }

build_go() {
  [[ -x /usr/bin/go ]] || missing "Debian's Go" golang-go
  [[ -d $go_library ]] || missing "Debian's Go ttrpc" golang-github-containerd-ttrpc-dev
  (cd Tests/ConformanceTests/go \
    && clean GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$peers/go-cache" \
      go build -o "$peers/go-interop" . >&2)
  echo "$peers/go-interop"
}

build_rust() {
  [[ -x /usr/bin/cargo && -x /usr/bin/rustc ]] || missing "Debian's Rust" "rustc cargo"
  compgen -G "$rust_registry/ttrpc-*" >/dev/null || missing "Debian's Rust ttrpc" librust-ttrpc-dev
  (cd Tests/ConformanceTests/rust \
    && clean CARGO_HOME="$peers/cargo" \
      cargo build --quiet --offline --target-dir "$peers/rust" >&2)
  echo "$peers/rust/debug/ttrpc-interop"
}

build_grpcio() {
  local environment=$peers/grpcio requirements=Tests/ConformanceTests/grpc/requirements.txt
  if ! cmp -s "$requirements" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment" >&2 || missing "Python's venv" python3-venv
    "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
    cp "$requirements" "$environment/requirements.txt"
  fi
  echo "$environment/bin/python"
}

mkdir -p "$peers"
# Tests run beside each other, and two builds of one thing at a time would get in each other's way.
exec 9>"$peers/lock"
flock 9
if (($# == 0)); then set -- go rust grpcio; fi
for language in "$@"; do
  case $language in
    go) build_go ;;
    rust) build_rust ;;
    grpcio) build_grpcio ;;
    *) echo "build-peers: no peer in $language" >&2; exit 2 ;;
  esac
done
