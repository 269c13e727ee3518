# Shared by the scripts of this folder: find what is needed, install what may be installed, say the rest in a sentence.
# Sourced by bash. Nothing here ever asks a question.

set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$ROOT"
PY="$ROOT/.venv/bin/python"
STAMPS="$ROOT/build/stamps"
ROOMS=(config home certificates cohorts courses accounts foundation)
mkdir -p "$STAMPS"

say() { printf '%s\n' "terrace: $*"; }
fail() {
    printf '%s\n' "terrace: $*" >&2
    exit 1
}

hash_of() { # files and folders → one hash of their names and contents
    { find "$@" -type f -not -name '*.pyc' -print0 2>/dev/null || true; } | LC_ALL=C sort -z | xargs -0 -r sha256sum |
        sha256sum | cut -d' ' -f1
}

is_fresh() { # name, hash → whether the step of that name was last done for that hash
    [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]
}

mark_fresh() { printf '%s\n' "$2" >"$STAMPS/$1"; }

# --- the system ----------------------------------------------------------------------------------------------------

is_debian() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }

as_root() { # run as root if we are or may be, without a password prompt
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 126
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \
        install --yes --quiet --no-install-recommends "$@" </dev/null
}

ensure_packages() { # Debian packages, by name
    local package missing=() log
    if ! is_debian; then
        say "this is no Debian, so these libraries are taken to be there under their names here: $*"
        return 0
    fi
    for package in "$@"; do has_package "$package" || missing+=("$package"); done
    [ "${#missing[@]}" = 0 ] && return 0
    if ! as_root true; then
        fail "missing on this system: ${missing[*]}. Please run: sudo apt-get install --yes ${missing[*]}"
    fi
    say "installing with apt: ${missing[*]}"
    log="$ROOT/build/apt.log"
    if ! apt_install "${missing[@]}" >"$log" 2>&1; then
        # The list of packages may be old or, on a bare system, not there at all.
        as_root apt-get -o Acquire::Retries=3 update --quiet </dev/null >>"$log" 2>&1 || true
        apt_install "${missing[@]}" >>"$log" 2>&1 ||
            fail "apt could not install ${missing[*]}; its words are in build/apt.log. Please install them and try again."
    fi
}

RUN_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 gettext)
# libatomic1 is for the program that drives the browser, which playwright brings along.
TEST_PACKAGES=(chromium libatomic1 ffmpeg postgresql poppler-utils qpdf fonts-noto-cjk)

# --- Python --------------------------------------------------------------------------------------------------------

find_python() { # prints the first Python that is new enough
    local name
    for name in python3 python3.11 python3.12 python3.13 python; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$name" -c 'import sys; print(sys.executable)'
            return 0
        fi
    done
    return 1
}

require_tools() {
    local tool
    for tool in git make; do
        command -v "$tool" >/dev/null || fail "$tool is missing. Please install it (on Debian: apt-get install $tool)."
    done
    PYTHON="$(find_python)" ||
        fail "Python 3.11 or newer is missing. Please install it (on Debian 12 or newer: apt-get install python3)."
}

make_environment() { # an empty .venv, with pip in it unless uv is there
    say "making .venv with $PYTHON"
    rm -rf .venv
    if command -v uv >/dev/null && uv venv --quiet --python "$PYTHON" .venv 2>build/uv.log; then
        return 0
    fi
    rm -rf .venv
    if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian ships the module apart, once for each version of Python.
        ensure_packages "$("$PYTHON" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    fi
    "$PYTHON" -m venv .venv || fail "Python could not make .venv; its words are above."
}

install_requirements() { # file
    if command -v uv >/dev/null &&
        uv pip install --quiet --python "$PY" --require-hashes -r "$1" 2>build/uv.log; then
        return 0
    fi
    if ! "$PY" -m pip --version >/dev/null 2>&1; then
        "$PY" -m ensurepip --upgrade >/dev/null 2>&1 || ensure_pip_by_new_environment
    fi
    "$PY" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1" ||
        fail "the packages of $1 could not be installed; pip's words are above."
}

ensure_pip_by_new_environment() { # a .venv that uv made holds no pip
    local path="$PATH"
    PATH="$(printf '%s' "$path" | tr ':' '\n' | while read -r folder; do [ -x "$folder/uv" ] || printf '%s:' "$folder"; done)"
    make_environment
    PATH="$path"
}

ensure_environment() { # requirements file: bring .venv to it, if it is not
    local wanted recorded=".venv/terrace-$1.sha256"
    wanted="$(sha256sum "$1" | cut -d' ' -f1)"
    if [ -x "$PY" ] && "$PY" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        [ -f "$recorded" ] && [ "$(cat "$recorded")" = "$wanted" ] && return 0
    else
        make_environment
    fi
    say "installing the locked packages of $1 (a minute or two the first time)"
    install_requirements "$1"
    printf '%s\n' "$wanted" >"$recorded"
    # The development set holds the other one whole.
    if [ "$1" = requirements-dev.txt ]; then
        sha256sum requirements.txt | cut -d' ' -f1 >.venv/terrace-requirements.txt.sha256
    fi
}

# --- what is made from the sources ---------------------------------------------------------------------------------

ensure_messages() { # compile each catalogue whose text is newer
    local catalogue compiled
    for catalogue in locale/*/LC_MESSAGES/*.po locale/admin/*/LC_MESSAGES/*.po; do
        [ -e "$catalogue" ] || continue
        compiled="${catalogue%.po}.mo"
        [ "$compiled" -nt "$catalogue" ] && continue
        msgfmt --check-format --output-file="$compiled" "$catalogue" || fail "the catalogue $catalogue has an error."
    done
}

ensure_static_files() { # gathers and compresses, 20 seconds of processor time: only when something changed
    local wanted
    wanted="$(hash_of static "${ROOMS[@]/%//static}" requirements.txt config/settings/base.py foundation/scripts.py)"
    is_fresh static "$wanted" && [ -f build/static/staticfiles.json ] && return 0
    say "gathering and compressing static files"
    # static/fonts is for PDFs only: no page asks for it, and compressing 20 MB of fonts takes minutes.
    "$PY" manage.py collectstatic --no-input --clear --ignore 'fonts/*' --verbosity 0 || fail "static files could not be gathered."
    mark_fresh static "$wanted"
}

# --- serving -------------------------------------------------------------------------------------------------------

serve() { # arguments of serve.py; ends this script
    local group foreground
    read -r _ _ _ _ group _ _ foreground _ <"/proc/$$/stat" 2>/dev/null || true
    if [ -t 0 ] && [ "${group:-0}" = "${foreground:-1}" ]; then
        # At a terminal the server gets a process group of its own: Ctrl-C reaches it alone, it stops everything in
        # order, and make sees a success instead of an interruption.
        set -m
        "$PY" deploy/bin/serve.py --with-parent "$@"
        exit
    fi
    exec "$PY" deploy/bin/serve.py "$@"
}
