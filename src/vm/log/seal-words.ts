/** The words of a seal (FORMATS 9). Their list is apart from the digests: it comes when somebody looks at a seal. */
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { sealDigest, type Sealed } from './digests.ts';

/** Four words: the first 44 bits of the seal digest. */
export function sealWords(fragments: readonly Sealed[]): string[] {
  return wordsOf(sealDigest(fragments));
}

/** The four words of a seal digest. */
export function wordsOf(hash: Uint8Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < 4; i++) {
    let index = 0;
    for (let bit = i * 11; bit < i * 11 + 11; bit++) index = (index << 1) | ((hash[bit >> 3]! >> (7 - (bit & 7))) & 1);
    out.push(wordlist[index]!);
  }
  return out;
}
