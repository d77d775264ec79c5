# The broker's jars come from Maven Central; one node, which is broker and controller (KRaft).
hold_kafka() {
  local jars=$state/kafka/jars config=$state/kafka/server.properties missing=() ports controller java=(java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
  type -P java > /dev/null || missing+=(default-jre-headless)
  type -P mvn > /dev/null || missing+=(maven)
  [ "${#missing[@]}" = 0 ] || install_packages "${missing[@]}" || { not_run "$why"; return; }
  # The last that runs on Java 11 is older than what this is held against.
  [ "$(java_version)" -ge 17 ] || { not_run "it needs Java 17; this is $(java_version)"; return; }
  mkdir -p "$jars"
  bounded 240 mvn -q -B -f .ci/real/kafka/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$jars" > "$state/mvn.log" 2>&1 ||
    { not_run_see 'mvn could not fetch it' "$state/mvn.log"; return; }

  read -r port controller <<< "$(free_ports 2)"
  # A topic is not made by asking for it, as Redpanda has it; one node cannot keep the three copies that are the default.
  cat > "$config" << CONF
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
log.dirs=$state/kafka/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
CONF
  # The id is "contract-cluster" in base64: 16 bytes, as Kafka wants it.
  bounded 60 "${java[@]}" -cp "$jars/*" kafka.tools.StorageTool format --standalone --cluster-id Y29udHJhY3QtY2x1c3Rlcg \
    --config "$config" > "$state/kafka-format.log" 2>&1 || { not_run_see 'its directory cannot be prepared' "$state/kafka-format.log"; return; }
  start kafka "${java[@]}" -cp "$jars/*" kafka.Kafka "$config"
  until_ready 60 listens "$port" || { not_run_see 'it does not start' "$state/kafka.log"; return; }
  export CONTRACT_KAFKA_BROKERS=127.0.0.1:$port
  hold "Apache Kafka $(cd "$jars" && ls kafka_*.jar | sed 's/^kafka_[0-9.]*-\(.*\)\.jar$/\1/')" kafka observe-kafka
}

java_version() { java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'; }
