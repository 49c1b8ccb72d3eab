"""From the runs to one record and one table."""
import json
import os
import platform
import re
import statistics
import subprocess
from pathlib import Path

import plan

HERE = Path(__file__).resolve().parent


def read(results):
    """The lines of a results file; a last one cut short by a kill is left out."""
    lines = results.read_text().splitlines() if results.exists() else []
    whole = []
    for line in lines:
        try:
            whole.append(json.loads(line))
        except ValueError:
            pass
    return whole


def rate(run):
    """Tickets a second, the median over the passes."""
    return run["n"] / statistics.median(run["runs"])


def speed(run):
    """Bytes a second: what factors are made of, since a slow peer does fewer tickets."""
    return run["bytes"] / statistics.median(run["runs"])


def factor(before, own, after):
    return 2 * speed(own) / (speed(before) + speed(after))


def cell(runs, factors):
    return {
        "tickets": runs[0]["n"],
        "tickets_per_s": round(statistics.median(map(rate, runs)), 1),
        "mb_per_s": round(statistics.median(map(speed, runs)) / 1e6, 3),
        "factor": float(f"{statistics.median(factors):.3g}"),
        "rounds": len(runs),
        "spread": [float(f"{edge:.3g}") for edge in (min(factors), max(factors))],
        "load_s": round(statistics.median(run["load_s"] for run in runs), 4),
        "rss_mb": round(max(run["rss_mb"] for run in runs), 1),
    }


def summarise(lines, agreements, work, date):
    """The record: the machine, the workload, and of each peer what was measured at each number of patterns."""
    peers = {}
    for name, peer in plan.PEERS.items():
        entry = {"label": peer.label, "kind": peer.kind}
        for size, file in [*((size, "tickets") for size in plan.SIZES), ("600", "long")]:
            key = size if file == "tickets" else "long"
            here = [line for line in lines if (line["patterns"], line["file"]) == (size, file)]
            if name == plan.REFERENCE:
                # One run is often the end of a round and the beginning of the next.
                runs = list({str(run): run for line in here for run in (line["before"], line["after"]) if run and "error" not in run}.values())
                factors = [factor(line["before"], line["after"], line["before"]) for line in here if line["after"]]
                if runs:
                    entry[key] = cell(runs, factors or [1.0]) | {"factor": 1.0}
                continue
            mine = [line for line in here if line["peer"] == name]
            good = [line for line in mine if "error" not in line["own"]]
            if good:
                entry[key] = cell([line["own"] for line in good], [factor(line["before"], line["own"], line["after"]) for line in good])
                if "topic_accuracy" in good[0]["own"]:
                    entry["topic_accuracy"] = round(good[0]["own"]["topic_accuracy"], 4)
            elif mine:
                entry[key] = {"error": mine[0]["own"]["error"]}
            elif isinstance(peer.sizes.get(key), str):
                entry[key] = {"error": f"not tried: {peer.sizes[key]}"}
        if peer.kind != "limit" and name in agreements:
            entry["agreement"] = agreements[name]
        if len(entry) > 2:
            peers[name] = entry
    return {"machine": machine(date), "versions": versions(work), "workload": workload(work), "peers": peers}


def output(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, cwd=HERE)
        return (done.stdout or done.stderr).splitlines()[0].strip()
    except (OSError, IndexError):
        return None


def machine(date):
    information = {key: Path(f"/proc/{key}").read_text() if Path(f"/proc/{key}").exists() else "" for key in ("cpuinfo", "meminfo")}
    model, memory = re.search(r"model name\s*: (.*)", information["cpuinfo"]), re.search(r"MemTotal:\s+(\d+)", information["meminfo"])
    return {
        "date": date,
        "commit": output("git", "rev-parse", "--short=12", "HEAD"),
        "cpu": model[1] if model else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory[1]) / 2**20, 1) if memory else None,
        "system": f"{platform.system()} {platform.machine()}",
        "load_average": round(os.getloadavg()[0], 2),
        "rustc": output("rustc", "--version"),
        "python": platform.python_version(),
        "java": output("java", "-version"),
    }


