/** What no fault turns red. A gap that closes has to leave its list: a test keeps both true. */
export const neverRed: readonly string[] = [
  // Too few days, or no signature, are inconclusive by their definition.
  'P3.days',
  'P7.days',
  'C.sign-off',
  'PM.docs',
];
/** What no obstacle turns inconclusive. */
export const neverGrey: readonly string[] = [];
