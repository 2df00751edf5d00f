/** Makes, signs and checks the `release.json` of a built folder (docs/decisions/0071-signed-releases.md). Also imported by vite.config.ts, at the end of a build. */
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fromBase64url, toBase64url } from '#base/bytes';
import { countSignatures, isListable, readKeys, readRelease, releaseText, sha384, signedBytes, SIGNATURES_NEEDED, type Release, type ReleaseFile, type SignedRelease } from '#boot/release-manifest';

/** Public keys that a build pins, beside package.json; another file by LGOS_RELEASE_KEYS. */
export const KEYS_FILE = 'release-keys.json';
const MARK = /lifegraph-release-keys:[\w,-]*;/;
/** For the host, which does not give them out, or not as files of the app. */
const OF_HOST = /^(?:_headers|_redirects|_routes\.json|CNAME)$|(?:^|\/)\./;
const KEY_TYPE = 'lifegraph-release-key/1';

/** Says in words what is wrong with what was typed or read. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
}

/** What a release says besides its files. */
export type ReleaseFacts = Omit<Release, 'files'>;

function git(root: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** Of the commit the sources stand at: number and time are its own, so that one commit gives one release. With changed files it is built from `dev`. */
export function factsOf(root: string): ReleaseFacts {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const [commit, time] = (git(root, 'log', '-1', '--format=%H %ct') ?? 'dev 0').split(' ') as [string, string];
  const clean = git(root, 'status', '--porcelain') === '';
  return { version, commit: clean ? commit : 'dev', sequence: Number(time), notBefore: Number(time), minProto: 0, kill: false };
}

/** The keys of a file `{"keys": [...]}`; none when there is no file. */
export function pinnedKeys(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const listed = (JSON.parse(readFileSync(file, 'utf8')) as { keys?: unknown }).keys;
  const keys = Array.isArray(listed) ? listed.filter((key) => typeof key === 'string' && readKeys(key).length === 1) as string[] : [];
  if (keys.length < SIGNATURES_NEEDED || !Array.isArray(listed) || new Set(keys).size !== listed.length) throw new ReleaseError(`${file}: it has to list ${SIGNATURES_NEEDED} or more different public keys, best three.`);
  return keys;
}

function walk(folder: string, under = ''): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? walk(folder, `${under}${entry.name}/`) : [under + entry.name]))
    .filter((path) => path !== 'release.json');
}

/** Files whose digests are listed: all but what is for the host, and the compressed second forms, which a browser never sees. */
const listed = (folder: string): string[] => {
  const all = walk(folder).filter((path) => !OF_HOST.test(path.replace(/\.(?:br|gz)$/, '')));
  return all.filter((path) => !(/\.(?:br|gz)$/.test(path) && all.includes(path.replace(/\.(?:br|gz)$/, '')))).sort();
};

async function filesOf(folder: string): Promise<Record<string, ReleaseFile>> {
  const files: Record<string, ReleaseFile> = {};
  for (const path of listed(folder)) {
    const bytes = new Uint8Array(readFileSync(join(folder, path)));
    files[path] = { sha384: await sha384(bytes), size: bytes.length };
  }
  return files;
}

/** Writes the pinned keys into the service worker of a built folder and an unsigned release.json beside it. */
export async function writeRelease(folder: string, keys: readonly string[], facts: ReleaseFacts): Promise<void> {
  if (keys.length > 0 && facts.sequence === 0) throw new ReleaseError('Release keys are pinned, but there is no commit here that gives the release its number (a container has no .git). Build and sign in your checkout and ship that folder: signaling/deploy/README.md.');
  const bad = listed(folder).find((path) => !isListable(path));
  if (bad !== undefined) throw new ReleaseError(`${join(folder, bad)}: a release cannot list this name; use letters, digits and . _ + @ ~ - and begin with a letter or a digit.`);
  const worker = join(folder, 'sw.js');
  const code = readFileSync(worker, 'utf8');
  if (!MARK.test(code)) throw new ReleaseError(`${worker}: no place for the pinned keys.`);
  writeFileSync(worker, code.replace(MARK, `lifegraph-release-keys:${keys.join(',')};`));
  const text = releaseText({ release: { ...facts, files: await filesOf(folder) }, signatures: [] });
  if (readRelease(text) === null) throw new ReleaseError('A file or a fact of this build has a form that no service worker would read.');
  writeFileSync(join(folder, 'release.json'), text);
}

function load(folder: string): SignedRelease {
  const file = join(folder, 'release.json');
  if (!existsSync(file)) throw new ReleaseError(`${file} is not there: build first (npm run build).`);
  const signed = readRelease(readFileSync(file, 'utf8'));
  if (signed === null) throw new ReleaseError(`${file} cannot be read: it is not in the canonical form.`);
  return signed;
}

/** Makes a key pair in a new file of the folder that only its owner reads; the public key and the file. */
export async function makeReleaseKey(folder: string): Promise<{ pub: string; file: string }> {
  const pair = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const pub = toBase64url(new Uint8Array(await webcrypto.subtle.exportKey('raw', pair.publicKey)));
  const secret = toBase64url(new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)));
  const file = join(folder, `release-${pub.slice(0, 8)}.key`);
  writeFileSync(file, `${JSON.stringify({ type: KEY_TYPE, public: pub, secret }, null, 1)}\n`, { mode: 0o600, flag: 'wx' });
  return { pub, file };
}

