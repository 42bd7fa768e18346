#!/bin/bash
# Puts one fault after the other into a copy of the tree, and expects what the edit names to catch it.
#   Tests/Mutants/run.sh [NAME…]        all edits of this folder, or those named
# An edit: `fault:` what is wrong; `caught:` by `seeds FIRST COUNT LAW` of the simulator or by `test FILTER`; `file:`;
# then the text that stands there exactly once between <<<< and ====, and what takes its place up to >>>>.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tree=${TROTH_MUTANTS:-$(mktemp -d)}
mkdir -p "$tree"
names=("$@")
[ $# -gt 0 ] || names=($(cd "$here" && ls -- *.edit | sed 's/\.edit$//'))

fresh() {  # a copy of the tree as it is; times are kept, so that only the fault is built anew
    rsync -a --delete --exclude .build --exclude .git --exclude .troth "$root/" "$tree/"
}

apply() {
    python3 - "$here/$1.edit" "$tree" <<'PYTHON'
import sys
head, rest = open(sys.argv[1]).read().split("<<<<\n", 1)
old, rest = rest.split("====\n", 1)
new = rest.rsplit(">>>>", 1)[0]
path = sys.argv[2] + "/" + next(l[6:] for l in head.splitlines() if l.startswith("file: "))
text = open(path).read()
sys.exit(f"{path} has the text {text.count(old)} times") if text.count(old) != 1 else None
open(path, "w").write(text.replace(old, new))
PYTHON
}

caught() {  # true where the fault is found
    read -r kind first count law <<< "$(sed -n 's/^caught: //p' "$here/$1.edit")"
    if [ "$kind" = seeds ]; then
        (cd "$tree" && swift build -c release --product troth) > "$tree/build.log" 2>&1 || return 2
        "$tree/.build/release/troth" simulate --first "$first" --seeds "$count" > "$tree/run.log" 2>&1
        grep -q "breaks $law" "$tree/run.log"
    else
        (cd "$tree" && swift build -c release --build-tests) > "$tree/build.log" 2>&1 || return 2
        ! (cd "$tree" && swift test -c release --skip-build --filter "$first") > "$tree/run.log" 2>&1
    fi
}

failed=0
for name in "${names[@]}"; do
    fresh
    apply "$name" || { failed=1; continue; }
    caught "$name"
    case $? in
        0) echo "caught    $name" ;;
        2) echo "NOT BUILT $name: $tree/build.log"; failed=1 ;;
        *) echo "NOT FOUND $name: $tree/run.log"; failed=1 ;;
    esac
done
exit $failed
