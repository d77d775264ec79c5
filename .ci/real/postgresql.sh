# With TimescaleDB where Debian has a package of it for this version.
hold_postgresql() {
  local programs port data=$state/postgresql as=() version settings=() timescale
  newest_postgresql > /dev/null || install_packages postgresql || { not_run "$why"; return; }
  programs=$(newest_postgresql) || { not_run 'the package brought no server'; return; }
  version=$("$programs/postgres" --version | grep -o '[0-9][0-9.]*' | head -n 1)
  timescale=postgresql-${version%%.*}-timescaledb
  if ! has_timescale && can_install && has_package "$timescale"; then install_packages "$timescale"; fi
  if has_timescale; then
    version="$version with TimescaleDB $(dpkg-query -W -f '${Version}' "$timescale" 2> /dev/null)"
    settings=(-c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off)
  else
    version="$version without TimescaleDB (Debian has no package $timescale here)"
  fi

  mkdir -m 700 "$data"
  random_word > "$data/password"
  # It refuses to run as root.
  [ "$(id -u)" != 0 ] || { as=(setpriv --reuid=postgres --regid=postgres --clear-groups); chown -R postgres "$data"; }
  bounded 60 env -C / ${as[@]+"${as[@]}"} "$programs/initdb" -D "$data/data" -U postgres --auth=scram-sha-256 \
    --pwfile="$data/password" --encoding=UTF8 --locale=C.UTF-8 > "$state/initdb.log" 2>&1 || { not_run_see 'initdb failed' "$state/initdb.log"; return; }
  port=$(free_ports 1)
  start postgresql ${as[@]+"${as[@]}"} "$programs/postgres" -D "$data/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off ${settings[@]+"${settings[@]}"}
  until_ready 30 "$programs/pg_isready" -h 127.0.0.1 -p "$port" || { not_run_see 'it does not start' "$state/postgresql.log"; return; }
  CONTRACT_POSTGRES_URL=postgres://postgres:$(< "$data/password")@127.0.0.1:$port/postgres \
    hold "PostgreSQL $version" observe-postgres observe-history observe-access scratch-database
}

# Uses the variables of its caller.
has_timescale() { [ -e "$("$programs/pg_config" --pkglibdir)/timescaledb.so" ]; }

# Debian keeps the programs of each version in a folder of its own, off the path.
newest_postgresql() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin/postgres 2> /dev/null | sort -V | tail -n 1)
  [ -n "$found" ] && dirname "$found"
}
