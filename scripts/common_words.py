#!/usr/bin/env python3
"""Writes rules/words.txt: common Russian words of the training tickets, the most frequent first.

usage: scripts/common_words.py data/tickets/*.jsonl > rules/words.txt

A word is kept if it stands in at least five tickets: misprints rarely do. The list tells real words from damaged ones; it says nothing of
topics, so it is made from the training tickets only and never from the tickets that are measured on.
"""
import collections, json, re, sys

tickets = collections.Counter()
for path in sys.argv[1:]:
    for line in open(path, encoding="utf-8"):
        if line.strip():
            text = json.loads(line)["text"].lower().replace("ё", "е")
            tickets.update(set(re.findall(r"(?<![a-z0-9_])[а-я]{2,}(?![a-z0-9_])", text)))
kept = sorted((w for w, n in tickets.items() if n >= 5), key=lambda w: (-tickets[w], w))
print("\n".join(kept))
