#!/usr/bin/env bash
# Makes .venv what the locks say, unless it is that already. Called by make with the Python to use.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${1:-python3}
stamp=.venv/.stamp
members=$(sed -n 's/^-e //p' requirements-members.txt)
wanted=$(for member in $members; do cat "$member/pyproject.toml"; done |
  cat requirements.lock requirements-members.txt - | cksum)

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

show_progress() { # of pip's many lines, how far it is
  awk -v all="$1" '
    /^(Collecting|Requirement already) / { if (++n % 20 == 0 || n == all) print "      " n " of " all }
    /^Installing collected/ { print "      unpacking" }
    { fflush() }'
}

made_here= # programs in .venv name the folder that they were made in
if [ -f "$stamp" ] && [ -x .venv/bin/python ]; then
  { read -r made_of && read -r made_in; } <"$stamp" || true
  if [ "${made_in:-}" = "$PWD" ]; then made_here=yes; fi
  if [ -n "$made_here" ] && [ "$made_of" = "$wanted" ]; then exit 0; fi
fi

command -v "$python" >/dev/null ||
  fail "Madoguchi needs Python 3.11 or newer, and there is no $python on this machine." \
    "Install it (Debian, Ubuntu: python3 and python3-venv), or name it: make setup PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Madoguchi needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." \
    "Install a newer one, or name it: make setup PYTHON=python3.12"

rm -f "$stamp"
if [ -z "$made_here" ]; then
  echo "[1/3] making .venv with $("$python" -V 2>&1)"
  "$python" -m venv --clear .venv ||
    fail "Python could not make a virtual environment." \
      "On Debian and Ubuntu install the package python3-venv, then run make setup again."
else
  echo "[1/3] bringing .venv up to date"
fi

pip_install=(.venv/bin/python -m pip --disable-pip-version-check install)
libraries=$(grep -c '^[a-z]' requirements.lock)
echo "[2/3] installing $libraries locked libraries (the first time takes a minute or two)"
"${pip_install[@]}" --require-hashes -r requirements.lock | show_progress "$libraries"

echo "[3/3] linking the members of the workspace"
"${pip_install[@]}" --quiet --no-deps --no-build-isolation -r requirements-members.txt
printf '%s\n' "$wanted" "$PWD" >"$stamp"
echo "ready"
