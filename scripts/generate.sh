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
  # Services in C are not used, and protoc-c writes one with a method such as Delete or Inline in a
  # way that is not C.
  find "$out/include" -name '*.h' -exec sed -i \
    -e '/^\/\* --- services --- \*\/$/,/^\/\* --- descriptors --- \*\/$/{/ --- /!d}' \
    -e '/^extern const ProtobufCServiceDescriptor /d' {} +
  find "$out" -name '*.c' -exec sed -i \
    '/^\(static \)\{0,1\}const ProtobufC\(Method\|Service\)Descriptor /,$d' {} +
  # A deprecated field is still read and written by the generated Swift, which would warn.
  find "$out/include" -name '*.h' -exec sed -i 's/ PROTOBUF_C__DEPRECATED//' {} +
}

c_sources Sources/CTTRPCProto proto proto/ttrpc/*.proto
c_sources Sources/CWardlineProto proto proto/wardline/v1/*.proto
c_sources Sources/CServiceProto proto proto/grpc/*/v1/*.proto
c_sources Tests/CProbeProto Tests/Protos Tests/Protos/*.proto
c_sources Tests/CInteropProto Tests/InteropProtos Tests/InteropProtos/*.proto

swift build --product protoc-gen-swift-ttrpc
plugin=$(swift build --show-bin-path)/protoc-gen-swift-ttrpc

# swift_sources OUT INCLUDE_ROOT C_MODULE FILE...: generates Swift into OUT, without folders.
swift_sources() {
  out=$1
  root=$2
  module=$3
  shift 3
  mkdir -p "$out"
  find "$out" -name '*.generated.swift' -exec rm -f {} +
  staging=$(mktemp -d)
  protoc --plugin=protoc-gen-swift-ttrpc="$plugin" --proto_path="$root" \
    --swift-ttrpc_opt=c_module="$module" --swift-ttrpc_out="$staging" "$@"
  find "$staging" -name '*.swift' -exec mv {} "$out/" \;
  rm -rf "$staging"
  swift format --in-place "$out"/*.generated.swift
}

swift_sources Sources/WardlineAPI proto CWardlineProto proto/wardline/v1/*.proto
swift_sources Sources/ServiceAPI proto CServiceProto proto/grpc/*/v1/*.proto
swift_sources Tests/ProbeAPI Tests/Protos CProbeProto Tests/Protos/*.proto
swift_sources Tests/InteropAPI Tests/InteropProtos CInteropProto Tests/InteropProtos/*.proto

# The benchmarks have services of their own.
if ls bench/proto/*.proto >/dev/null 2>&1; then
  c_sources bench/CBenchProto bench/proto bench/proto/*.proto
  swift_sources bench/BenchAPI bench/proto CBenchProto bench/proto/*.proto
fi
