"""The servers of the chat's comparison. Each keeps what it is told on the same disk."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from chat_folders import SCRATCH
from servers import (OURS, PEERS, ROOT, SERVER_PROCESSOR, Failure, debian, free_port, pinned,
                     wait_until_listening)


class ChatServer:
    """A process that is measured. `missing` says why it cannot be."""

    name = title = dialect = peer = None
    load_arguments = ()

    def __init__(self):
        self.process = self.address = None
        self.missing = self._why_missing()

    def _why_missing(self):
        if self.peer is None:
            return None if OURS.exists() else "no release build"
        note = PEERS / f"{self.peer}.missing"
        if note.exists():
            return note.read_text().strip() or "could not be built"
        return None if (PEERS / f"{self.peer}.built").exists() else f"not built: build.sh {self.peer}"

    def launch(self, command, environment=None, processor=SERVER_PROCESSOR):
        command = command if processor is None else pinned(command, processor)
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=environment)

    def stop(self, signal_number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal_number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process:
            self.process.stdout.close()
        self.process = None

    def fresh_folder(self):
        folder = SCRATCH / self.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def version(self):
        try:
            answer = subprocess.run(self.version_command, capture_output=True, text=True, cwd=ROOT)
            return answer.stdout.strip().splitlines()[0]
        except (OSError, IndexError):
            return "unknown"


class Wardline(ChatServer):
    name, title, dialect = "wardline", "Wardline", "chat"
    version_command = ["git", "log", "-1", "--format=commit %h"]

    def start(self, folder, environment=None, processor=SERVER_PROCESSOR, arguments=()):
        self.arguments = list(arguments)
        self.launch([str(OURS), "chat-server", "--data", str(folder), *arguments], environment,
                    processor)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise Failure("the chat did not start")

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0


class JetStream(ChatServer):
    name, title, dialect, peer = "jetstream", "NATS JetStream, sync_interval: always", "jetstream", "nats"
    version_command = [str(PEERS / "nats-server"), "-v"]

    def start(self):
        folder, port = self.fresh_folder(), free_port()
        (folder / "settings").write_text(
            f'listen: "127.0.0.1:{port}"\n'
            f'jetstream {{ store_dir: "{folder}/store", sync_interval: always }}\n')
        self.launch([str(PEERS / "nats-server"), "-c", str(folder / "settings")])
        wait_until_listening(port)
        self.address = f"127.0.0.1:{port}"


class RedisStream(ChatServer):
    name, title, dialect, peer = "redis", "Redis Streams, appendfsync always", "redis-stream", "redis"
    version_command = debian("redis-server")

    def start(self):
        folder, port = self.fresh_folder(), free_port()
        self.launch(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                     "--appendonly", "yes", "--appendfsync", "always", "--dir", str(folder)])
        wait_until_listening(port)
        self.address = f"127.0.0.1:{port}"


class PostgreSQL(ChatServer):
    name, title, peer = "postgresql", "PostgreSQL, rows in batches of 64", "postgresql"
    version_command = debian("postgresql-15")

    def start(self):
        folder, self.port = self.fresh_folder(), free_port()
        programs = sorted(str(p.parent) for p in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not programs:
            raise Failure("PostgreSQL's programs are not in /usr/lib/postgresql")
        # It does not run for root.
        other = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--"]
        other = other if os.geteuid() == 0 else []
        if other:
            shutil.chown(folder, "postgres")
        made = subprocess.run(
            [*other, f"{programs[-1]}/initdb", "-D", f"{folder}/data", "-A", "trust", "-U",
             "bench", "--locale=C", "--encoding=UTF8"], capture_output=True, text=True, cwd="/")
        if made.returncode != 0:
            raise Failure(f"initdb: {(made.stderr.strip() or '?').splitlines()[-1]}")
        self.launch([*other, f"{programs[-1]}/postgres", "-D", f"{folder}/data", "-p",
                     str(self.port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder)])
        wait_until_listening(self.port)
        self.address = f"host=127.0.0.1 port={self.port} user=bench dbname=postgres"

    def query(self, sql):
        done = subprocess.run(["psql", self.address, "-c", sql], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"psql: {(done.stderr.strip() or '?').splitlines()[-1]}")


def note(text):
    print(text, file=sys.stderr, flush=True)
