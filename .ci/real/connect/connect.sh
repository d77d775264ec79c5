# Built from its Go module.
hold_connect() {
  local contracts=(mappings connect-over-kafka) version
  type -P go > /dev/null || { not_run 'it is built with Go, which is not there'; return; }
  CGO_ENABLED=0 bounded 480 go -C .ci/real/connect build -mod=readonly -buildvcs=false -trimpath -o "$state/redpanda-connect" . \
    > "$state/go.log" 2>&1 || { not_run_see "$(not_built $?)" "$state/go.log"; return; }
  version=$(go version -m "$state/redpanda-connect" | awk '$2 ~ /redpanda-data\/connect\/v4$/ { print $3 }')
  version="Redpanda Connect ${version#v}"
  if [ -n "${CONTRACT_MQTT_URL:-}" ] && [ -n "${CONTRACT_KAFKA_BROKERS:-}" ]; then
    contracts+=(observe-connect connect-metrics)
  else
    version="$version (not as the bridge, which needs mosquitto and Kafka)"
  fi
  CONTRACT_CONNECT_PROGRAM=$state/redpanda-connect hold "$version" "${contracts[@]}"
}

not_built() { if [ "$1" = 124 ]; then echo 'out of time: it was not built within its bound'; else echo 'Go could not build it'; fi; }
