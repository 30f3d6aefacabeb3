#!/usr/bin/env bash
# Installs what is missing for building, running and testing, by Debian package name. Says nothing
# and touches nothing when all is there. `setup.sh generate` adds the protobuf compilers,
# `setup.sh conformance` what the tests run beside ours: the ttrpc and TLS of others, and strace;
# `setup.sh instructions` what counts instructions; and `setup.sh web` the browser that tests the web
# app.
set -euo pipefail

readonly swift_wanted=6.2

# g++ brings the C library's headers, the linker and libstdc++ (BoringSSL, under jwt-kit, is C++).
packages=(ca-certificates git g++ pkg-config libprotobuf-c-dev libsqlite3-dev zlib1g-dev python3 tzdata)
# What the programs of a Swift toolchain load when they start.
readonly toolchain_packages=(libcurl4 libncurses6 libsqlite3-0 libxml2)
for part in "$@"; do
  case $part in
    generate) packages+=(protobuf-compiler protobuf-c-compiler) ;;
    conformance)
      packages+=(golang-go golang-github-containerd-ttrpc-dev rustc cargo librust-ttrpc-dev)
      packages+=(curl openssl strace libvips-tools python3-venv gogoprotobuf protobuf-compiler)
      ;;
    instructions) packages+=(valgrind binutils) ;;
    web) packages+=(chromium python3-venv fonts-inter fonts-dejavu-core fonts-noto-color-emoji) ;;
    *) echo "setup: no part $part" >&2; exit 2 ;;
  esac
done

say() { printf 'setup: %s\n' "$*" >&2; }

on_debian() { command -v apt-get dpkg-query >/dev/null 2>&1; }

# Of the packages named, those that dpkg does not have.
missing_of() {
  local installed name
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qx "$name installed" <<<"$installed" || printf '%s\n' "$name"
  done
}

install() {
  local as_root=() log
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      say "missing: $*"
      say "as root: apt-get install -y --no-install-recommends $*"
      return 1
    fi
    as_root=(sudo)
  fi
  say "installing from Debian: $*"
  log=$(mktemp)
  # An unreachable third repository must not stop us: apt-get install says what it could not find.
  "${as_root[@]}" apt-get update >"$log" 2>&1 || true
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    say "apt-get failed; its words are above"
    return 1
  fi
  rm -f "$log"
}

toolchain_starts() {
  swift --version && swift build --version && swift format --version
} >/dev/null 2>&1

check_swift() {
  if ! command -v swift >/dev/null; then
    say "Swift $swift_wanted or newer is missing: https://www.swift.org/install (then put it in PATH)"
    return 1
  fi
  if ! toolchain_starts && on_debian; then
    local wanted
    mapfile -t wanted < <(missing_of "${toolchain_packages[@]}")
    if ((${#wanted[@]} > 0)); then install "${wanted[@]}"; fi
  fi
  local version
  version=$(swift --version 2>&1 | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
  if [[ -z $version ]]; then
    say "swift is in PATH but does not start; what it says:"
    swift --version >&2 || true
    return 1
  fi
  if [[ $(printf '%s\n' "$swift_wanted" "$version" | sort -V | head -n 1) != "$swift_wanted" ]]; then
    say "Swift $version is too old, $swift_wanted or newer is needed: https://www.swift.org/install"
    return 1
  fi
}

check_debian() {
  local wanted
  mapfile -t wanted < <(missing_of "${packages[@]}")
  if ((${#wanted[@]} > 0)); then install "${wanted[@]}"; fi
}

# On another system we install nothing: one line for each thing that is not there.
check_elsewhere() {
  local failed=0
  need() { # what to install, then the command that proves it is there
    local what=$1
    shift
    "$@" >/dev/null 2>&1 || { say "install $what"; failed=1; }
  }
  need "git" command -v git
  need "pkg-config (or pkgconf)" command -v pkg-config
  need "protobuf-c with its headers (protobuf-c, protobuf-c-devel)" pkg-config --exists libprotobuf-c
  need "SQLite 3.35 or newer with its headers (sqlite, sqlite-devel)" \
    pkg-config --atleast-version=3.35 sqlite3
  need "Python 3.9 or newer" command -v python3
  if [[ " $* " == *" generate "* ]]; then
    need "protoc, the protobuf compiler" command -v protoc
    need "protoc-c 1.4 or newer, protobuf-c's compiler" command -v protoc-c
  fi
  if [[ " $* " == *" conformance "* ]]; then
    say "the Go and Rust peers of the conformance tests are Debian packages: their tests will fail"
  fi
  if [[ " $* " == *" instructions "* ]]; then
    need "valgrind" command -v valgrind
    need "binutils" command -v strip
  fi
  return "$failed"
}

status=0
check_swift || status=1
if on_debian; then
  check_debian || status=1
else
  check_elsewhere "$@" || status=1
fi
exit "$status"
