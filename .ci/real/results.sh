# One line a program: what it was held to, or why it was not.

results=()
failures=0

# run_program NAME FUNCTION
run_program() {
  program=$1
  echo "--- $program"
  if [ "$(seconds_left)" -lt 30 ]; then not_run 'out of time'; else "$2"; fi
}

result() {
  results+=("$program: $1")
  echo "$program: $1"
}

not_run() { result "not run: $1"; }

failed() {
  failures=$((failures + 1))
  result "FAILED: $1"
}

# The reason, after the last lines of the log that tells more about it.
not_run_see() {
  quote "$2"
  not_run "$1"
}

quote() { [ ! -s "$1" ] || tail -n "${2:-15}" "$1" | sed 's/^/    /'; }

# Returns 1 when a contract was not kept.
print_results() {
  echo "--- the real programs, in $SECONDS s"
  printf '%s\n' "${results[@]}"
  [ "$failures" -eq 0 ]
}
