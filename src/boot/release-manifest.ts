/**
 * `release.json`: the files of a build with their digests, signed by release keys. Made by scripts/lib/release.ts, read by the service worker. One
 * release has one text: the canonical form is the only one that is read, so what is signed, compared and kept are the same bytes.
 */
import { fromBase64url, toBase64url, utf8 } from '#base/bytes';
import type { RefusalReason } from '#os/release';

/** Signatures of different pinned keys that an update needs. */
export const SIGNATURES_NEEDED = 2;
const CONTEXT = 'lgos/release/1\n';
/** Of a digest and of a key in base64url. */
const DIGEST = /^[\w-]{64}$/;
const KEY = /^[\w-]{43}$/;
const PATH = /^[A-Za-z0-9][\w.+@~-]*(?:\/[A-Za-z0-9_][\w.+@~-]*)*$/;
const COMMIT = /^(?:dev|[0-9a-f]{40})$/;

/** One file of a build. */
export interface ReleaseFile {
  /** Base64url. */
  readonly sha384: string;
  readonly size: number;
}

/** What is signed. */
export interface Release {
  readonly commit: string;
  readonly files: Readonly<Record<string, ReleaseFile>>;
  /** Nothing is to be kept in browsers any more: the worker takes its caches and itself away. */
  readonly kill: boolean;
  /** The oldest protocol this build still talks with. */
  readonly minProto: number;
  /** Not taken before, seconds since 1970. */
  readonly notBefore: number;
  /** Grows with every release: a lower one is a step back. */
  readonly sequence: number;
  readonly version: string;
}

/** A signature and the key it is of, both base64url. */
export interface ReleaseSignature {
  readonly key: string;
  readonly signature: string;
}

/** The content of release.json. */
export interface SignedRelease {
  readonly release: Release;
  readonly signatures: readonly ReleaseSignature[];
}

/** JSON with sorted keys and no space: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** The text of release.json. */
export const releaseText = (signed: SignedRelease): string => `${canonicalJson(signed)}\n`;

/** The bytes that a release key signs. */
export const signedBytes = (release: Release): Uint8Array<ArrayBuffer> => utf8(CONTEXT + canonicalJson(release));

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value);

/** Can a release list a file of this name? */
export const isListable = (path: string): boolean => PATH.test(path);

function isFile([path, file]: [string, unknown]): boolean {
  return isListable(path) && isObject(file) && Object.keys(file).length === 2 && isText(file['sha384'], DIGEST) && isCount(file['size']);
}

function isRelease(value: unknown): value is Release {
  if (!isObject(value) || Object.keys(value).length !== 7) return false;
  const { commit, files, kill, minProto, notBefore, sequence, version } = value;
  return isText(commit, COMMIT) && typeof kill === 'boolean' && [minProto, notBefore, sequence].every(isCount) && isText(version, /^[\w.+-]{1,64}$/) && isObject(files) && Object.entries(files).every(isFile);
}

function isSignature(value: unknown): value is ReleaseSignature {
  return isObject(value) && Object.keys(value).length === 2 && isText(value['key'], KEY) && isText(value['signature'], /^[\w-]{86}$/);
}

/** Reads release.json; null when it is anything but the one text of a release. */
export function readRelease(text: string): SignedRelease | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || Object.keys(value).length !== 2 || !isRelease(value['release'])) return null;
  const signatures = value['signatures'];
  if (!Array.isArray(signatures) || !signatures.every(isSignature)) return null;
  const signed: SignedRelease = { release: value['release'], signatures };
  return releaseText(signed) === text ? signed : null;
}

/** The public keys in a comma-separated list; what is no key is left out. */
export const readKeys = (list: string): readonly string[] => list.split(/[,:;]/).filter((key) => KEY.test(key));

/** SHA-384 in base64url. */
export async function sha384(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-384', bytes)));
}

/** How many of the keys have signed it validly; a key counts once. */
export async function countSignatures({ release, signatures }: SignedRelease, keys: readonly string[]): Promise<number> {
  const bytes = signedBytes(release);
  const valid = new Set<string>();
  for (const { key, signature } of signatures) {
    const [pub, sig] = [fromBase64url(key), fromBase64url(signature)];
    if (!keys.includes(key) || valid.has(key) || pub === null || sig === null) continue;
    const verifier = await crypto.subtle.importKey('raw', pub, 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', verifier, sig, bytes)) valid.add(key);
  }
  return valid.size;
}

/** By what an offered release is judged. */
export interface Grounds {
  /** Each set of pinned keys that has to agree; empty sets ask for nothing. */
  readonly pins: readonly (readonly string[])[];
  readonly current: Release | null;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Why an offered release is not taken; null when it may be. Without pinned keys the server is believed. */
export async function refusalOf(offered: SignedRelease, { pins, current, now }: Grounds): Promise<RefusalReason | null> {
  const asked = pins.filter((keys) => keys.length > 0);
  if (asked.length === 0) return null;
  if (offered.signatures.length === 0) return 'unsigned';
  for (const keys of asked) if ((await countSignatures(offered, keys)) < SIGNATURES_NEEDED) return 'signatures';
  if (current !== null && offered.release.sequence <= current.sequence) return 'rolled-back';
  return offered.release.notBefore > now ? 'early' : null;
}
