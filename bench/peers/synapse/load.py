#!/usr/bin/env python3
"""Sends messages to a Matrix Synapse, each client to a room of its own and one at a time, and prints
what came of it as one line of JSON. With --sync it tells how long a message takes to a reader's /sync.

    load.py [--clients N] [--sync] [--seconds S] [--warm-up S] --secret TEXT HOST:PORT
"""

import argparse
import hashlib
import hmac
import http.client
import json
import statistics
import threading
import time
import urllib.parse


class Client:
    """A user with a connection of their own."""

    def __init__(self, address, secret, name):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.token = None
        self.number = 0
        self.token = self._register(secret, name)

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = json.dumps(body).encode() if body is not None else None
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{path}: {answer}")
        return answer

    def _register(self, secret, name):
        nonce = self.call("GET", "/_synapse/admin/v1/register")["nonce"]
        parts = [nonce, name, "password", "notadmin"]
        proof = hmac.new(secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
        return self.call("POST", "/_synapse/admin/v1/register", {
            "nonce": nonce, "username": name, "password": "password", "mac": proof})["access_token"]

    def create_room(self):
        body = {"preset": "public_chat"}
        self.room = urllib.parse.quote(self.call("POST", "/_matrix/client/v3/createRoom", body)["room_id"])

    def join(self, room):
        self.room = room
        self.call("POST", f"/_matrix/client/v3/join/{room}", {})

    def send(self, text):
        self.number += 1
        self.call("PUT", f"/_matrix/client/v3/rooms/{self.room}/send/m.room.message/{self.number}",
                  {"msgtype": "m.text", "body": text})


def measure_sends(clients, options, text):
    """Every client on a thread; returns the latencies of what was answered after the warm-up."""
    latencies, start = [], time.perf_counter() + options.warm_up
    end = start + options.seconds

    def work(client):
        while (before := time.perf_counter()) < end:
            client.send(text)
            after = time.perf_counter()
            if start <= after < end:
                latencies.append(after - before)

    threads = [threading.Thread(target=work, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies


def measure_sync(sender, reader, options, text):
    """One message at a time, from before its send until the reader's /sync has it."""
    latencies, sent = [], {}
    position = reader.call("GET", "/_matrix/client/v3/sync?timeout=0")["next_batch"]
    start = time.perf_counter() + options.warm_up
    while time.perf_counter() < start + options.seconds:
        marked = f"{len(sent)} {text}"
        sent[marked] = before = time.perf_counter()
        sending = threading.Thread(target=sender.send, args=[marked])
        sending.start()
        is_there = False
        while not is_there:
            answer = reader.call("GET", f"/_matrix/client/v3/sync?timeout=10000&since={position}")
            position = answer["next_batch"]
            rooms = answer.get("rooms", {}).get("join", {}).values()
            is_there = any(event.get("content", {}).get("body") == marked
                           for room in rooms for event in room["timeline"]["events"])
        if before >= start:
            latencies.append(time.perf_counter() - before)
        sending.join()
    return latencies


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--sync", action="store_true")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--warm-up", type=float, default=0.5)
    parser.add_argument("--payload", type=int, default=128)
    parser.add_argument("--secret", required=True)
    parser.add_argument("address")
    options = parser.parse_args()
    text, run = "a" * options.payload, f"{time.time_ns():x}"
    clients = [Client(options.address, options.secret, f"client-{run}-{number}")
               for number in range(2 if options.sync else options.clients)]
    if options.sync:
        clients[0].create_room()
        clients[1].join(clients[0].room)
        latencies = measure_sync(*clients, options, text)
    else:
        for client in clients:
            client.create_room()
        latencies = measure_sends(clients, options, text)
    latencies.sort()
    count = len(latencies)
    print(json.dumps({
        "unit": "sends", "count": count, "seconds": options.seconds,
        "rate": count / options.seconds, "client_busy": 0, "latency_us": {
            "p50": statistics.median(latencies) * 1e6 if latencies else 0,
            "p99": latencies[min(count - 1, count * 99 // 100)] * 1e6 if latencies else 0}}))


if __name__ == "__main__":
    main()
