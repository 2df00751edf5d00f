/** What tests of releases share: caches in memory, keys, and lists that they sign. */
import { toBase64url, utf8 } from '#base/bytes';
import { releaseText, sha384, signedBytes, type Release } from '#boot/release-manifest';

export const SCOPE = 'https://graph.example/app/';

/** Caches in memory. */
export class Caches {
  readonly all = new Map<string, Map<string, Response>>();
  /** Addresses that find no room any more. */
  full: RegExp | null = null;
  async open(name: string): Promise<Cache> {
    const cache = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, cache);
    return { match: async (key: string) => cache.get(key)?.clone(), put: async (key: string, value: Response) => {
      if (this.full?.test(key)) throw new DOMException('no room', 'QuotaExceededError');
      cache.set(key, value);
    } } as unknown as Cache;
  }
  keys = async (): Promise<string[]> => [...this.all.keys()];
  has = async (name: string): Promise<boolean> => this.all.has(name);
  delete = async (name: string): Promise<boolean> => this.all.delete(name);
  /** Puts other bytes wherever a file is kept. */
  swap(path: string, text: string): void {
    for (const cache of this.all.values()) if (cache.has(SCOPE + path)) cache.set(SCOPE + path, new Response(text));
  }
}

const keys = await Promise.all([0, 1, 2].map(async () => {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return { pub: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))), secret: pair.privateKey };
}));
export const PINS = keys.map(({ pub }) => pub);

/** The text of release.json for these files. */
export async function signedList(site: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>, facts: { version: string; sequence: number; signers: readonly number[]; notBefore?: number; kill?: boolean }): Promise<string> {
  const files: Record<string, { sha384: string; size: number }> = {};
  for (const [path, content] of site) {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    files[path] = { sha384: await sha384(bytes), size: bytes.length };
  }
  return signedRelease({ version: facts.version, commit: 'dev', sequence: facts.sequence, notBefore: facts.notBefore ?? 0, minProto: 0, kill: facts.kill ?? false, files }, facts.signers);
}

/** The same for a release of any form. */
export async function signedRelease(release: Release, signers: readonly number[]): Promise<string> {
  const signatures = await Promise.all(signers.map(async (one) => ({ key: keys[one]!.pub, signature: toBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', keys[one]!.secret, signedBytes(release)))) })));
  return releaseText({ release, signatures });
}
