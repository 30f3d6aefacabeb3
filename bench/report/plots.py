"""Two plots, drawn as SVG by hand: no library needed to make them or to look at them."""

import math

WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, BOTTOM = 80, 200, 40, 60
COLORS = ["#0b6e4f", "#b3541e", "#3b5ba5", "#8a3f8f", "#5f6b0f", "#a11d33", "#4a4a4a", "#c28a00"]


class Axis:
    """A logarithmic axis from the least to the most of its values."""

    def __init__(self, values, start, end):
        self.low = 10 ** math.floor(math.log10(min(values)))
        self.high = 10 ** math.ceil(math.log10(max(values) * 1.0001))
        self.start, self.end = start, end

    def place(self, value):
        share = math.log10(value / self.low) / math.log10(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        value = self.low
        while value <= self.high * 1.0001:
            yield value
            value *= 10


def short(value):
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g}"


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{words}</text>'


def line(x1, y1, x2, y2, color, width=1):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
            f'stroke-width="{width}"/>')


def plot(title, x_label, y_label, lines):
    """`lines`: for each name its points. Both axes are logarithmic."""
    points = [point for _, line_points in lines for point in line_points]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           text(LEFT, 24, title, "start", 'font-size="15" font-weight="bold"')]
    if not points:
        out.append(text(WIDTH / 2, HEIGHT / 2, "not measured in this run"))
        return "\n".join(out + ["</svg>", ""])
    x_axis = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    y_axis = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    for tick in x_axis.ticks():
        x = x_axis.place(tick)
        out += [line(x, TOP, x, HEIGHT - BOTTOM, "#dddddd"),
                text(x, HEIGHT - BOTTOM + 18, short(tick))]
    for tick in y_axis.ticks():
        y = y_axis.place(tick)
        out += [line(LEFT, y, WIDTH - RIGHT, y, "#dddddd"), text(LEFT - 8, y + 4, short(tick), "end")]
    out += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, x_label),
            text(18, HEIGHT / 2, y_label, extra=f'transform="rotate(-90 18 {HEIGHT / 2})"')]
    for number, (name, line_points) in enumerate(lines):
        color = COLORS[number % len(COLORS)]
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in line_points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
        y = TOP + 10 + 20 * number
        out += [line(WIDTH - RIGHT + 12, y, WIDTH - RIGHT + 32, y, color, 3),
                text(WIDTH - RIGHT + 38, y + 4, name, "start")]
    return "\n".join(out + ["</svg>", ""])


def gathered(report, prefix, point):
    """Points of all cases whose name begins with `prefix`, by server, in the order of the cases."""
    lines = {}
    for case, rows in report["results"].items():
        if not case.startswith(prefix):
            continue
        for server, result in rows.items():
            title = report["servers"][server]["title"]
            if "missing" in result:
                lines.setdefault(title + " (missing)", [])
                continue
            made = point(int(case.removeprefix(prefix)), result["median"])
            if made:
                lines.setdefault(title, []).append(made)
    return list(lines.items())


def latency_point(asked, median):
    # A server that no longer keeps up has a queue that only grows: its latency says how long the
    # run was.
    if median["rate"] < 0.95 * asked or "p99" not in median:
        return None
    return (asked, max(median["p99"], 1))


def all_plots(report):
    return {
        "throughput-by-connections.svg": plot(
            "Throughput by connections: unary echo of 128 bytes, 16 in flight on each",
            "connections", "calls per second",
            gathered(report, "connections-", lambda count, m: (count, m["rate"]))),
        "latency-by-load.svg": plot(
            "Latency by load: unary echo of 128 bytes, p99, 8 connections, open loop",
            "calls per second (as asked for)", "µs",
            gathered(report, "rate-", latency_point)),
    }
