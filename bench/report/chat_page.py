"""The results of the chat as a page: goals first, then every case."""

from markdown import goal_table, number, table


def rate_table(report, case):
    results, about = report["results"][case], report["cases"][case]
    ours = results.get("wardline", {}).get("median", {})
    rows = []
    for name, result in results.items():
        title = report["titles"].get(name, name)
        if "missing" in result:
            rows.append([title, f"missing: {result['missing']}"] + [""] * 7)
            continue
        median = result["median"]
        rows.append([
            title, number(median["rate"]), f"{number(result['least'])} … {number(result['most'])}",
            ratio(ours.get("rate"), median["rate"]),
            number(median.get("server_us")),
            ratio(median.get("server_us"), ours.get("server_us")),
            f"{median.get('server_busy', 0):.0%} / {median['client_busy']:.0%}",
            number(median.get("p50")), number(median.get("p99")),
        ])
    head = ["", f"{about['unit']}/s", "least … most", "Wardline beside it", "CPU, s per million",
            "Wardline by CPU", "busy: server / load", "p50, µs", "p99, µs"]
    return table(head, rows)


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}×" if ours and theirs else "–"


def cost_table(report, case):
    rows, before = [], {"server_us": 0, "pages": 0}
    for name, result in report["results"][case].items():
        if "missing" in result:
            rows.append([name, f"missing: {result['missing']}"] + [""] * 5)
            continue
        median = result["median"]
        rows.append([name, number(median["rate"]), number(median["server_us"]),
                     number(median["server_us"] - before["server_us"]), number(median["pages"]),
                     number(median["pages"] - before["pages"]), number(median["p50"])])
        before = median
    head = ["a send runs", "sends/s", "CPU, µs", "more", "pages written", "more",
            "p50 of a batch of 256, µs"]
    return table(head, rows)


TABLES = {"rate": rate_table, "costs": cost_table}


def page(report):
    machine, options = report["machine"], report["options"]
    parts = [
        "# The chat, measured\n",
        f"{report['date']}, {report['minutes']} minutes. {machine['processor']}, "
        f"{machine['processors']} processors, {machine['system']}; {machine['placement']}; load "
        f"average before: {machine['load_average_before']:.2f}.\n",
        f"Each figure is the median of {options['runs']} runs of {options['seconds']} s after a "
        f"warm-up of {options['warm_up']} s; what is compared took turns. Only ratios of one run "
        "mean anything. How to read this: [bench/README.md](../README.md).\n",
        "## Goals\n", goal_table(report),
        "## Versions\n",
        table(["", "version"],
              [[s["title"], f"**missing**: {s['missing']}" if "missing" in s else s["version"]]
               for s in report["servers"].values()]),
        "## Cases\n",
    ]
    for case, about in report["cases"].items():
        parts.append(f"### {about['title']}\n")
        if about["about"]:
            parts.append(about["about"] + "\n")
        parts.append(TABLES[about["kind"]](report, case))
    return "\n".join(parts)
