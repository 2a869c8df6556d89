#!/usr/bin/env bash
# Starts the worker from a clone with nothing set but DATABASE_URL: publishes it where needed, then becomes it,
# so that SIGTERM reaches the worker itself. Arguments are the worker's.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/build/lib.sh"
ensure_dotnet
app=$root/.woflo/app
if [ ! -f "$app/published" ] || [ -n "$(sources -newer "$app/published")" ]; then
  say "Publishing the worker (a minute or two the first time) ..."
  mkdir -p "$app"
  touch "$app/publishing"
  "$root/build/publish" "$app" >&2
  mv -f "$app/publishing" "$app/published"
fi
# The worker refuses a database that is behind; here nobody stands by to migrate it. WOFLO_MIGRATE=no leaves it alone.
export WOFLO_MIGRATE=${WOFLO_MIGRATE:-yes}
exec dotnet "$app/Woflo.Worker.dll" "$@"
