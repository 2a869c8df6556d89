# Shared by the scripts of build/: sourced, never run. Bash 3.2 is enough (macOS).
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# Writing must not end a script whose reader has gone.
say() { printf '%s\n' "$*" >&2 || true; }
die() { say "${0##*/}: $*"; exit 1; }

# --- Processes ------------------------------------------------------------------------------------------------------

# A slim image has no ps.
args_of() { if [ -d /proc/self ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -o args= -p "$1"; fi 2>/dev/null || true; }

group_lives() { # GROUP; a zombie does not count: some containers have nobody to reap it
  local file stat fields
  if [ ! -d /proc/self ]; then kill -0 -- "-$1" 2>/dev/null; return; fi
  for file in /proc/[0-9]*/stat; do
    { IFS= read -r stat <"$file"; } 2>/dev/null || continue
    # After the name in parentheses: state, parent, group.
    read -r -a fields <<<"${stat##*) }"
    if [ "${fields[2]}" = "$1" ] && [ "${fields[0]}" != Z ]; then return 0; fi
  done
  return 1
}

# Runs a command in a session of its own, hands one TERM on when we are interrupted, and leaves nothing of it behind.
child='' interrupted=''
run() {
  local rc=0 guard=()
  if command -v setpriv >/dev/null && setpriv --pdeathsig TERM true 2>/dev/null; then guard=(setpriv --pdeathsig TERM); fi
  if command -v setsid >/dev/null; then guard+=(setsid)
  elif command -v perl >/dev/null; then guard+=(perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV')
  fi
  interrupted=''
  trap 'on_signal 130' INT
  trap 'on_signal 143' TERM
  trap 'on_signal 129' HUP
  # 7 to 9 are descriptors of these scripts: a pipe to build/postgres held by a child would keep the server alive.
  (trap - INT QUIT; exec ${guard[@]+"${guard[@]}"} "$@") 7<&- 8>&- 9>&- &
  child=$!
  while [ -z "$interrupted" ]; do
    rc=0
    wait "$child" || rc=$?
    kill -0 "$child" 2>/dev/null || break
  done
  end_group
  trap - INT TERM HUP
  [ -z "$interrupted" ] || exit "$interrupted"
  return "$rc"
}
on_signal() {
  if [ -n "$interrupted" ]; then kill -KILL -- "-$child" 2>/dev/null || true; return; fi
  interrupted=$1
  kill -TERM "$child" 2>/dev/null || true
}
end_group() { # the child first, in its own time; then whatever it left
  for _ in $(seq 200); do kill -0 "$child" 2>/dev/null || break; sleep 0.1; done
  group_lives "$child" || return 0
  kill -TERM -- "-$child" 2>/dev/null || true
  for _ in $(seq 100); do group_lives "$child" || return 0; sleep 0.1; done
  kill -KILL -- "-$child" 2>/dev/null || true
}

# --- .NET -----------------------------------------------------------------------------------------------------------

has_sdk() { "$1" --list-sdks 2>/dev/null | grep -q '^10\.'; }

ensure_dotnet() {
  local dir
  [ ! -e /etc/alpine-release ] || die "Alpine is not supported: the solver (OR-Tools) has no build for musl. Use a glibc system, or build/Dockerfile."
  # No build server or compiler of ours outlives its command.
  export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 # libicu is not always there
  if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-/}" ]; then
    export HOME=$root/.woflo/home
    mkdir -p "$HOME"
  fi
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) rid=linux-x64 ;;
    Linux-aarch64 | Linux-arm64) rid=linux-arm64 ;;
    Darwin-arm64) rid=osx-arm64 ;;
    Darwin-x86_64) rid=osx-x64 ;;
    *) die "no OR-Tools build for $(uname -s) on $(uname -m); use Linux or macOS on x64 or arm64" ;;
  esac
  if [ "$rid" != linux-x64 ]; then
    # The lock files in git are bound to linux-x64; elsewhere they are written where git ignores them.
    export WofloRuntime=$rid NuGetLockFilePath=obj/packages.lock.json
  fi
  if command -v dotnet >/dev/null && has_sdk dotnet; then return; fi
  for dir in ${DOTNET_ROOT:+"$DOTNET_ROOT"} "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/lib64/dotnet /usr/local/share/dotnet /opt/homebrew/opt/dotnet/libexec; do
    if [ -x "$dir/dotnet" ] && has_sdk "$dir/dotnet"; then
      export DOTNET_ROOT=$dir PATH=$dir:$PATH
      return
    fi
  done
  die ".NET SDK 10 is missing. Install it and try again:
  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0     (into ~/.dotnet, no root needed)
  or your system's package: dotnet-sdk-10.0 (Ubuntu, Fedora), brew install dotnet@10; https://dotnet.microsoft.com/download/dotnet/10.0"
}

