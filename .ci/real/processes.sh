# Programs that run beside the contracts, each the leader of a group of its own.

started=()

# start NAME COMMAND…: its output goes to $state/NAME.log, its process id to $pid
start() {
  local name=$1
  shift
  setsid "$@" > "$state/$name.log" 2>&1 < /dev/null &
  pid=$!
  started+=("$pid")
}

# until_ready SECONDS COMMAND…: until the command succeeds; fails when $pid ends before, or after so many seconds
until_ready() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    kill -0 "$pid" 2> /dev/null && [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

listens() { (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# free_ports COUNT: as many different ports of the loopback, on one line
free_ports() {
  node -e '
    const servers = Array.from({ length: Number(process.argv[1]) }, () => require("node:net").createServer());
    const ports = servers.map((server) => new Promise((found) => server.listen(0, "127.0.0.1", () => found(server.address().port))));
    Promise.all(ports).then((all) => { console.log(all.join(" ")); for (const server of servers) server.close(); });' "$1"
}

# A word that nobody knows.
random_word() { node -p 'require("node:crypto").randomBytes(12).toString("hex")'; }

stop_all() {
  local group end=$((SECONDS + 10))
  for group in ${started[@]+"${started[@]}"}; do kill -TERM -- "-$group" 2> /dev/null; done
  for group in ${started[@]+"${started[@]}"}; do
    while kill -0 -- "-$group" 2> /dev/null && [ "$SECONDS" -lt "$end" ]; do sleep 0.1; done
    kill -KILL -- "-$group" 2> /dev/null
  done
  wait 2> /dev/null
}
