#!/usr/bin/env bash
# Instructions that two commits need for the same work, counted by callgrind: the same on a busy machine as on an idle one.
# usage: scripts/instructions.sh OLD [NEW]        (NEW is HEAD if not given; needs valgrind)
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
trap 'for side in old new; do git worktree remove --force "$work/$side" 2>/dev/null || true; done; rm -rf "$work"' EXIT

count() { # side, what is done, function that is counted
  valgrind --tool=callgrind --callgrind-out-file="$work/out" ${3:+--toggle-collect="$3"} "$work/$1.bin" "$2" 2>&1 |
    sed -n 's/.*Collected : *//p; s/.*refs: *//p' | head -1 | tr -d ','
}

for side in old new; do
  [ $side = old ] && commit=$1 || commit=${2:-HEAD}
  git worktree add --quiet --detach "$work/$side" "$commit"
  # A commit from before this bench borrows it.
  if [ ! -e "$work/$side/benches/instructions.rs" ]; then
    cp benches/instructions.rs "$work/$side/benches/"
    printf '\n[[bench]]\nname = "instructions"\nharness = false\n' >>"$work/$side/Cargo.toml"
  fi
  (cd "$work/$side" && CARGO_TARGET_DIR="$work/target-$side" cargo bench --quiet --no-run --bench instructions)
  cp "$(find "$work/target-$side/release/deps" -name 'instructions-*' -executable -type f | head -1)" "$work/$side.bin"
done

printf '%-10s %16s %16s %8s\n' work "$(git rev-parse --short "$1")" "$(git rev-parse --short "${2:-HEAD}")" ratio
for work_item in start classify:counted rules:counted; do
  what=${work_item%%:*}
  function=$([ "$work_item" = "$what" ] || echo "*${work_item#*:}*")
  old=$(count old "$what" "$function") new=$(count new "$what" "$function")
  printf '%-10s %16s %16s %8s\n' "$what" "$old" "$new" "$(awk "BEGIN { printf \"%.3f\", $new / $old }")"
done