sources() { # the files a build depends on, and their number, so that a deleted one counts
  (cd "$root" && find src db tests bench ./*.props ./*.sln global.json .editorconfig BannedSymbols.txt \
    \( -name bin -o -name obj -o -name TestResults \) -prune -o -type f "$@" -print 2>/dev/null) || true
}

program() { printf %s "$root/src/$1/bin/Release/net10.0/$rid/$2.dll"; } # PROJECT DLL: where the built program is

# build_solution [programs]: the whole, or Worker and Cli only. Where nothing changed it takes no time at all.
build_solution() {
  local what=Woflo.sln stamp=$root/.woflo/built back=$PWD list
  if [ "${1:-}" = programs ]; then what=build/programs.slnf stamp=$root/.woflo/built-programs; fi
  mkdir -p "$root/.woflo"
  exec 9>"$root/.woflo/build.lock"
  if command -v flock >/dev/null; then flock 9; fi
  list=$(sources | LC_ALL=C sort | cksum)
  if [ ! -f "$(program Worker Woflo.Worker)" ] || [ ! -f "$(program Cli woflo)" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$list" ] || [ -n "$(sources -newer "$stamp")" ]; then
    say "Building ${what##*/} (a minute or two the first time) ..."
    # Dated before the build, so that what is edited meanwhile is built next time.
    printf '%s\n' "$list" >"$stamp.new"
    cd "$root" || exit # where global.json is
    run dotnet build "$what" -c Release -v q --nologo --disable-build-servers -nodeReuse:false >"$root/.woflo/build.log" 2>&1 || {
      cat "$root/.woflo/build.log" >&2 || true
      die "the build failed"
    }
    cd "$back" || exit
    mv -f "$stamp.new" "$stamp"
    [ "$what" != Woflo.sln ] || cp -p "$stamp" "$root/.woflo/built-programs"
  fi
  exec 9>&-
}

# become_program PROJECT DLL ARGS...: builds where needed, then becomes the program, so that signals reach it.
become_program() {
  local project=$1 dll=$2
  shift 2
  ensure_dotnet
  build_solution programs
  exec dotnet "$(program "$project" "$dll")" "$@"
}

# --- PostgreSQL -----------------------------------------------------------------------------------------------------

# Prints the folder of the server's binaries, newest first unless a major version is asked for.
# WOFLO_PG_BINDIR names it where it stands somewhere unusual.
pg_bindir() { # MAJOR or ""
  local major=$1 dir found
  found=$(pg_config --bindir 2>/dev/null || true
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/lib/postgresql*/bin /usr/libexec/postgresql* \
      /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /Applications/Postgres.app/Contents/Versions/*/bin \
      /usr/local/pgsql/bin | sort -Vr
    dirname -- "$(command -v initdb || echo /nowhere/initdb)")
  while IFS= read -r dir; do
    if [ ! -x "$dir/initdb" ] || [ ! -x "$dir/postgres" ]; then continue; fi
    if [ -n "$major" ]; then
      case "$("$dir/postgres" --version) " in *" $major "* | *" $major".*) ;; *) continue ;; esac
    fi
    printf '%s\n' "${dir%/}"
    return
  done <<<"${WOFLO_PG_BINDIR:-$found}"
}

# Sets `may` to what has to stand before a command that needs root; fails where we may not.
may=()
may_install() {
  if [ "$(id -u)" = 0 ]; then may=(); return 0; fi
  may=(sudo -n)
  command -v sudo >/dev/null && sudo -n true 2>/dev/null
}

# apt_install PACKAGES...: starts no service and makes no cluster.
apt_install() {
  local install=(${may[@]+"${may[@]}"} env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@") dropin=/etc/postgresql-common/createcluster.d rc=0
  ${may[@]+"${may[@]}"} sh -c "mkdir -p $dropin && echo 'create_main_cluster = false' >$dropin/woflo.conf"
  "${install[@]}" </dev/null >&2 ||
    { ${may[@]+"${may[@]}"} apt-get update -qq </dev/null >&2 && "${install[@]}" </dev/null >&2; } || rc=$?
  ${may[@]+"${may[@]}"} rm -f "$dropin/woflo.conf"
  return "$rc"
}

ensure_postgres() {
  local command
  [ -z "$(pg_bindir "")" ] || return 0
  if command -v apt-get >/dev/null; then command="apt-get install postgresql"
  elif command -v dnf >/dev/null; then command="dnf install -y postgresql-server"
  elif command -v zypper >/dev/null; then command="zypper --non-interactive install postgresql-server"
  elif command -v pacman >/dev/null; then command="pacman -S --noconfirm postgresql"
  elif command -v brew >/dev/null; then
    say "PostgreSQL is missing: brew install postgresql@17"
    HOMEBREW_NO_AUTO_UPDATE=1 brew install postgresql@17 </dev/null >&2 || die "brew could not install it; see above"
    return
  else die "PostgreSQL's server binaries (initdb, postgres) are missing and no known package manager is here. Install them, or set DATABASE_URL to an empty database."
  fi
  may_install || die "PostgreSQL's server binaries are missing, and installing them needs root. Run this and try again:
  sudo $command"
  say "PostgreSQL is missing: $command"
  # shellcheck disable=SC2086  # words of our own
  case $command in
    apt-get*) apt_install postgresql ;;
    *) ${may[@]+"${may[@]}"} $command </dev/null >&2 ;;
  esac || die "the package manager could not install PostgreSQL; see above. By hand: sudo $command"
  [ -n "$(pg_bindir "")" ] || die "PostgreSQL is installed, but initdb is not where it is looked for. Set WOFLO_PG_BINDIR to its folder."
}

# A PostgreSQL for as long as this script lives, the demo's in .woflo/pg unless build/postgres is to be told otherwise; sets DATABASE_URL.
start_private_server() { # [ARGUMENTS OF build/postgres]
  local pipes line
  # The server ends when descriptor 8 closes, which our death does too, whatever its cause.
  pipes=$(mktemp -d)
  mkfifo "$pipes/in" "$pipes/out"
  [ $# != 0 ] || set -- "$root/.woflo/pg"
  "$root/build/postgres" "$@" <"$pipes/in" >"$pipes/out" &
  server=$!
  exec 8>"$pipes/in" 7<"$pipes/out"
  rm -rf "$pipes"
  trap 'exec 8>&-; wait "$server" 2>/dev/null || true' EXIT
  IFS= read -r line <&7 || die "the private PostgreSQL did not start. Set DATABASE_URL to use another empty database."
  export DATABASE_URL=${line#DATABASE_URL=}
}
