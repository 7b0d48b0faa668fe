# What the scripts in this folder share. Sourced, never run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${FAKEGW_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/fakegw}
export FAKEGW_CACHE=$cache
quiet=${quiet:-no}

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' red='' plain=''
fi

# Progress goes to standard error, so that standard output holds results only.
say() {
    if [[ $quiet == no ]]; then
        printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2
    fi
}

fail() {
    printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# Prints the comment at the top of the calling script: its documentation is its help.
print_help() {
    sed -n '2,/^[^#]/ { /^#/ { s/^# \{0,1\}//; p; }; }' "$0"
}

reject_argument() {
    printf '%serror:%s %s: unknown argument %s (see --help)\n' \
        "$red" "$plain" "$(basename "$0")" "'$1'" >&2
    exit 2
}

# Builds fakegw as users run it, optimized and with Swift's libraries inside, and prints its path.
build_release() {
    local build=(swift build --package-path "$root" -c release --static-swift-stdlib)
    "${build[@]}" --product fakegw >&2 || return
    printf '%s/fakegw\n' "$("${build[@]}" --show-bin-path)"
}

# Runs bundled scenarios against the real clients with the given fakegw and leaves the verdicts in the
# given JUnit file. A run that tried nothing must not pass for success.
bundled=(Scenarios)
run_scenarios() {
    local fakegw=$1 results=$2
    shift 2
    # Most of a scenario is waiting for a client to give up, so more run than there are processors.
    (cd "$root" && "$fakegw" run "${bundled[@]}" --jobs $((2 * $(nproc))) --junit "$results" "$@") || return
    grep -q '<testcase' "$results" 2>/dev/null ||
        fail "'fakegw run' reported success without the verdict of a single scenario"
}
