#!/usr/bin/env python3
"""Runs our term sets and other implementations of the same job in turn, and writes one record.

usage: peers.py DATA_DIR OUT.json NAME=COMMAND [NAME=COMMAND ...] [--rounds N]

The first command is the reference. Each is run as COMMAND RULES.json TICKETS.jsonl --n N --runs R --train TRAIN.jsonl and prints a line of JSON as
examples/peers_job.rs does. Every run of another stands between two of the reference, and its factor is against the mean of both; a figure is the median
over the rounds of the medians over the passes. OUT.json is what scripts/speed_picture.py draws.
"""
import json
import statistics as st
import subprocess
import sys
from pathlib import Path

SIZES = ["600", "6000", "60000"]


def run(command, data, size):
    files = [str(data / f"rules_{size}.json"), str(data / "tickets.jsonl"), "--n", "20000", "--runs", "5", "--train", str(data / "train.jsonl")]
    out = subprocess.run([*command.split(), *files], capture_output=True, text=True, check=True).stdout
    return json.loads(out.strip().splitlines()[-1])


def main():
    args = sys.argv[1:]
    rounds = 3
    if "--rounds" in args:
        at = args.index("--rounds")
        rounds = int(args[at + 1])
        del args[at : at + 2]
    data, out = Path(args[0]), Path(args[1])
    commands = dict(a.split("=", 1) for a in args[2:])
    reference, *others = commands
    rate = lambda r: r["n"] / st.median(r["runs"])
    rows = {name: {} for name in commands}
    for size in SIZES:
        runs = {name: [] for name in commands}
        factors = {name: [] for name in others}
        for _ in range(rounds):
            for name in others:
                before, own, after = run(commands[reference], data, size), run(commands[name], data, size), run(commands[reference], data, size)
                runs[reference] += [before, after]
                runs[name].append(own)
                factors[name].append(2 * rate(own) / (rate(before) + rate(after)))
        for name in commands:
            rows[name][size] = {
                "tickets_per_s": round(st.median(map(rate, runs[name]))),
                "mb_per_s": round(st.median(rate(r) * r["bytes"] / r["n"] for r in runs[name]) / 1e6, 1),
                "factor": round(st.median(factors[name]), 2) if name in factors else 1.0,
                "load_s": round(st.median(r["load_s"] for r in runs[name]), 3),
                "rss_mb": round(max(r["rss_mb"] for r in runs[name])),
            }
            print(size, name, rows[name][size], file=sys.stderr, flush=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    print("| | " + " | ".join(f"{int(s):,}: t/s | MB/s | × | load s | RSS MB" for s in SIZES) + " |")
    print("|---|" + "--:|" * 5 * len(SIZES))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(f"{r['tickets_per_s']:,} | {r['mb_per_s']} | {r['factor']} | {r['load_s']} | {r['rss_mb']}" for r in row.values()) + " |")


if __name__ == "__main__":
    main()