async function readReleaseKey(file: string): Promise<{ pub: string; secret: webcrypto.CryptoKey }> {
  const notOne = new ReleaseError(`${file} is no release key: make one with "npm run release -- keys --out <folder>".`);
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown; public?: unknown; secret?: unknown };
    const secret = typeof value.secret === 'string' ? fromBase64url(value.secret) : null;
    if (value.type !== KEY_TYPE || typeof value.public !== 'string' || secret === null) throw notOne;
    return { pub: value.public, secret: await webcrypto.subtle.importKey('pkcs8', secret, 'Ed25519', false, ['sign']) };
  } catch {
    throw notOne;
  }
}

/** The same facts, of a release that takes app and worker out of browsers. */
export const asKill = (facts: ReleaseFacts): ReleaseFacts => ({ ...facts, kill: true, sequence: facts.sequence + 1 });

/** Adds the signature of a key to the release of a folder. Refused where files or facts (`own`: those of the signer's checkout) are others: nobody signs what they did not build. */
export async function signRelease(folder: string, keyFile: string, own: ReleaseFacts): Promise<SignedRelease> {
  const { release, signatures } = load(folder);
  if (release.kill && !own.kill) throw new ReleaseError('Not signed: it takes the app out of browsers. Say --kill if that is what you want.');
  const other = (Object.keys(own) as (keyof ReleaseFacts)[]).filter((fact) => release[fact] !== own[fact]);
  const wrong = [...other.map((fact) => `${fact} is ${release[fact]}, here ${own[fact]}`), ...(await changedFiles(folder, release))];
  if (wrong.length > 0) throw new ReleaseError(`Not signed: ${wrong.join(', ')}.`);
  const { pub, secret } = await readReleaseKey(keyFile);
  const signature = toBase64url(new Uint8Array(await webcrypto.subtle.sign('Ed25519', secret, signedBytes(release))));
  const signed = { release, signatures: [...signatures.filter(({ key }) => key !== pub), { key: pub, signature }].sort((a, b) => (a.key < b.key ? -1 : 1)) };
  if ((await countSignatures(signed, [pub])) !== 1) throw new ReleaseError(`${keyFile}: its public half is not that of its secret.`);
  writeFileSync(join(folder, 'release.json'), releaseText(signed));
  return signed;
}

/** Turns the release of a folder into one that takes app and worker out of browsers; to be signed as any other. */
export function killRelease(folder: string): Release {
  const { release } = load(folder);
  const kill = { ...asKill(release), files: release.files };
  writeFileSync(join(folder, 'release.json'), releaseText({ release: kill, signatures: [] }));
  return kill;
}

/** Files that are not as listed, in words; also a compressed form that is something else than its file. */
async function changedFiles(folder: string, release: Release): Promise<string[]> {
  const found = await filesOf(folder);
  const out = Object.keys(release.files).filter((path) => found[path]?.sha384 !== release.files[path]!.sha384 || found[path].size !== release.files[path]!.size).map((path) => `${path} is ${path in found ? 'another one' : 'missing'}`);
  for (const path of Object.keys(found)) {
    if (!Object.hasOwn(release.files, path)) out.push(`${path} is not listed`);
    for (const [end, open] of [['.gz', gunzipSync], ['.br', brotliDecompressSync]] as const) {
      const file = join(folder, path + end);
      if (!existsSync(file)) continue;
      const plain = open(readFileSync(file));
      if (!plain.equals(readFileSync(join(folder, path)))) out.push(`${path}${end} is another one`);
    }
  }
  return out;
}

/** What is to be said about the release of a folder, and whether all is right: files as listed, and enough signatures where keys are pinned. */
export async function verifyRelease(folder: string): Promise<{ ok: boolean; lines: string[] }> {
  const signed = load(folder);
  const { release } = signed;
  const keys = readKeys(MARK.exec(readFileSync(join(folder, 'sw.js'), 'utf8'))?.[0] ?? '');
  const wrong = await changedFiles(folder, release);
  const valid = await countSignatures(signed, keys);
  const lines = [
    `version ${release.version}, commit ${release.commit}, sequence ${release.sequence}, ${Object.keys(release.files).length} files${release.kill ? ', takes itself out of browsers' : ''}`,
    ...wrong,
    keys.length === 0 ? 'unsigned build: its service worker pins no keys' : `${valid} valid signatures of the ${keys.length} pinned keys, ${SIGNATURES_NEEDED} are needed`,
  ];
  return { ok: wrong.length === 0 && (keys.length === 0 || valid >= SIGNATURES_NEEDED), lines };
}

/** Files in which two built folders differ. */
export async function differences(one: string, two: string): Promise<string[]> {
  const [a, b] = [await filesOf(one), await filesOf(two)];
  const paths = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path]?.sha384 !== b[path]?.sha384);
  return readFileSync(join(one, 'release.json'), 'utf8') === readFileSync(join(two, 'release.json'), 'utf8') || paths.length > 0 ? paths : ['release.json'];
}

/** The keys a build in this folder pins. */
export const keysOfBuild = (root: string): readonly string[] => pinnedKeys(resolve(root, process.env['LGOS_RELEASE_KEYS'] ?? KEYS_FILE));
