/** What every CryptoPort must do. `real` = the algorithms are the ones of FORMATS, so known answers hold. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';

const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n);

export function cryptoContract(name: string, make: () => CryptoPort, real: boolean): void {
  describe(`crypto port contract: ${name}`, () => {
    const crypto = make();
    const message = utf8('a message');

    it('signs and verifies; another message, key or bit is refused', async () => {
      const key = await crypto.generateSigning();
      const other = await crypto.generateSigning();
      const sig = await crypto.sign(key, message);
      expect(key.pub.length).toBe(32);
      expect(sig.length).toBe(64);
      expect(await crypto.verify(key.pub, sig, message)).toBe(true);
      expect(await crypto.verify(other.pub, sig, message)).toBe(false);
      expect(await crypto.verify(key.pub, sig, utf8('a massage'))).toBe(false);
      for (const at of [0, 31, 32, 63]) {
        const bad = sig.slice();
        bad[at]! ^= 1;
        expect(await crypto.verify(key.pub, bad, message)).toBe(false);
      }
    });

    it('verify answers false for what is no key or no signature, and never rejects', async () => {
      const key = await crypto.importSigning(seed(1));
      const sig = await crypto.sign(key, message);
      expect(await crypto.verify(new Uint8Array(31), sig, message)).toBe(false);
      expect(await crypto.verify(new Uint8Array(0), sig, message)).toBe(false);
      expect(await crypto.verify(key.pub, sig.subarray(0, 63), message)).toBe(false);
      expect(await crypto.verify(key.pub, new Uint8Array(0), message)).toBe(false);
      expect(await crypto.verify(seed(255), sig, message)).toBe(false);
    });

    it('one seed gives one key, and signatures are deterministic', async () => {
      const a = await crypto.importSigning(seed(7));
      const b = await crypto.importSigning(seed(7));
      expect(a.pub).toEqual(b.pub);
      expect(await crypto.sign(a, message)).toEqual(await crypto.sign(b, message));
      expect((await crypto.importSigning(seed(8))).pub).not.toEqual(a.pub);
    });

    it('two sides agree on one secret; others get another; the zero key gives null', async () => {
      const [a, b, c] = [await crypto.generateAgreement(), await crypto.generateAgreement(), await crypto.importAgreement(seed(3))];
      const shared = await crypto.agree(a, b.pub);
      expect(shared?.length).toBe(32);
      expect(await crypto.agree(b, a.pub)).toEqual(shared);
      expect(await crypto.agree(c, a.pub)).not.toEqual(shared);
      expect(await crypto.agree(a, new Uint8Array(32))).toBeNull();
      expect(await crypto.agree(a, new Uint8Array(31))).toBeNull();
    });

    it('seals and opens; key, nonce, AAD and every bit count', async () => {
      const key = await crypto.importAead(seed(5));
      const nonce = new Uint8Array(12).fill(9);
      const aad = utf8('aad');
      for (const plain of [new Uint8Array(0), utf8('x'), new Uint8Array(1000).fill(3)]) {
        const sealed = await crypto.seal(key, nonce, plain, aad);
        expect(sealed.length).toBe(plain.length + 16);
        expect([...(await crypto.open(key, nonce, sealed, aad))!]).toEqual([...plain]);
        expect(await crypto.open(key, nonce, sealed)).toBeNull();
        expect(await crypto.open(key, nonce, sealed, utf8('aae'))).toBeNull();
        expect(await crypto.open(key, new Uint8Array(12), sealed, aad)).toBeNull();
        expect(await crypto.open(await crypto.importAead(seed(6)), nonce, sealed, aad)).toBeNull();
        expect(await crypto.open(key, nonce, sealed.subarray(1), aad)).toBeNull();
        const bad = sealed.slice();
        bad[bad.length - 1]! ^= 128;
        expect(await crypto.open(key, nonce, bad, aad)).toBeNull();
      }
      expect(await crypto.open(key, nonce, new Uint8Array(3))).toBeNull();
    });

    it('a generated sealing key works and is its own', async () => {
      const [a, b] = [await crypto.generateAead(), await crypto.generateAead()];
      const nonce = new Uint8Array(12);
      const sealed = await crypto.seal(a, nonce, message);
      expect([...(await crypto.open(a, nonce, sealed))!]).toEqual([...message]);
      expect(await crypto.open(b, nonce, sealed)).toBeNull();
    });

    it('a new key may come with its seed, which makes the same key again', async () => {
      const signing = await crypto.generateSigningSeed();
      const agreement = await crypto.generateAgreementSeed();
      expect([signing.seed.length, agreement.seed.length]).toEqual([32, 32]);
      expect((await crypto.importSigning(signing.seed)).pub).toEqual(signing.key.pub);
      expect((await crypto.importAgreement(agreement.seed)).pub).toEqual(agreement.key.pub);
      expect(await crypto.verify(signing.key.pub, await crypto.sign(signing.key, message), message)).toBe(true);
      const other = await crypto.generateAgreement();
      expect(await crypto.agree(agreement.key, other.pub)).toEqual(await crypto.agree(other, agreement.key.pub));
      expect((await crypto.generateSigningSeed()).seed).not.toEqual(signing.seed);
      // The copy is wiped after use: the key does not live in it.
      signing.seed.fill(0);
      expect(await crypto.verify(signing.key.pub, await crypto.sign(signing.key, message), message)).toBe(true);
    });

    it('a passphrase, a salt and a number of rounds give one key, and each of them counts', async () => {
      const nonce = new Uint8Array(12);
      const keyOf = (passphrase: string, salt: number, rounds: number) => crypto.stretchAead(utf8(passphrase), seed(salt).subarray(16), rounds);
      const sealed = await crypto.seal(await keyOf('пароль', 1, 3), nonce, message);
      expect([...(await crypto.open(await keyOf('пароль', 1, 3), nonce, sealed))!]).toEqual([...message]);
      for (const other of [keyOf('паролъ', 1, 3), keyOf('пароль', 2, 3), keyOf('пароль', 1, 4)]) expect(await crypto.open(await other, nonce, sealed)).toBeNull();
    });

    it('does not change or keep its inputs', async () => {
      const bytes = seed(11);
      const key = await crypto.importAead(bytes);
      const signer = await crypto.importSigning(bytes);
      const sealed = await crypto.seal(key, new Uint8Array(12), message);
      const pub = signer.pub.slice();
      bytes.fill(0);
      expect([...(await crypto.open(key, new Uint8Array(12), sealed))!]).toEqual([...message]);
      expect(await crypto.verify(pub, await crypto.sign(signer, message), message)).toBe(true);
    });

    if (real) knownAnswers(crypto);
  });
}

function knownAnswers(crypto: CryptoPort): void {
  it('RFC 8032 test 1 and RFC 7748 6.1 known answers', async () => {
    const key = await crypto.importSigning(hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
    expect(key.pub).toEqual(hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'));
    expect(await crypto.sign(key, new Uint8Array(0))).toEqual(
      hex('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'),
    );
    const a = await crypto.importAgreement(hex('77076d0a7318a57d3c16c17251b26645df4c4f5dfc9e6e0d5a0b1b5b0c5d5f6e'));
    const b = await crypto.importAgreement(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
    expect(b.pub).toEqual(hex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'));
    expect(await crypto.agree(a, b.pub)).toEqual(await crypto.agree(b, a.pub));
  });

  it('PBKDF2-HMAC-SHA-256 known answer (RFC 7914, 11)', async () => {
    // The first 32 of its 64 bytes are the key of another implementation's seal.
    const key = await crypto.importAead(hex('55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc'));
    const sealed = await crypto.seal(key, new Uint8Array(12), new Uint8Array(3));
    expect(await crypto.seal(await crypto.stretchAead(utf8('passwd'), utf8('salt'), 1), new Uint8Array(12), new Uint8Array(3))).toEqual(sealed);
  });

  it('AES-256-GCM known answer (zero key, zero nonce, 16 zero bytes)', async () => {
    const key = await crypto.importAead(new Uint8Array(32));
    expect(await crypto.seal(key, new Uint8Array(12), new Uint8Array(16))).toEqual(hex('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'));
  });
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!.map((pair) => Number.parseInt(pair, 16)));
}
