#!/usr/bin/env bash
# Ours and the reference on the first 150 tickets of the workload: that the comparison still builds, runs and finds what it must. Needs Rust and Python, installs nothing.
# usage: benches/peers/check.sh     (CARGO="…" for another cargo)
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo=${CARGO:-cargo}
here=benches/peers work=target/peers
$cargo build --quiet --release --locked --example peers_job
CARGO_TARGET_DIR=$work/target $cargo build --quiet --release --locked --manifest-path "$here/rust/Cargo.toml"
rm -rf "$work/check" && mkdir -p "$work/check"
files=("$here/sample/rules.json" "$here/sample/tickets.jsonl" --runs 1)
target/release/examples/peers_job "${files[@]}" --hits "$work/check/support_triage.jsonl" >/dev/null
for peer in stem_ac stem_daachorse stem_trie_memo regex_set; do
    "$work/target/release/support-triage-peers" "$peer" "${files[@]}" --hits "$work/check/$peer.jsonl" >/dev/null
done
python3 "$here/agree.py" "$here/sample/truth.json" "$work/check" --floors "$here/sample/floors.json"
