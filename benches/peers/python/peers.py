#!/usr/bin/env python3
"""A peer in Python on the job of examples/peers_job.rs.

usage: peers.py PEER RULES.json TICKETS.jsonl --train TRAIN.jsonl [--n N] [--runs R] [--hits FILE]

Prints one JSON line: seconds to load, seconds of each pass after one that is not counted, peak memory; of a classifier also how often the topic is right.
`--hits` writes the rules found in the first 300 tickets.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy reads them
import argparse
import json
import re
import time
from pathlib import Path

import classifiers
import matchers

MATCHERS = {
    "pystemmer_ahocorasick": matchers.PyStemmer,
    "snowball_ahocorasick": matchers.PurePythonSnowball,
    "pymorphy3_ahocorasick": matchers.Pymorphy3,
    "spacy": matchers.Spacy,
    "yargy_pipeline": matchers.YargyPipeline,
    "yargy_rules": matchers.Yargy,
    "python_hyperscan": matchers.Hyperscan,
}
CLASSIFIERS = {"logistic_regression": classifiers.LogisticRegression, "fasttext": classifiers.FastText}
WARM_UP = 3000  # tickets whose words a cache may know before the measured ones come
HITS = 300


def read(path, count=None):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line, _ in zip(file, range(count or 10**9))]


def peak_memory():
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def main():
    parser = argparse.ArgumentParser()
    for name in ("peer", "rules", "tickets"):
        parser.add_argument(name)
    parser.add_argument("--train", required=True)
    parser.add_argument("--hits")
    parser.add_argument("--n", type=int)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()

    tickets = read(options.tickets, options.n)
    texts = [ticket["text"] for ticket in tickets]
    learns = options.peer in CLASSIFIERS
    train = read(options.train, None if learns else WARM_UP)

    start = time.perf_counter()
    rules = json.loads(Path(options.rules).read_text("utf-8"))
    peer = CLASSIFIERS[options.peer](train) if learns else MATCHERS[options.peer](rules["rules"])
    load = time.perf_counter() - start
    topic_of, topics = [rule["topic"] for rule in rules["rules"]], len(rules["topics"])

    def triage(text):
        counts = [0] * topics
        for rule in peer.find(text):
            counts[topic_of[rule]] += 1
        return counts.index(max(counts))

    # A slow peer is warmed up on no more tickets than it is measured on.
    warm_up = [ticket["text"] for ticket in train[: max(50, len(texts))]]
    seconds = []
    for number in range(options.runs + 1):
        if not learns and (number == 0 or hasattr(peer, "forget")):
            if hasattr(peer, "forget"):
                peer.forget()
            for text in warm_up:
                peer.find(text)
        start = time.perf_counter()
        best = peer.predict(texts) if learns else [triage(text) for text in texts]
        seconds.append(time.perf_counter() - start)
    result = {"peer": options.peer, "n": len(texts), "bytes": sum(len(text.encode()) for text in texts), "load_s": load, "runs": seconds[1:], "rss_mb": peak_memory()}
    if learns:
        result["topic_accuracy"] = sum(topic == ticket["topic"] for topic, ticket in zip(best, tickets)) / len(tickets)
    print(json.dumps(result))
    if options.hits and not learns:
        with open(options.hits, "w") as file:
            for text in texts[:HITS]:
                file.write(json.dumps(sorted(peer.find(text))) + "\n")


if __name__ == "__main__":
    main()
