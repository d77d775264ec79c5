import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/**
 * True when the password is the one behind what pg_authid keeps of it:
 * `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 5803).
 */
export function passwordMatches(password: string, stored: string | null): boolean {
  const parts = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(stored ?? '');
  if (!parts) return false;
  const [, iterations = '', salt = '', storedKey = ''] = parts;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const expected = Buffer.from(storedKey, 'base64');
  const actual = createHash('sha256').update(clientKey).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
