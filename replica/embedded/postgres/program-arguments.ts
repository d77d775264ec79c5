import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The arguments of one of PostgreSQL's programs. Throws what `refuse` makes of that program's own words, as getopt has
 * them, for an option that it does not know or that lacks its value.
 */
export function programArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  program: string,
  args: readonly string[],
  options: Options,
  refuse: (words: string) => Error,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const [, option = ''] = /'(-[^\s']*)/.exec((error as Error).message) ?? [];
    const isMissing = (error as Error).message.includes('argument missing');
    const words = option.startsWith('--')
      ? isMissing
        ? `option '${option}' requires an argument`
        : `unrecognized option '${option}'`
      : isMissing
        ? `option requires an argument -- '${option.slice(1, 2)}'`
        : `invalid option -- '${option.slice(1)}'`;
    throw refuse(`${program}: ${words}\n${program}: hint: Try "${program} --help" for more information.`);
  }
}
