#!/usr/bin/env python3
"""Prints the table of the README from evaluations of one run.

usage: scripts/figures.py NAME=evaluation.json…   (written by `support-triage evaluate --json`)
"""
import json, sys

ROWS = [("verdict accuracy", "verdict_accuracy"), ("category accuracy", "category_accuracy"), ("topic accuracy", "topic_accuracy"), ("topic among the first three", "topic_top3"),
        ("answer rate", "answer_rate"), ("wrong refusals", "wrong_refusals"), ("wrong acceptances", "wrong_acceptances"), ("uncovered tickets rejected", "uncovered_rejected")]
runs = [(arg.split("=", 1)[0], json.load(open(arg.split("=", 1)[1], encoding="utf-8"))) for arg in sys.argv[1:]]
print("| | " + " | ".join(name for name, _ in runs) + " |")
print("|---|" + "--:|" * len(runs))
for title, key in ROWS:
    cells = [f'{100 * run[key]["hits"] / max(1, run[key]["of"]):.1f} %' for _, run in runs]
    print(f"| {title} | " + " | ".join(cells) + " |")
print("| calibration error (ECE) | " + " | ".join(f'{run["ece"]:.3f}' for _, run in runs) + " |")
