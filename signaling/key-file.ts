/** A secret in a file of its own, readable by its owner only and made once, however many start at the same moment. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { settle } from './settle.ts';

/** Bytes of every secret that is kept in a file. */
const SECRET_BYTES = 32;

/** Puts a new secret there, whole and on the disk with its name; of two who do so at once the first one's stays. */
function makeSecret(file: string): void {
  const made = `${file}.${randomBytes(6).toString('hex')}`;
  const at = openSync(made, 'wx', 0o600);
  writeSync(at, randomBytes(SECRET_BYTES));
  fsyncSync(at);
  closeSync(at);
  try {
    linkSync(made, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some disks know no links: there two first starts at once are not told apart.
    if (code !== 'EEXIST' && !existsSync(file)) renameSync(made, file);
  } finally {
    rmSync(made, { force: true });
  }
  settle(dirname(file));
}

/** The secret in the file, made at first use; what is no secret is refused as "not `what`". */
export function secretOf(file: string, what: string): Uint8Array {
  if (!existsSync(file)) makeSecret(file);
  const secret = new Uint8Array(readFileSync(file));
  if (secret.length !== SECRET_BYTES) throw new Error(`${file} is not ${what}`);
  return secret;
}
