/** The calls by which a device takes a release of the app from another one (docs/PROTOCOL.md, Calls). What they give comes as parts; the result says how much it was. */
import { record, text, u32, u64 } from '#vm/rpc/wit';

/** The list of the release that is run there, where its number is above this one; no parts: there is none. */
export const LIST = {
  version: 1, interface: 'lgos:release', function: 'list',
  params: record({ above: u64 }),
  result: record({ size: u32 }),
} as const;

/** One file of it, by its digest. */
export const FILE = {
  version: 1, interface: 'lgos:release', function: 'file',
  params: record({ sha384: text }),
  result: record({ size: u32 }),
} as const;

const DIGEST = /^[\w-]{64}$/;

/** Has it the form of a SHA-384 in base64url? */
export const isDigest = (text: string): boolean => DIGEST.test(text);
