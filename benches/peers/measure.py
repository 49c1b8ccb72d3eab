#!/usr/bin/env python3
"""Runs every peer of plan.py between two runs of the reference, then prints the table and writes the record. run.sh installs first and calls this.

usage: measure.py WORK_DIR [--quick] [--only PEER,PEER] [--resume] [--table] [--out RECORD.json]

  --quick    300 tickets, one pass, one round: whether all works, not how fast it is; the record stays in WORK_DIR
  --only     these peers anew; the results of the others are kept
  --resume   only what WORK_DIR does not hold yet, after a run that was cut
  --table    nothing is run
  --out      benches/record/DATE-peers.json if not given

Each round of a peer on a rule set is appended to WORK_DIR/results.jsonl as it is done.
"""
import argparse
import datetime
import json
import subprocess
import sys
from pathlib import Path

import agree
import plan
import summary

HERE = Path(__file__).resolve().parent
TIMEOUT = 600  # seconds; a peer that takes longer on one run is noted as such


def command(work, peer, size, file, tickets, passes):
    data = work / "data"
    hits = [work / "hits" / f"{peer}.jsonl"] if (size, file) == ("600", "tickets") else []
    rules, texts = data / f"rules_{size}.json", data / f"{file}.jsonl"
    kind = plan.PEERS[peer].kind
    if kind == "java":
        jars = sorted((work / "lucene" / "usr" / "share" / "java").glob("lucene-*.jar"))
        jars = ":".join(map(str, [*jars, work / "lucene" / "classes"]))
        return ["java", "-XX:+UseSerialGC", "-Xmx3g", "-cp", jars, "LuceneMonitor", rules, texts, tickets, passes, 512, *hits]
    common = [rules, texts, "--n", tickets, "--runs", passes, "--train", data / "train.jsonl", *(["--hits"] * len(hits)), *hits]
    if kind == "ours":
        return [work / "peers_job", *common]
    if kind in ("python", "classifier"):
        return [sys.executable, HERE / "python" / "peers.py", peer, *common]
    return [work / "target" / "release" / "support-triage-peers", peer, *common]


def run(work, peer, size, file, tickets, passes):
    """The peer's line of JSON, or {"error": …}."""
    try:
        words = [str(word) for word in command(work, peer, size, file, tickets, passes)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT)
        return json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"error": f"over {TIMEOUT} s"}
    except OSError as error:
        return {"error": str(error)}
    except (IndexError, ValueError):
        return {"error": (done.stderr.strip().splitlines() or ["no output"])[-1][:160]}


def measure(work, results, done, job, quick):
    """The rounds of one job that are not `done`, each appended to `results`. False if the peer does not run."""
    peer, size, file, tickets, passes, rounds = job
    reference = (plan.REFERENCE, size, file, 300 if quick else plan.FULL, 1 if quick else plan.REFERENCE_PASSES)
    before = None
    for number in range(rounds):
        if (peer, size, file, number) in done:
            continue
        before = before or run(work, *reference)
        if "error" in before:
            sys.exit(f"the reference does not run: {before['error']}")
        own = run(work, peer, size, file, tickets, passes)
        after = None if "error" in own else run(work, *reference)
        if "error" in (after or {}):
            sys.exit(f"the reference does not run: {after['error']}")
        with open(results, "a") as out:
            out.write(json.dumps({"peer": peer, "patterns": size, "file": file, "round": number, "before": before, "own": own, "after": after}) + "\n")
        if "error" in own:
            print(f"left out: {peer} at {size} patterns: {own['error']}", file=sys.stderr, flush=True)
            return False
        print(f"{peer}, {size} patterns, {file}, round {number + 1}: {summary.rate(own):,.0f} tickets/s, × {summary.factor(before, own, after):.3g}", file=sys.stderr, flush=True)
        before = after
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=lambda folder: Path(folder).resolve())
    for name in ("--quick", "--resume", "--table"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--only", type=lambda names: set(names.split(",")), default=set())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if unknown := options.only - set(plan.PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(plan.PEERS)}")

    work, date = options.work, datetime.date.today().isoformat()
    results = work / ("quick.jsonl" if options.quick else "results.jsonl")
    out = options.out or (work / "quick.json" if options.quick else HERE.parent / "record" / f"{date}-peers.json")
    (work / "hits").mkdir(exist_ok=True)
    kept = summary.read(results)
    if not options.table:
        if not options.resume:
            kept = [line for line in kept if options.only and line["peer"] not in options.only]
        results.write_text("".join(json.dumps(line) + "\n" for line in kept))
        done = {(line["peer"], line["patterns"], line["file"], line["round"]) for line in kept if "error" not in line["own"]}
        if not (work / "hits" / f"{plan.REFERENCE}.jsonl").exists():
            run(work, plan.REFERENCE, "600", "tickets", 300, 1)
        absent = set()
        for job in plan.jobs(options.only, options.quick):
            peer, size, *_ = job
            # What does not run on the smallest set is not installed.
            if peer not in absent and not measure(work, results, done, job, options.quick) and size == plan.SIZES[0]:
                absent.add(peer)

    record = summary.summarise(summary.read(results), agree.read(work / "data" / "truth.json", work / "hits"), work, date)
    out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print(summary.table(record))
    print(f"\nwritten: {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
