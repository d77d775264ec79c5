import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from '../verify/target.ts';

export interface ReportOptions extends TargetOptions {
  readonly config: string;
  readonly out: string;
  readonly from?: string;
  readonly open?: true;
  readonly allure: boolean;
  readonly debug?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): ReportOptions {
  return new Command('report')
    .description('Writes the pages about what was verified: DIR/site. It asks no cluster for anything.')
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, instead of its default")
    .option('--out <dir>', 'where reports are kept', 'reports/out')
    .option('--from <bundle>', 'write the page of this evidence bundle (.tar.gz) instead, beside it')
    .option('--no-allure', "leave out Allure's page, which takes some seconds")
    .option('--open', 'open the page in a browser')
    .option('--debug', 'show where errors came from')
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
    .parse(argv, { from: 'user' })
    .opts<ReportOptions>();
}
