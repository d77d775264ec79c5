# How long things may take. Every command that could hang runs under `bounded`.

running=
ends_at=$((SECONDS + ${REAL_PROGRAMS_SECONDS:-660}))

seconds_left() { echo $((ends_at > SECONDS ? ends_at - SECONDS : 0)); }

# bounded SECONDS COMMAND…: for so long, or for the time that is left; exit code 124 when it was not enough.
# Interrupted rather than terminated: apt-get then still finishes the package that it is unpacking.
bounded() {
  local seconds=$1 left status
  left=$(seconds_left)
  shift
  [ "$left" -gt 0 ] || return 124
  # In the background, so that this script ends at once when it is told to.
  timeout --signal=INT --kill-after=20 $((seconds < left ? seconds : left)) "$@" < /dev/null &
  running=$!
  wait "$running"
  status=$?
  running=
  return "$status"
}

stop_running() { [ -z "$running" ] || kill -INT "$running" 2> /dev/null; }
