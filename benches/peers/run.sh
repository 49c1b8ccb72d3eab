#!/usr/bin/env bash
# What people would use instead, on the same work: installs the peers, makes the workload, runs all of them and ours, prints the table, writes the record.
# usage: benches/peers/run.sh [--quick] [--only PEER,PEER] [--resume] [--table] [--out RECORD.json]     (see measure.py)
# BENCH_WORK is the folder for everything generated and built; target/peers if not set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${BENCH_WORK:-$here/../../target/peers}
"$here/install.sh" "$work"
exec "$work/venv/bin/python" "$here/measure.py" "$work" "$@"
