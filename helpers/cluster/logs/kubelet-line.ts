/**
 * One line as the kubelet gives it with timestamps: the time at which the container runtime read it, a blank, the text.
 * Undefined when the line has no time, as the messages have that kubelet itself puts into a log that it cannot read on.
 */
export function kubeletLine(line: string): { readonly at: string; readonly text: string } | undefined {
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))(?: (.*))?$/s.exec(line);
  const at = found?.[1];
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at: new Date(at).toISOString(), text: found?.[2] ?? '' };
}
