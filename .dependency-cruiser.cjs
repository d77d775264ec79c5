/** Imports go one way: migration.yaml → target → observe → judge → evidence → reports; replica and scenarios beside them. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-circles', 'A circle has no beginning to read from.', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    forbid(
      'judges-are-pure',
      'A judge knows data and configuration, never a cluster, a client or the clock of a machine.',
      { path: '^helpers/(doctor/)?judge/', pathNot: '\\.test\\.ts$|/testing/' },
      { pathNot: '^helpers/(judge|config|doctor/judge)/|observed\\.ts$|schema\\.ts$|helpers/(near-names|time-words)\\.ts$|^node_modules/(pretty-bytes|simple-statistics)' },
    ),
    forbid(
      'observers-do-not-judge',
      'What observes returns plain data.',
      { path: '^helpers/(cluster|connect|broker|database|target|doctor/observe)/' },
      { path: '^helpers/judge/|^specs/|^reports/' },
    ),
    forbid(
      'specs-import-helpers-only',
      'A spec cannot tell a replica from the live cluster.',
      { path: '^specs/.*\\.spec\\.ts$' },
      { path: '^(replica|scenarios|cli|reports|node_modules)/' },
    ),
    forbid(
      'helpers-know-no-replica',
      'The suite sees a replica as it sees any cluster.',
      { path: '^helpers/', pathNot: '\\.test\\.ts$' },
      { path: '^(replica|scenarios|cli|reports)/' },
    ),
    forbid(
      'replica-is-self-contained',
      'The double knows nothing of who looks at it. Its command line reads migration.yaml.',
      { path: '^replica/embedded/', pathNot: '\\.test\\.ts$' },
      { path: '^(helpers|specs|scenarios|cli|reports)/' },
    ),
    forbid(
      'pglite-in-one-place',
      'The PGlite build is a part of a replica alone, never loaded for a live target.',
      { pathNot: '^replica/embedded/postgres/' },
      { path: 'pglite' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(reports/out|node_modules)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'], conditionNames: ['import', 'node', 'default'] },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
