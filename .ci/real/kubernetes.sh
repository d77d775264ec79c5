# No package has a cluster: one that stands somewhere is held.
hold_kubernetes() {
  local version
  [ -n "${CONTRACT_KUBECONFIG:-}" ] || { not_run 'CONTRACT_KUBECONFIG names no cluster'; return; }
  version=$(bounded 20 node --input-type=module -e '
    import { KubeConfig, VersionApi } from "@kubernetes/client-node";
    const config = new KubeConfig();
    config.loadFromFile(process.argv[1]);
    console.log((await config.makeApiClient(VersionApi).getCode()).gitVersion);' "$CONTRACT_KUBECONFIG" 2> "$state/kubernetes.log") ||
    { not_run_see "the cluster of $CONTRACT_KUBECONFIG does not answer" "$state/kubernetes.log"; return; }
  hold "Kubernetes $version" kubernetes observe-kubernetes logs pod-metrics
}
