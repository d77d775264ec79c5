/**
 * The commands of the plan's phases 1, 2 and 4.1, as an operator types them; the pods' random names are replaced by the
 * workloads that made them. 4.1 pipes its logs into `grep -i error`, which finds nothing and says so by its exit code: that
 * is left to whoever runs them.
 */
export const phase1Commands = [
  'kubectl get pods -n mqtt-kafka-bridge',
  'kubectl get pods -n timescaledb',
  'kubectl get pods -n heatpump-settings',
  'kubectl logs -n mqtt-kafka-bridge -l app=mqtt-kafka-bridge --tail=20 | grep "active"',
  'kubectl exec -n redpanda-v2 redpanda-v2-0 -- rpk topic consume homelab-heatpump-telemetry --num=1 --offset=-1 --brokers=localhost:9092',
  'kubectl exec -n timescaledb deploy/timescaledb -- psql -U postgres -d telemetry -c "SELECT COUNT(*), MAX(time) FROM heatpump_status;"',
  'kubectl exec -n heatpump-settings deploy/postgres -- psql -U postgres -d heatpump_settings -c "SELECT device_id, indoor_target_temp, mode, updated_at FROM settings;"',
] as const;

export const phase2Commands = [
  'kubectl get deployments --all-namespaces | grep -E "mqtt-input"',
  'kubectl get pods -n heatpump-mqtt | grep timescaledb',
  'kubectl get deployments --all-namespaces | grep -E "redpanda-sink|sink"',
] as const;

export const finalHealthCheckCommands = [
  'kubectl get pods -n mqtt-kafka-bridge -o wide',
  'kubectl get pods -n timescaledb -o wide',
  'kubectl get pods -n heatpump-settings -o wide',
  `kubectl exec -n timescaledb deploy/timescaledb -- psql -U postgres -d telemetry -c "SELECT 'heatpump' as table_name, COUNT(*) as rows, MAX(time) as latest_data, NOW() - MAX(time) as data_age FROM heatpump_status;"`,
  'kubectl logs -n mqtt-kafka-bridge -l app=mqtt-kafka-bridge --tail=100',
  'kubectl logs -n timescaledb -l app=redpanda-connect --tail=100',
  'kubectl logs -n heatpump-settings -l app=redpanda-connect --tail=100',
] as const;
