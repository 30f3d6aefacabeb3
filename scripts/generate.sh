#!/bin/sh
# Generates C with protoc-c and Swift with our own protoc plugin from every .proto of the
# repository. The output is committed: run this after an edit, and commit what it changes.
set -eu
cd "$(dirname "$0")/.."

# c_sources OUT INCLUDE_ROOT FILE...: generates a C target: sources in OUT, headers in OUT/include.
c_sources() {
  out=$1
  root=$2
  shift 2
  rm -rf "$out"
  mkdir -p "$out/include"
  protoc-c --proto_path="$root" --c_out="$out/include" "$@"
  (cd "$out/include" && find . -name '*.pb-c.c') | sort | while read -r source; do
    mkdir -p "$out/$(dirname "$source")"
    # The headers are found through include/, so the sources can stand beside it.
    mv "$out/include/$source" "$out/$source"
  done
  # A deprecated field is still read and written by the generated Swift, which would warn.
  find "$out/include" -name '*.h' -exec sed -i 's/ PROTOBUF_C__DEPRECATED//' {} +
}

c_sources Sources/CTTRPCProto proto proto/ttrpc/*.proto
