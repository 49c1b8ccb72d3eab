#!/usr/bin/env bash
# Installs and builds what the peers need, into one folder. What cannot be had is named in one line and left out.
# usage: benches/peers/install.sh WORK_DIR     (Debian packages as root only; CARGO="…" for another cargo)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mkdir -p "$1" && cd "$1" && pwd)
cargo=${CARGO:-cargo}
left_out() { echo "left out: $*" >&2; }

# Installs Debian packages, if we may.
debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    apt-get -qq update >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1
}

python_peers() {
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv" || { debian python3-venv && python3 -m venv "$work/venv"; }
    cmp -s "$here/python/requirements.txt" "$work/venv/installed.txt" && return
    if ! "$work/venv/bin/pip" install -q -r "$here/python/requirements.txt" >"$work/pip.log" 2>&1; then
        # One that has no build for this Python must not take the others with it.
        while read -r package; do
            "$work/venv/bin/pip" install -q "$package" >>"$work/pip.log" 2>&1 || left_out "$package (see $work/pip.log)"
        done <"$here/python/requirements.txt"
    fi
    cp "$here/python/requirements.txt" "$work/venv/installed.txt"
}

workload() {
    local python="$work/venv/bin/python"
    "$python" -c 'import pymorphy3, Stemmer' 2>/dev/null || { echo "pymorphy3 and PyStemmer are needed to make the workload; see $work/pip.log" >&2; return 1; }
    [ -s "$work/data/long.jsonl" ] || "$python" "$here/workload/generate.py" "$work/data"
    (cd "$work/data" && sha256sum --quiet --check "$here/workload/SHA256SUMS") || echo "not the workload of the records: figures are not comparable" >&2
    [ -s "$work/data/truth.json" ] || "$python" "$here/truth.py" "$work/data/rules_600.json" "$work/data/tickets.jsonl" "$work/data/truth.json"
}

rust_peers() {
    local features=()
    if [ -e /usr/include/hs/hs.h ] || debian libhyperscan-dev; then features=(--features hyperscan); else left_out "Hyperscan: no libhyperscan-dev"; fi
    CARGO_TARGET_DIR="$work/target" $cargo build --quiet --release --locked --manifest-path "$here/rust/Cargo.toml" "${features[@]}"
}

ours() {
    (cd "$here/../.." && CARGO_TARGET_DIR="${OURS_TARGET:-$PWD/target}" $cargo build --quiet --release --locked --example peers_job)
    cp "${OURS_TARGET:-$here/../../target}/release/examples/peers_job" "$work/peers_job"
}

# Debian has Lucene's jars but for the monitor, which is compiled from Debian's source package.
lucene() {
    local to="$work/lucene"
    [ -e "$to/classes/LuceneMonitor.class" ] && [ ! "$here/java/LuceneMonitor.java" -nt "$to/classes/LuceneMonitor.class" ] && return
    command -v javac >/dev/null || debian default-jdk-headless || return 1
    command -v dpkg-source >/dev/null || debian dpkg-dev || return 1
    mkdir -p "$to/lists/partial" "$to/classes" && cd "$to" || return 1
    if ! ls lucene-*/monitor >/dev/null 2>&1; then
        apt-get -qq download liblucene8-java || return 1
        dpkg -x liblucene8-java_*.deb . || return 1
        if [ -e /etc/apt/sources.list.d/debian.sources ]; then
            sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >src.sources
        else
            sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >src.list
        fi
        local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$(ls "$to"/src.*)" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$to/lists" -o APT::Sandbox::User=root)
        "${apt[@]}" update || return 1
        "${apt[@]}" source --download-only lucene8 || true # fails on checking a signature where no keyring of developers is; the file is there
        tar xf lucene8_*.orig.tar.xz --wildcards '*/monitor/src/java/*' || return 1
    fi
    javac -nowarn -d classes -cp "$(ls usr/share/java/lucene-{core,memory,analyzers-common}-8*.jar | paste -sd:)" \
        $(find . -path '*/monitor/src/java/*.java') "$here/java/LuceneMonitor.java"
}

python_peers
workload
rust_peers
ours
(lucene) >"$work/lucene.log" 2>&1 || left_out "Lucene Monitor (see $work/lucene.log)"
