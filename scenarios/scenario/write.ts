import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { timelinePage } from '../../reports/timeline.ts';
import type { ScenarioRecord } from './record.ts';

/** Writes the page of a scenario and its JSON; returns the page's path, as it would be typed here. */
export async function writeTimeline(record: ScenarioRecord, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'scenario.json'), `${JSON.stringify(record, undefined, 2)}\n`);
  const page = join(directory, 'index.html');
  await writeFile(page, timelinePage(record));
  return relative('', page);
}
