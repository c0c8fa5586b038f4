# shellcheck shell=bash
# What bin/run and bin/test share: finding what is needed, and installing it where that is possible.

say() {
    printf '%s\n' "$*" >&2
}

# Cargo, npm and Chromium all want a home; bash knows it even where the variable is missing (cron, some CI).
need_home() {
    export HOME=${HOME:-~}
}

need_cargo() {
    # A shell that was opened before rustup was installed does not have it on its PATH yet.
    if ! command -v cargo >/dev/null && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
        PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    fi
    command -v cargo >/dev/null && return
    say "Rust is missing. Install it as https://rustup.rs says:"
    say "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    return 1
}

# jemalloc is built from its C sources.
need_build_tools() {
    if ! command -v cc >/dev/null || ! command -v make >/dev/null; then
        install_packages gcc libc6-dev make
    fi
}

# Prints the directory of a complete Postgres server, chosen as Cartwright itself would: CARTWRIGHT_PG_BIN, the PATH,
# then Debian's, newest first. A lone `postgres` or `psql` on the PATH is none.
postgres_bin() {
    local dir dirs=()
    if [[ -n ${CARTWRIGHT_PG_BIN:-} ]]; then
        dirs=("$CARTWRIGHT_PG_BIN")
    else
        mapfile -t dirs < <(tr : '\n' <<<"$PATH"; printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV)
    fi
    for dir in "${dirs[@]}"; do
        if [[ -x $dir/initdb && -x $dir/postgres && -x $dir/pg_ctl ]] && "$dir/postgres" --version &>/dev/null; then
            dirname "$(readlink -f "$dir/postgres")"
            return
        fi
    done
    return 1
}

# Installs Debian packages if we may; else says what somebody who may has to type.
install_packages() {
    local sudo=()
    if ! command -v apt-get >/dev/null; then
        say "Please install what Debian calls: $*"
        return 1
    fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! sudo -n true &>/dev/null; then
            say "Please install what is missing:  sudo apt-get install $*"
            return 1
        fi
        sudo=(sudo -n)
    fi
    say "Installing $* …"
    # A fresh image has no package lists.
    ${sudo[@]+"${sudo[@]}"} apt-get update -qq >&2
    ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Where cargo builds to, as an absolute path.
target_dir() {
    realpath -m "${CARGO_TARGET_DIR:-target}"
}
