"""A server of the sample clinic in a process of its own, and its REST face."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid

BENCH = os.environ.get("WARDLINE_BENCH", ".build/debug/wardline-bench")
PROGRAM = os.environ.get("WARDLINE_PROGRAM", ".build/debug/wardline")
NAMES = {
    "amara": "Amara Okafor",
    "noah": "Noah Berg",
    "dr-lindqvist": "Dr. Eva Lindqvist",
    "dr-haddad": "Dr. Samir Haddad",
    "mei-tanaka": "Mei Tanaka",
    "clinic-admin": "Clinic Administration",
}


class Clinic:
    """`with Clinic() as clinic:` runs a server on a folder and a port of its own."""

    def __init__(self, environment=None):
        self.environment = {**os.environ, **(environment or {})}
        self.port = 0
        self.tokens = {}
        self.program = PROGRAM

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="wardline-web-")
        self.data = self.folder.name
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()

    def start(self):
        """Starts it, on the port that it had before if it had one."""
        command = [self.program, "serve", "--dev", "--data", self.data]
        command += ["--listen", "127.0.0.1:0", "--http-listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        started = threading.Event()
        threading.Thread(target=self._read, args=(self.process, started), daemon=True).start()
        if not started.wait(60):
            raise AssertionError("the server did not start:\n" + "".join(self.lines))

    def _read(self, process, started):
        for line in process.stdout:
            self.lines.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                started.set()
        process.stdout.close()

    def kill(self):
        self._end(signal.SIGKILL)

    def stop(self):
        self._end(signal.SIGTERM)

    def _end(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def token(self, user, lifetime=None):
        """A bearer token, made by the command line."""
        command = [PROGRAM, "token", user, "--data", self.data]
        if lifetime:
            command += ["--lifetime", str(lifetime)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def call(self, user, verb, path, body=None, raw=None, headers=None):
        """Sends a request in somebody's name and gives (status, decoded body)."""
        if user not in self.tokens:
            self.tokens[user] = self.token(user)
        fields = {"Authorization": f"Bearer {self.tokens[user]}", **(headers or {})}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
        if verb != "GET":
            fields.setdefault("Idempotency-Key", str(uuid.uuid4()))
        request = urllib.request.Request(self.address + path, data, fields, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                text = response.read()
                return response.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def get(self, user, path):
        return self._good(self.call(user, "GET", path), path)

    def post(self, user, path, body=None):
        return self._good(self.call(user, "POST", path, body if body is not None else {}), path)

    def put(self, user, path, body):
        return self._good(self.call(user, "PUT", path, body), path)

    @staticmethod
    def _good(answer, path):
        status, body = answer
        assert 200 <= status < 300, f"{path} answered {status}: {body}"
        return body

    # What tests begin with.

    def add_user(self, user, name, role):
        """By the command line: REST has no way to enter users."""
        body = {"userId": user, "displayName": name, "role": role, "idempotencyKey": user}
        command = [PROGRAM, "call", "--as", "clinic-admin", "--data", self.data]
        subprocess.run([*command, "Users/Put", json.dumps(body)], check=True, capture_output=True)

    def begin_with_past(self, count):
        """Starts again on a folder in which amara and dr-lindqvist have written that many messages."""
        self.stop()
        past = os.path.join(self.folder.name, "past")
        subprocess.run([BENCH, "fill", past, "--large", str(count)], check=True, capture_output=True)
        self.data = os.path.join(past, "data")
        self.tokens.clear()
        self.start()
        with open(os.path.join(past, "conversations"), encoding="utf-8") as file:
            return file.readline().strip()

    def assign(self, patient="amara", professional="dr-lindqvist"):
        return self.post(
            "clinic-admin",
            "/api/care-team/assign",
            {"Patient_id": patient, "Professional_id": professional},
        )

    def support(self, text="Good morning", patient="amara", professional="dr-lindqvist"):
        """Assigns the dietitian and has the patient write: gives the conversation's id."""
        self.assign(patient, professional)
        path = f"/api/chat/user/conversation/{patient}/send"
        return self.post(patient, path, {"Content": text})["Conversation_id"]

    def direct(self, one, other):
        return self.post(one, "/api/conversations", {"User_id": other})["Conversation_id"]

    def group(self, owner, others, title):
        body = {"Type": "group", "Title": title, "Participant_ids": list(others)}
        return self.post(owner, "/api/conversations", body)["Conversation_id"]

    def send(self, user, conversation, text, **fields):
        body = {"Conversation_id": conversation, "Content": text, **fields}
        return self.post(user, "/messages", body)
