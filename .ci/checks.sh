#!/usr/bin/env bash
# Rules about the tree that no compiler knows. Each looks at tracked files only, and names the lines that break it.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0

# complain WHY LINES: does nothing if there are no lines.
complain() {
  if [ -n "$2" ]; then
    printf '%s:\n%s\n\n' "$1" "$2" >&2
    failed=1
  fi
}

# matches GIT-GREP-ARGUMENTS…: git grep, for which finding nothing is no failure.
matches() {
  local code=0
  git grep -nI -E "$@" || code=$?
  [ "$code" -le 1 ]
}

found=$(matches '\bswc_' -- 'src/*.rs' 'transforms/*.rs' ':!transforms/src/syntax/*')
complain 'swc stays in transforms/src/syntax' "$found"

found=$(matches '\bfs::|\bstd::(fs|env|net|process)\b' -- 'transforms/src/*.rs')
complain 'transforms is pure: it sees no files, environment, network or processes' "$found"

# Unit tests may write; they stand at the end of a file or in a tests.rs.
found=$(git ls-files -z 'src/*.rs' ':!src/apply/*' ':!src/*tests.rs' | xargs -0 awk '
  FNR == 1 { tests = 0; attribute = 0 }
  attribute && /^mod .*\{/ { tests = 1 }
  { attribute = /^#\[cfg\(test\)\]/ }
  !tests && /fs::(write|rename|copy|remove_|create_dir|hard_link|set_permissions)|File::(create|options)|OpenOptions|tempfile::/ {
    print FILENAME ":" FNR ":" $0
  }')
complain 'only src/apply writes to disk' "$found"

# A path of a machine, but not the end of a longer path or URL.
found=$(matches '(^|[^A-Za-z0-9_.})/-])/(work|root|home|Users)/[A-Za-z0-9_.]')
complain 'a path of some machine' "$found"

found=$(matches '"resolved": *"' -- '*package-lock.json')
complain 'npm lock files name no registry (omit-lockfile-registry-resolved=true in .npmrc)' "$found"

if [ -f README.md ]; then
  commands=$(awk '/^```/ { shell = !shell && /^```(sh|bash|shell|console)$/; next } shell' README.md |
    sed -E 's/^\$ //; s/ +#.*//; /^(#.*)?$/d' | sed 2q)
  expected=$'cargo run --release -- examples/storefront\ncargo test'
  if [ "$commands" != "$expected" ]; then
    complain 'the first two commands of README.md must show the example and run the tests; they are' "${commands:-none}"
  fi
fi

if [ "$failed" -eq 0 ]; then echo 'The tree keeps its rules.'; fi
exit "$failed"
