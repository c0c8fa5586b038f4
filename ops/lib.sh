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

# The database that Cartwright would use with the same environment.
database_url() {
    local run
    if [[ -n ${DATABASE_URL:-} ]]; then
        echo "$DATABASE_URL"
        return
    fi
    run=$(realpath -m "${CARTWRIGHT_DATA_DIR:-./data}")/run
    [[ -d $run ]] || fail "No DATABASE_URL, and no Postgres in $run. Start Cartwright, or set DATABASE_URL or CARTWRIGHT_DATA_DIR."
    echo "postgres://cartwright@localhost/cartwright?host=${run//\//%2F}&sslmode=disable"
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
