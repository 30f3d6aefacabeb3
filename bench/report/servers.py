"""The servers of the comparison: how each is started, pinned and stopped, or why it is missing."""

import os
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".build" / "peers"
OURS = ROOT / ".build" / "release" / "wardline-bench"

# A certificate for these measurements, made when it is missing.
TLS_FOLDER = PEERS / "tls"

SERVER_PROCESSOR, LOAD_PROCESSOR = 0, 1


def has_two_processors():
    return {SERVER_PROCESSOR, LOAD_PROCESSOR} <= os.sched_getaffinity(0)


def pinned(command, processor):
    """The command on one processor, or anywhere where there is no choice."""
    return (["taskset", "-c", str(processor)] if has_two_processors() else []) + command


class Failure(Exception):
    """Why a server or a measurement came to nothing."""


class Participant:
    """A server that may take part. `command` gets the port where `has_port`, else the server
    prints its address."""

    def __init__(self, name, title, peer, dialect, command, version, has_port=False,
                 load_arguments=()):
        self.name, self.title, self.peer, self.dialect = name, title, peer, dialect
        self.load_arguments = list(load_arguments)
        self._command, self._version, self._has_port = command, version, has_port
        self.address = self.process = None
        self.missing = self._why_missing()

    def _why_missing(self):
        if self.peer is None:
            return None if OURS.exists() else "no release build"
        note = PEERS / f"{self.peer}.missing"
        if note.exists():
            return note.read_text().strip() or "could not be built"
        if not (PEERS / f"{self.peer}.built").exists():
            return "not built: bench/peers/build.sh " + self.peer
        return None

    def version(self):
        try:
            answer = subprocess.run(self._version, capture_output=True, text=True, cwd=ROOT)
            return answer.stdout.strip().splitlines()[0]
        except (OSError, IndexError):
            return "unknown"

    def start(self):
        """Starts the server unless it runs, and returns its address."""
        if self.process and self.process.poll() is None:
            return self.address
        command, port = self._command, None
        if self._has_port:
            port = free_port()
            command = [part.replace("PORT", str(port)) for part in command]
        self.process = subprocess.Popen(
            pinned(command, SERVER_PROCESSOR),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if port else subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if port:
            self.address = f"127.0.0.1:{port}"
            wait_until_listening(port)
        else:
            self.address = self.process.stdout.readline().strip().removeprefix("tls://")
        if not self.address:
            raise Failure(f"{self.title} did not start")
        return self.address

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def resident_bytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


class Variant:
    """The server of another participant, asked for something else."""

    def __init__(self, name, title, server, load_arguments):
        self.name, self.title, self.load_arguments = name, title, load_arguments
        self.missing, self.dialect, self._server = server.missing, server.dialect, server

    address = property(lambda self: self._server.address)
    process = property(lambda self: self._server.process)

    def start(self):
        return self._server.start()

    def stop(self):
        self._server.stop()

    def version(self):
        return self._server.version()


def make_certificate():
    certificate = TLS_FOLDER / "certificate.pem"
    if certificate.exists():
        return
    TLS_FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "3650", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(TLS_FOLDER / "key.pem"), "-out", str(certificate)],
        check=True, capture_output=True)
    (TLS_FOLDER / "key.pem").chmod(0o600)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_listening(port, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Failure("the server does not listen")


def debian(package):
    return ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", package]


def participants():
    ours = [str(OURS), "echo-server"]
    commit = ["git", "log", "-1", "--format=commit %h"]
    python = str(PEERS / "python/bin/python")
    wardline = Participant("wardline", "Wardline", None, "ttrpc", ours, commit)
    return [
        wardline,
        Variant("wardline-deferred", "Wardline, deferred handler", wardline,
                ["--method", "Deferred"]),
        Variant("wardline-async", "Wardline, async handler, not suspending", wardline,
                ["--method", "Async"]),
        Variant("wardline-suspending", "Wardline, async handler, suspending once", wardline,
                ["--method", "Suspending"]),
        Participant("wardline-tls", "Wardline, TLS 1.3", None, "ttrpc",
                    ours + ["--tls", str(TLS_FOLDER)], commit, load_arguments=["--tls"]),
        Participant("wardline-grpc", "Wardline, gRPC", None, "grpc", ours + ["--grpc"], commit),
        Participant("c", "C epoll + protobuf-c", "c", "ttrpc",
                    [str(PEERS / "c-ttrpc-server")], debian("libprotobuf-c-dev")),
        Participant("bare", "bare C epoll", "c", "bare",
                    [str(PEERS / "c-bare-echo")], ["cc", "--version"]),
        Participant("go", "Go ttrpc", "go-ttrpc", "ttrpc", [str(PEERS / "go-ttrpc-server")],
                    debian("golang-github-containerd-ttrpc-dev")),
        Participant("grpc-cpp-callback", "gRPC C++, callback", "grpc-cpp", "grpc",
                    [str(PEERS / "grpc-cpp-server"), "callback"], debian("libgrpc++-dev")),
        Participant("grpc-cpp-async", "gRPC C++, async", "grpc-cpp", "grpc",
                    [str(PEERS / "grpc-cpp-server"), "async"], debian("libgrpc++-dev")),
        Participant("grpc-swift", "grpc-swift-2", "grpc-swift", "grpc",
                    [str(PEERS / "grpc-swift-server")],
                    ["sh", "-c", "grep -A6 '\"grpc-swift-2\"' bench/peers/grpc-swift/"
                     "Package.resolved | sed -n 's/.*\"version\" : \"\\(.*\\)\".*/grpc-swift-2 \\1/p'"]),
        Participant("grpcio", "grpcio (Python)", "grpcio", "grpc",
                    [python, str(ROOT / "bench/peers/grpcio/server.py"),
                     str(PEERS / "generated/python")],
                    [python, "-c", "import grpc; print('grpcio', grpc.__version__)"]),
        Participant("nats", "nats-server", "nats", "nats",
                    [str(PEERS / "nats-server"), "-a", "127.0.0.1", "-p", "PORT"],
                    [str(PEERS / "nats-server"), "-v"], has_port=True),
        Participant("redis", "Redis", "redis", "redis",
                    ["redis-server", "--port", "PORT", "--bind", "127.0.0.1", "--save", "",
                     "--appendonly", "no"],
                    debian("redis-server"), has_port=True),
    ]
