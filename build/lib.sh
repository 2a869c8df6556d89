# Shared by the scripts of build/: sourced, never run. Bash 3.2 is enough (macOS).

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# Writing must not end a script whose reader has gone.
say() { printf '%s\n' "$*" >&2 || true; }
die() { say "${0##*/}: $*"; exit 1; }

# Prints the folder of PostgreSQL's server binaries, newest first unless a major version is asked for.
# WOFLO_PG_BINDIR names it where it stands somewhere unusual.
pg_bindir() {
  local major=${1:-} dir found
  found=$(pg_config --bindir 2>/dev/null || true
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/lib/postgresql*/bin /usr/libexec/postgresql* \
      /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /Applications/Postgres.app/Contents/Versions/*/bin \
      /usr/local/pgsql/bin | sort -Vr
    dirname -- "$(command -v initdb || echo /nowhere/initdb)")
  while IFS= read -r dir; do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] || continue
    if [ -n "$major" ]; then
      case "$("$dir/postgres" --version) " in *" $major "* | *" $major".*) ;; *) continue ;; esac
    fi
    printf '%s\n' "${dir%/}"
    return
  done <<<"${WOFLO_PG_BINDIR:-$found}"
}
