"""Matrix Synapse over a PostgreSQL of its own."""

import json
import subprocess
import sys

import chat_sends
from chat_servers import ChatServer, PostgreSQL
from servers import PEERS, ROOT, Failure, free_port, wait_until_listening

SECRET = "only-for-measuring"
# Synapse limits how much each user may do; here that would be all that is measured.
UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}
START_SECONDS = 60


class Synapse(ChatServer):
    name, title, peer = "synapse", "Matrix Synapse with PostgreSQL", "synapse"
    python = str(PEERS / "synapse-python/bin/python")
    version_command = [
        python, "-c",
        "from importlib.metadata import version; print('matrix-synapse', version('matrix-synapse'))"]

    def __init__(self):
        super().__init__()
        self.database = PostgreSQL()
        self.database.name = "synapse-database"
        self.missing = self.missing or self.database.missing

    def start(self):
        self.database.start()
        folder, port = self.fresh_folder(), free_port()
        self.database.query("CREATE DATABASE synapse")
        settings = folder / "homeserver.yaml"
        # JSON is YAML.
        settings.write_text(json.dumps(self._settings(folder, port)))
        command = [self.python, "-m", "synapse.app.homeserver", "-c", str(settings)]
        made = subprocess.run([*command, "--generate-keys"], capture_output=True, text=True, cwd=folder)
        if made.returncode != 0:
            raise Failure(f"synapse: {(made.stderr.strip() or '?').splitlines()[-1]}")
        self.launch(command)
        wait_until_listening(port, START_SECONDS)
        self.address = f"127.0.0.1:{port}"

    def _settings(self, folder, port):
        limits = {f"rc_{name}": UNLIMITED for name in ("message", "registration", "room_creation")}
        (folder / "log.yaml").write_text(json.dumps(
            {"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": False}))
        return {
            "server_name": "bench.local", "report_stats": False, "trusted_key_servers": [],
            "pid_file": str(folder / "pid"), "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"), "log_config": str(folder / "log.yaml"),
            "registration_shared_secret": SECRET, "macaroon_secret_key": SECRET,
            "form_secret": SECRET, "bcrypt_rounds": 4, **limits,
            "rc_joins": {"local": UNLIMITED, "remote": UNLIMITED},
            "listeners": [{"port": port, "type": "http", "bind_addresses": ["127.0.0.1"],
                           "resources": [{"names": ["client"], "compress": False}]}],
            "database": {"name": "psycopg2", "args": {
                "host": "127.0.0.1", "port": self.database.port, "user": "bench",
                "dbname": "synapse", "cp_min": 5, "cp_max": 10}},
        }

    def stop(self, *arguments):
        super().stop(*arguments)
        self.database.stop()


def load(server, arguments, options):
    return chat_sends.run(
        [sys.executable, str(ROOT / "bench/peers/synapse/load.py"), *arguments, "--payload",
         str(chat_sends.PAYLOAD_BYTES), "--seconds", str(options.seconds), "--warm-up",
         str(options.warm_up), "--secret", SECRET, server.address], options.seconds)
