hold_mosquitto() {
  local broker config=$state/mosquitto port
  PATH=$PATH:/usr/sbin
  type -P mosquitto mosquitto_passwd > /dev/null || install_packages mosquitto || { not_run "$why"; return; }
  broker=$(type -P mosquitto)
  mkdir "$config"
  port=$(free_ports 1)
  CONTRACT_MQTT_PASSWORD=$(random_word)
  mosquitto_passwd -b -c "$config/users" contract "$CONTRACT_MQTT_PASSWORD"
  # As root it would change to a user who may not read this folder.
  cat > "$config/mosquitto.conf" << CONF
listener $port 127.0.0.1
user $(id -un)
allow_anonymous false
password_file $config/users
CONF
  start mosquitto "$broker" -c "$config/mosquitto.conf"
  until_ready 20 listens "$port" || { not_run_see 'it does not start' "$state/mosquitto.log"; return; }
  export CONTRACT_MQTT_URL=mqtt://127.0.0.1:$port CONTRACT_MQTT_USERNAME=contract CONTRACT_MQTT_PASSWORD
  hold "$("$broker" -h | sed -n 's/^mosquitto version /mosquitto /p')" mqtt
}
