hold_prometheus() {
  local server
  type -P prometheus > /dev/null || install_packages prometheus || { not_run "$why"; return; }
  server=$(type -P prometheus)
  export CONTRACT_PROMETHEUS_PROGRAM=$server
  hold "$("$server" --version 2>&1 | sed -n 's/^prometheus, version \([^ ]*\).*/Prometheus \1/p')" prometheus
}
