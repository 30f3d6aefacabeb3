"""Runs the load generator against servers, in turn, and keeps every figure."""

import json
import statistics
import subprocess
import sys
import time

from servers import LOAD_PROCESSOR, PEERS, Failure, pinned

LOAD = PEERS / "load"
STOPPED_SERVERS = ["wardline", "wardline-grpc", "grpc-cpp-callback", "grpc-cpp-async", "grpc-swift",
                   "grpcio"]
HELD_CONNECTIONS = 10_000
STREAM_CONNECTIONS, STREAMS_EACH = 10, 1_000
STOPPED_SECONDS, STOPPED_MESSAGES = 5, 10_000_000


def load_command(server, arguments):
    return pinned([str(LOAD), "--dialect", server.dialect, *server.load_arguments, *arguments,
                   "--server", str(server.process.pid), server.address], LOAD_PROCESSOR)


def run_load(server, arguments, seconds, warm_up):
    server.start()
    command = load_command(
        server, [*arguments, "--seconds", str(seconds), "--warm-up", str(warm_up)])
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60 + 4 * seconds)
    except subprocess.TimeoutExpired:
        server.stop()
        raise Failure("the load generator did not end") from None
    if done.returncode != 0:
        server.stop()
        raise Failure(done.stderr.strip().splitlines()[-1] if done.stderr else "failed")
    result = json.loads(done.stdout)
    if result["count"] == 0:
        server.stop()
        raise Failure("nothing was answered")
    result.update(result.pop("latency_us", {}))
    return result


def summary(runs):
    """Medians, and the least and most of the rate."""
    figures = {key for run in runs for key in run if isinstance(run[key], (int, float))}
    median = {key: statistics.median(run[key] for run in runs if key in run) for key in figures}
    rates = [run["rate"] for run in runs]
    return {"median": median, "least": min(rates), "most": max(rates), "runs": runs}


def measure_cases(cases, servers, options, note):
    """All servers of a case take turns, several times over: a slow minute of the machine hits all."""
    results = {}
    for number, case in enumerate(cases):
        note(f"{number + 1}/{len(cases)} {case.title}")
        rows = results[case.name] = {}
        runs = {}
        for name in case.servers:
            reason = case.absent(name) or servers[name].missing
            if reason:
                rows[name] = {"missing": reason}
            else:
                runs[name] = []
        for _ in range(options.runs):
            for name in list(runs):
                try:
                    runs[name].append(run_load(
                        servers[name], case.arguments, options.seconds, options.warm_up))
                except Failure as failure:
                    note(f"  {servers[name].title}: {failure}")
                    rows[name] = {"missing": f"failed: {failure}"}
                    del runs[name]
        rows.update({name: summary(done) for name, done in runs.items()})
    return results


def measure_beside_slow(server, options, note):
    """What others feel while connections neither read their answers nor finish their frames."""
    if server.missing:
        return {case: {server.name: {"missing": server.missing}}
                for case in ("beside-none", "beside-slow")}
    note("calls of others beside slow connections")
    steady = ["--connections", "8", "--rate", "20000"]
    runs = {"beside-none": [], "beside-slow": []}
    try:
        for _ in range(options.runs):
            for case, done in runs.items():
                server.start()
                slow = None
                if case == "beside-slow":
                    slow = subprocess.Popen(
                        load_command(server, ["--mode", "slow", "--connections", "20"]),
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                    slow.stdout.readline()
                try:
                    done.append(run_load(server, steady, options.seconds, options.warm_up))
                finally:
                    if slow:
                        slow.kill()
                        slow.wait()
    except Failure as failure:
        return {case: {server.name: {"missing": f"failed: {failure}"}} for case in runs}
    return {case: {server.name: summary(done)} for case, done in runs.items()}


def held_bytes(server, connections, streams):
    """Resident bytes of a fresh server while the load generator holds connections open."""
    server.stop()
    server.start()
    arguments = ["--mode", "hold", "--connections", str(connections), "--streams", str(streams)]
    holder = subprocess.Popen(
        load_command(server, arguments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if not holder.stdout.readline():
            raise Failure(holder.stderr.read().strip() or "the connections were not held")
        return server.resident_bytes()
    finally:
        holder.stdin.close()
        holder.wait()
        server.stop()


def measure_memory(servers, note):
    rows = {}
    for name in ("wardline", "wardline-tls", "c"):
        server = servers[name]
        if server.missing:
            rows[name] = {"missing": server.missing}
            continue
        note(f"memory of {server.title}")
        try:
            one = held_bytes(server, 1, 0)
            many = held_bytes(server, HELD_CONNECTIONS, 0)
            few = held_bytes(server, STREAM_CONNECTIONS, 0)
            streams = held_bytes(server, STREAM_CONNECTIONS, STREAMS_EACH)
        except Failure as failure:
            rows[name] = {"missing": f"failed: {failure}"}
            continue
        rows[name] = {
            "connection_bytes": (many - one) / (HELD_CONNECTIONS - 1),
            "stream_bytes": (streams - few) / (STREAM_CONNECTIONS * STREAMS_EACH),
        }
    return rows


def stopped_reader_bytes(server):
    """How much a server grows, at most, while a client reads nothing of a long stream of small
    messages that it has asked for."""
    server.stop()
    run_load(server, ["--connections", "1", "--in-flight", "1"], 0.2, 0.1)
    before = server.resident_bytes()
    arguments = ["--mode", "stopped", "--streams", "1", "--messages", str(STOPPED_MESSAGES)]
    reader = subprocess.Popen(
        load_command(server, arguments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    most, end = before, time.monotonic() + STOPPED_SECONDS
    try:
        if not reader.stdout.readline():
            raise Failure(reader.stderr.read().strip() or "the stream was not opened")
        while time.monotonic() < end:
            most = max(most, server.resident_bytes())
            time.sleep(0.02)
        return most - before
    finally:
        reader.stdin.close()
        reader.wait()
        server.stop()


def measure_stopped_readers(servers, note):
    rows = {}
    for name in STOPPED_SERVERS:
        server = servers[name]
        if server.missing:
            rows[name] = {"missing": server.missing}
            continue
        note(f"stopped reader of a stream, {server.title}")
        try:
            rows[name] = {"stopped_reader_bytes": stopped_reader_bytes(server)}
        except Failure as failure:
            rows[name] = {"missing": f"failed: {failure}"}
    return rows


def to_terminal(text):
    print(text, file=sys.stderr, flush=True)
