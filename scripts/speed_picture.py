#!/usr/bin/env python3
"""Draws docs/speed.svg from a record of scripts/peers.py: tickets a second by the number of patterns, both axes logarithmic.

usage: speed_picture.py benches/record/RECORD.json docs/speed.svg
"""
import json
import math
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 380, 78, 40, 190, 52
COLOURS = ["#8a8f98", "#0b6bcb", "#c2571a", "#2f855a", "#7d4fc4", "#b83280"]


def main():
    rows = json.loads(Path(sys.argv[1]).read_text())
    sizes = sorted({int(size) for row in rows.values() for size in row})
    rates = [cell["tickets_per_s"] for row in rows.values() for cell in row.values()]
    low, high = 10 ** math.floor(math.log10(min(rates))), 10 ** math.ceil(math.log10(max(rates)))
    x = lambda size: LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - math.log10(sizes[0])) / (math.log10(sizes[-1]) - math.log10(sizes[0]))
    y = lambda rate: TOP + (HEIGHT - TOP - BOTTOM) * (math.log10(high) - math.log10(rate)) / (math.log10(high) - math.log10(low))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
        "<title>Tickets a second by the number of patterns</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" fill="#222">Tickets a second on one thread, by the number of patterns</text>',
    ]
    step = low
    while step <= high:
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(step):.1f}" y2="{y(step):.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(step) + 4:.1f}" text-anchor="end" fill="#555">{step:,.0f}</text>')
        step *= 10
    for size in sizes:
        out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle" fill="#555">{size:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#555">patterns, each in any inflected form</text>')
    labels = []
    for (name, row), colour in zip(rows.items(), COLOURS):
        points = [(x(int(size)), y(cell["tickets_per_s"])) for size, cell in sorted(row.items(), key=lambda item: int(item[0]))]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in points]
        labels.append([points[-1][1] + 4, name, colour])
    # Labels that would lie on each other are moved apart.
    labels.sort()
    for before, label in zip(labels, labels[1:]):
        label[0] = max(label[0], before[0] + 16)
    out += [f'<text x="{WIDTH - RIGHT + 10}" y="{at:.1f}" fill="{colour}">{name.replace("_", " ")}</text>' for at, name, colour in labels]
    out.append("</svg>")
    Path(sys.argv[2]).write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
