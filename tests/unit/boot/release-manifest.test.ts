/** release.json: one form, signatures of different pinned keys, only forwards. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { canonicalJson, countSignatures, readKeys, readRelease, refusalOf, releaseText, signedBytes, type Release, type SignedRelease } from '#boot/release-manifest';

const FILE = { sha384: 'A'.repeat(64), size: 3 };
const release: Release = { version: '1.0.0', commit: 'dev', sequence: 10, notBefore: 100, minProto: 0, kill: false, files: { 'index.html': FILE, 'assets/a-1.js': FILE } };

interface Key {
  readonly pub: string;
  readonly secret: CryptoKey;
}

async function makeKey(): Promise<Key> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return { pub: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))), secret: pair.privateKey };
}

async function sign(what: Release, ...keys: Key[]): Promise<SignedRelease> {
  const signatures = await Promise.all(keys.map(async ({ pub, secret }) => ({ key: pub, signature: toBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', secret, signedBytes(what)))) })));
  return { release: what, signatures };
}

const [a, b, c, stranger] = await Promise.all([makeKey(), makeKey(), makeKey(), makeKey()]);
const pins = [a.pub, b.pub, c.pub];

describe('the form', () => {
  test('[row 27] a release has one text: other orders, spaces, fields, doubled names and paths out of the folder are not read', () => {
    const text = releaseText({ release, signatures: [] });
    expect(readRelease(text)).toEqual({ release, signatures: [] });
    expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ü","d":null}]}');
    const bad = [
      '', '{}', 'null', text.trim(), ` ${text}`, text.replace('"kill"', '"kill":true,"kill"'), text.replace('"kill":false,', ''), text.replace('"kill":false', '"kill":false,"more":1'),
      text.replace('index.html', '../index.html'), text.replace('assets/a-1.js', 'assets/../a.js'), text.replace('index.html', '__proto__'), text.replace('"sequence":10', '"sequence":1e1'),
      text.replace('"sequence":10', '"sequence":-1'), text.replace('"size":3', '"size":3.5'), text.replace('"commit":"dev"', '"commit":"main"'), text.replace('"signatures":[]', '"signatures":[{}]'), text.replace('AAAA"', 'AAA"'),
    ];
    for (const one of bad) expect(readRelease(one), one).toBeNull();
  });

  test('pinned keys are read out of the list the build writes; anything else is none', () => {
    expect(readKeys(`lifegraph-release-keys:${pins.join(',')};`)).toEqual(pins);
    expect(readKeys('lifegraph-release-keys:;')).toEqual([]);
  });
});

describe('[row 27] signatures', () => {
  test('a key counts once, a strange one never, and none for another content', async () => {
    expect(await countSignatures(await sign(release, a, b, c), pins)).toBe(3);
    expect(await countSignatures(await sign(release, a, a, stranger), pins)).toBe(1);
    const signed = await sign(release, a, b);
    for (const change of [{ sequence: 11 }, { kill: true }, { files: { 'index.html': { ...FILE, size: 4 } } }, { notBefore: 0 }]) expect(await countSignatures({ ...signed, release: { ...release, ...change } }, pins)).toBe(0);
  });

  test('two of the pinned keys, a higher number and its time: anything less is refused with its reason', async () => {
    const next: Release = { ...release, sequence: 11 };
    const judge = async (offered: SignedRelease, now = 100, asked: readonly (readonly string[])[] = [pins]) => refusalOf(offered, { pins: asked, current: release, now });
    expect(await judge(await sign(next, a, c))).toBeNull();
    expect(await judge(await sign(next))).toBe('unsigned');
    expect(await judge(await sign(next, b))).toBe('signatures');
    expect(await judge(await sign(next, b, stranger))).toBe('signatures');
    expect(await judge(await sign(release, a, b))).toBe('rolled-back');
    expect(await judge(await sign({ ...next, sequence: 9 }, a, b, c))).toBe('rolled-back');
    expect(await judge(await sign(next, a, b), 99)).toBe('early');
    // New keys: two of the old ones and two of the new ones.
    expect(await judge(await sign(next, a, b), 100, [pins, [c.pub, stranger.pub]])).toBe('signatures');
    expect(await judge(await sign(next, a, b, c, stranger), 100, [pins, [c.pub, stranger.pub]])).toBeNull();
    // Without pinned keys the server is believed.
    expect(await judge(await sign({ ...next, sequence: 1 }), 0, [[], []])).toBeNull();
  });
});
