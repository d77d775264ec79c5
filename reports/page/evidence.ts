/** What of one criterion's evidence is shown in the page, in characters; the whole lies in evidence.json beside it. */
const longestEvidence = 20_000;

/** The evidence as JSON to read; undefined when there is none. Secrets were masked where it was observed. */
export function evidenceJson(evidence: unknown): string | undefined {
  if (evidence === undefined || evidence === null) return undefined;
  if (typeof evidence === 'object' && Object.keys(evidence).length === 0) return undefined;
  return JSON.stringify(evidence, undefined, 2);
}

/** The same, cut where it gets too long for a page. */
export function shownEvidence(evidence: unknown): string | undefined {
  const text = evidenceJson(evidence);
  if (text === undefined || text.length <= longestEvidence) return text;
  const cut = text.lastIndexOf('\n', longestEvidence);
  return `${text.slice(0, cut)}\n… ${text.length - cut} characters more, in evidence.json`;
}
