import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** What the API server shows who it is by. The certificate is its own authority. */
export interface Certificates {
  readonly certPem: string;
  readonly keyPem: string;
}

const dayMs = 86_400_000;
const validDays = 365;

/** A new certificate for this machine's loopback, of an elliptic curve: an RSA key would take longer than the rest of a start. */
export async function makeCertificates(): Promise<Certificates> {
  const made = await generate([{ name: 'commonName', value: 'embedded-replica' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // Clocks of clients may be a little behind.
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certPem: made.cert, keyPem: made.private };
}

/** The certificate kept in a directory, made anew when there is none or it ends within a day. */
export async function loadCertificates(directory: string): Promise<Certificates> {
  const path = join(directory, 'api-server.json');
  const kept = await readKept(path);
  if (kept) return kept;
  const made = await makeCertificates();
  await mkdir(directory, { recursive: true });
  // Another replica may start at the same time: each writes a whole file.
  const whole = `${path}.${process.pid}`;
  await writeFile(whole, JSON.stringify(made), { mode: 0o600 });
  await rename(whole, path);
  return made;
}

async function readKept(path: string): Promise<Certificates | undefined> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as Certificates;
    const end = new X509Certificate(kept.certPem).validToDate.getTime();
    return end - Date.now() > dayMs ? kept : undefined;
  } catch {
    return undefined;
  }
}
