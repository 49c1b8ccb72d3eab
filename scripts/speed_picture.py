#!/usr/bin/env python3
"""Draws docs/speed.svg from a record of benches/peers/run.sh: tickets a second by the number of patterns, both axes logarithmic.

usage: speed_picture.py benches/record/RECORD.json docs/speed.svg
"""
import json
import math
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 800, 520, 84, 40, 246, 52
SIZES = ["600", "6000", "60000"]
# Name in the record, label, colour; a limit is drawn dashed, and level where it does not depend on the patterns.
LINES = [
    ("support_triage", "support-triage TermSet", "#0b6bcb"),
    ("stem_ac", "stems, Aho–Corasick (reference)", "#444b54"),
    ("stem_trie_memo", "remembered stems and a trie", "#2f855a"),
    ("fused_prototype", "fused prototype (forms seen only)", "#7d4fc4"),
    ("hyperscan", "Hyperscan", "#c2571a"),
    ("pystemmer_ahocorasick", "PyStemmer + pyahocorasick", "#b7950b"),
    ("lucene_monitor", "Lucene Monitor", "#b83280"),
]
LIMITS = [
    ("copy", "copying the text"),
    ("validate_utf8", "UTF-8 validation"),
    ("decode_fold", "decoding and folding"),
    ("fold_hash_probe", "folding, one probe a word"),
    ("bare_daachorse", "bare daachorse"),
]


def points(entry, level):
    """(patterns, tickets a second) where measured."""
    rates = {size: entry[size]["tickets_per_s"] for size in SIZES if "tickets_per_s" in entry.get(size, {})}
    if level and len(rates) == 1:
        rates = dict.fromkeys(SIZES, *rates.values())
    return [(int(size), rate) for size, rate in rates.items()]


def main():
    peers = json.loads(Path(sys.argv[1]).read_text())["peers"]
    lines = [(points(peers[name], True), label, "#9aa1aa", True) for name, label in LIMITS if name in peers]
    lines += [(points(peers[name], False), label, colour, False) for name, label, colour in reversed(LINES) if name in peers]
    lines = [line for line in lines if line[0]]
    rates = [rate for line in lines for _, rate in line[0]]
    low, high = math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))
    first, last = math.log10(int(SIZES[0])), math.log10(int(SIZES[-1]))
    x = lambda size: LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - first) / (last - first)
    y = lambda rate: TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(rate)) / (high - low)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
        "<title>Tickets a second by the number of patterns</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" fill="#222">Tickets a second on one thread, by the number of patterns (dashed: limits)</text>',
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#e3e3e3"/>')
        out.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#555">{10**power if power < 6 else 10 ** (power - 6):,}{" M" * (power >= 6)}</text>')
    for size in map(int, SIZES):
        out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle" fill="#555">{size:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#555">patterns, each in any inflected form</text>')
    labels = []
    for line, label, colour, limit in lines:
        own = label.startswith("support-triage")
        path = " ".join(f"{x(size):.1f},{y(rate):.1f}" for size, rate in line)
        style = 'stroke-width="1.2" stroke-dasharray="5 4"' if limit else f'stroke-width="{3.5 if own else 2}"'
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" {style}/>')
        if not limit:
            out += [f'<circle cx="{x(size):.1f}" cy="{y(rate):.1f}" r="{4.5 if own else 3.2}" fill="{colour}"/>' for size, rate in line]
        end = x(line[-1][0]), y(line[-1][1])
        labels.append([end[1], end, label, "#6b727b" if limit else colour, own])
    # Labels that would lie on each other are moved apart, evenly around where they belong.
    labels.sort()
    for _ in range(200):
        for above, below in zip(labels, labels[1:]):
            overlap = 17 - (below[0] - above[0])
            if overlap > 0:
                above[0] -= overlap / 2
                below[0] += overlap / 2
    for at, (end_x, end_y), label, colour, own in labels:
        right = WIDTH - RIGHT
        out.append(f'<polyline points="{end_x + 6:.1f},{end_y:.1f} {right + 4},{end_y if end_x > right - 1 else at:.1f} {right + 16},{at:.1f}" fill="none" stroke="{colour}" stroke-width="0.6" opacity="0.6"/>')
        weight = ' font-weight="bold"' if own else ""
        out.append(f'<text x="{right + 20}" y="{at + 4:.1f}" fill="{colour}"{weight}>{label}</text>')
    out.append("</svg>")
    Path(sys.argv[2]).write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
