# shellcheck shell=bash
# What ops/backup and ops/restore share: which database, and where Postgres' programs are.

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

usage() {
    fail "usage: $1"
}

data_directory() {
    realpath -m "${CARTWRIGHT_DATA_DIR:-./data}"
}

# Where no DATABASE_URL says which database, begins anew with that of the data directory's own Postgres, which runs for as long.
with_database() {
    local cartwright
    [[ -z ${DATABASE_URL:-} ]] || return 0
    cartwright=$(own_program)
    exec "$cartwright" database -- "$@"
}

# Cartwright's own program: the one that is installed, or else was built here.
own_program() {
    local found
    for found in "$(type -P cartwright)" "$ops"/../target/{release,debug}/cartwright; do
        if [[ -x $found ]]; then
            echo "$found"
            return
        fi
    done
    fail "No program cartwright is in PATH, and without DATABASE_URL it has to start its Postgres."
}

# A program of Postgres, of the newest version that is installed: an older one cannot read a newer server.
program() {
    local found
    if [[ -n ${CARTWRIGHT_PG_BIN:-} && -x $CARTWRIGHT_PG_BIN/$1 ]]; then
        echo "$CARTWRIGHT_PG_BIN/$1"
        return
    fi
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/"$1" | sort -rV | head -n 1)
    if [[ -x $found ]]; then
        echo "$found"
    else
        command -v "$1" || fail "$1 is missing. On Debian: apt-get install postgresql-client"
    fi
}
