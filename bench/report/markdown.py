"""The results as a page: goals first, then every case with medians, spread and ratios."""


def number(value):
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def goal_table(report):
    rows = []
    for goal in report["goals"]:
        sign = "at most" if goal["at_most"] else "at least"
        ratio = number(goal["ratio"]) if goal["ratio"] is not None else "–"
        verdict = goal["verdict"] + (f": {goal['why']}" if goal.get("why") else "")
        rows.append([goal["goal"], f"{sign} {number(goal['bound'])}", ratio, verdict,
                     number(goal.get("processor_ratio"))])
    return table(["work / beside what", "goal", "reached", "verdict", "by processor time"], rows)


def case_table(report, case):
    results = report["results"][case]
    ours = results.get("wardline", {}).get("median", {}).get("rate")
    unit = report["cases"][case]["unit"]
    rows = []
    for server, result in results.items():
        title = report["servers"][server]["title"]
        if "missing" in result:
            rows.append([title, f"missing: {result['missing']}"] + [""] * 6)
            continue
        median = result["median"]
        spread = f"{number(result['least'])} … {number(result['most'])}"
        rows.append([
            title, number(median["rate"]), spread,
            f"{ours / median['rate']:.2f}×" if ours else "–",
            number(median.get("server_us")),
            f"{median.get('server_busy', 0):.0%} / {median['client_busy']:.0%}",
            number(median.get("p50")), number(median.get("p99")),
        ])
    head = ["server", f"{unit}/s", "least … most", "Wardline beside it", "server CPU, s per million",
            "busy: server / load", "p50, µs", "p99, µs"]
    return table(head, rows)


def memory_table(report):
    rows = []
    for server, figures in report["memory"].items():
        title = report["servers"][server]["title"]
        if "missing" in figures:
            rows.append([title, f"missing: {figures['missing']}", ""])
        else:
            rows.append([title, number(figures["connection_bytes"]),
                         number(figures["stream_bytes"])])
    return table(["server", "bytes of an idle connection", "bytes of an idle stream"], rows)


def stopped_table(report):
    rows = [[report["servers"][server]["title"],
             f"missing: {figures['missing']}" if "missing" in figures
             else number(figures["stopped_reader_bytes"])]
            for server, figures in report["stopped"].items()]
    return table(["server", "bytes that it grew by"], rows)


def page(report):
    machine, options = report["machine"], report["options"]
    parts = [
        "# Results\n",
        f"{report['date']}, {report['minutes']} minutes. {machine['processor']}, "
        f"{machine['processors']} processors, {machine['system']}; {machine['placement']}; load "
        f"average before: {machine['load_average_before']:.2f}.\n",
        f"Each figure is the median of {options['runs']} runs of {options['seconds']} s after a "
        f"warm-up of {options['warm_up']} s; the servers of a case took turns. Only ratios of one "
        "run mean anything: the machine drifts. How to read this: [bench/README.md](../README.md)."
        "\n",
        "## Goals\n", goal_table(report),
        "## Servers\n",
        table(["server", "version"],
              [[s["title"], f"**missing**: {s['missing']}" if "missing" in s else s["version"]]
               for s in report["servers"].values()]),
        "## Cases\n",
    ]
    for case, about in report["cases"].items():
        parts += [f"### {about['title']}\n", case_table(report, case)]
    if report["stopped"]:
        parts += ["## A reader that stops\n",
                  "How much a server grows, at most, within 5 s while a client reads nothing of a "
                  "stream of 10 million messages that it has asked for, with windows of 1 GiB.\n",
                  stopped_table(report)]
    if report["memory"]:
        parts += ["## Memory\n", "Resident bytes of the server beyond the first connection, at "
                  "10,000 connections, and for each of 10,000 idle subscriptions on 10 "
                  "connections.\n", memory_table(report)]
    parts += ["## Plots\n"]
    parts += [f"![{name}]({name}.svg)\n" for name in ("throughput-by-connections",
                                                      "latency-by-load")]
    return "\n".join(parts)
