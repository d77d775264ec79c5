/** A stream that cannot be created: the program prints the message as plain text and ends with code 1. */
export class Unstartable extends Error {
  override readonly name = 'Unstartable';
}
