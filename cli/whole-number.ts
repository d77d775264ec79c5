import { InvalidArgumentError } from 'commander';

/** A count on the command line: 1 or more. Throws `InvalidArgumentError`, which commander words and ends with. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('A whole number of at least 1 is wanted.');
  return number;
}
