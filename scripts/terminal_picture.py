#!/usr/bin/env python3
"""Draws what a command prints, colours included, as an SVG.

usage: scripts/terminal_picture.py OUT.svg 'COMMAND as shown' COMMAND ARG…
"""
import html, os, re, subprocess, sys

out, shown, command = sys.argv[1], sys.argv[2], sys.argv[3:]
text = subprocess.run(command, env={**os.environ, "CLICOLOR_FORCE": "1"}, capture_output=True, text=True).stdout
COLORS = {"31": "#cf222e", "32": "#1a7f37", "33": "#9a6700", "36": "#0b7285"}
WIDTH, LINE, CHAR, MOST = 118, 19, 8.2, 46

rows = [[("$ " + shown, {"font-weight": "bold"})]]
for line in text.rstrip("\n").split("\n"):
    spans, style, column = [], {}, 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in part[2:-1].split(";"):
                if code in ("", "0"): style = {}
                elif code == "1": style = {**style, "font-weight": "bold"}
                elif code == "2": style = {**style, "fill": "#6e7781"}
                elif code == "4": style = {**style, "text-decoration": "underline"}
                elif code in COLORS: style = {**style, "fill": COLORS[code]}
        elif part:
            part = part[: max(0, WIDTH - column)]
            column += len(part)
            spans.append((part, style))
    rows.append(spans)
rows = rows[:MOST]
height = LINE * len(rows) + 24
svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * CHAR + 24:.0f}" height="{height}" viewBox="0 0 {WIDTH * CHAR + 24:.0f} {height}" font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="13.6">',
       f'<rect width="100%" height="100%" rx="8" fill="#f6f8fa"/>']
for at, spans in enumerate(rows):
    inner = "".join(f'<tspan{"".join(f" {k}=" + chr(34) + v + chr(34) for k, v in style.items())}>{html.escape(text)}</tspan>' for text, style in spans)
    svg.append(f'<text x="12" y="{26 + at * LINE}" fill="#1f2328" xml:space="preserve">{inner}</text>')
open(out, "w", encoding="utf-8").write("\n".join(svg) + "\n</svg>\n")
