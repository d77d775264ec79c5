declare module 'snappyjs' {
  /** One raw snappy block. */
  export function compress(bytes: Uint8Array): Uint8Array;
  /** Throws when the bytes are no raw snappy block. */
  export function uncompress(bytes: Uint8Array, maxLength?: number): Uint8Array;
}