def versions(work):
    crates = re.findall(r'name = "(.*)"\nversion = "(.*)"', (HERE / "rust" / "Cargo.lock").read_text())
    direct = re.search(r"\[dependencies\]\n(.*?)\n\n", (HERE / "rust" / "Cargo.toml").read_text(), re.S)[1]
    names = {line.split()[0] for line in direct.splitlines()}
    packages = [line.split("==") for line in (HERE / "python" / "requirements.txt").read_text().split()]
    lucene = next((work / "lucene").glob("usr/share/java/lucene-core-*.jar"), None)
    return {
        "crates": {name: version for name, version in crates if name in names},
        "pypi": dict(packages),
        "libhyperscan": output("dpkg-query", "-W", "-f", "${Version}", "libhyperscan5"),
        "lucene": lucene and lucene.stem.removeprefix("lucene-core-"),
    }


def workload(work):
    result = {"patterns": {}}
    for size in plan.SIZES:
        result["patterns"][size] = len(json.loads((work / "data" / f"rules_{size}.json").read_text("utf-8"))["rules"])
    for name in ("tickets", "long"):
        with open(work / "data" / f"{name}.jsonl", encoding="utf-8") as file:
            lengths = [len(json.loads(line)["text"].encode()) for line in file]
        result[name] = {"count": len(lengths), "mean_bytes": round(statistics.mean(lengths))}
    return result


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(value):
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def table(record):
    """Markdown; the reference first, then ours."""
    rows = ["| | 600 patterns: tickets/s | MB/s | × | 6,000: tickets/s | × | 60,000: tickets/s | × | load s | peak MB | precision | recall |", "|---|" + "--:|" * 11]
    left_out = {}
    for entry in record["peers"].values():
        cells, last = [], None
        for size in plan.SIZES:
            here = entry.get(size, {})
            if "factor" in here:
                last = (size, here)
                cells += [number(here["tickets_per_s"])] + [number(here["mb_per_s"])] * (size == "600") + [ratio(here["factor"])]
            else:
                cells += ["–"] * (3 if size == "600" else 2)
                if "error" in here:
                    left_out.setdefault((entry["label"], here["error"].removeprefix("not tried: ")), []).append(f"{int(size):,}")
        if not last:
            continue
        # Of the largest set it could do.
        note = "" if last[0] == plan.SIZES[-1] or entry["kind"] in ("limit", "classifier") else f" ({int(last[0]):,})"
        cells += [number(last[1]["load_s"]) + note, number(last[1]["rss_mb"]) + note]
        agreement = entry.get("agreement")
        if agreement:
            cells += [f"{agreement['lexeme_precision']:.3f}", f"{agreement['lexeme_recall']:.3f}"]
        else:
            cells += [f"topic {entry['topic_accuracy']:.2f}" if "topic_accuracy" in entry else "", ""]
        label = f"**{entry['label']}**" if entry["kind"] == "ours" else entry["label"]
        rows.append("| " + " | ".join([label, *cells]) + " |")
    rows += ["", "Load and memory at 60,000 patterns unless noted; precision and recall against lexemes, 300 tickets at 600 patterns."]
    long = [f"{entry['label']} {number(entry['long']['mb_per_s'])} (×{ratio(entry['long']['factor'])})" for entry in record["peers"].values() if "factor" in entry.get("long", {})]
    if long:
        rows.append("Tickets of 100 KB, 600 patterns, MB/s: " + "; ".join(long) + ".")
    reasons = [f"{label} at {' and '.join(sizes)} ({reason})" for (label, reason), sizes in left_out.items()]
    if reasons:
        rows.append(f"Not measured: {'; '.join(reasons)}.")
    return "\n".join(rows)
