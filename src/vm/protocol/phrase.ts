/**
 * The 24 words of the recovery key (FORMATS 1), by BIP-39: 256 bits of entropy and the first 8 of their SHA-256, 11 bits a word. The list is that of
 * @scure/bip39, which the seal words use too; its coder brings a second copy of the hashes into what every tab loads, so the few lines are here and
 * tests hold them against it.
 */
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { concat, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';

/** Words of a phrase, bytes they stand for, bits of a word. */
export const PHRASE_WORDS = 24;
const ENTROPY_BYTES = 32;
const BITS = 11;

/** The words of a phrase as typed: spaces, line ends, numbers before the words and case are forgiven. */
export function wordsOf(phrase: string): string[] {
  return phrase.normalize('NFKD').toLowerCase().split(/[\s,.;:)\d]+/).filter((word) => word !== '');
}

/** The 24 words of 32 bytes of entropy. */
export function phraseOf(entropy: Uint8Array): string {
  const bits = [...concat(entropy, sha256(entropy).subarray(0, 1))].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: PHRASE_WORDS }, (_, at) => wordlist[Number.parseInt(bits.slice(at * BITS, (at + 1) * BITS), 2)]!).join(' ');
}

/** The 32 bytes of entropy of a phrase as typed; null when it is not 24 words with a right checksum. */
export function entropyOf(phrase: string): Bytes | null {
  const words = wordsOf(phrase);
  if (words.length !== PHRASE_WORDS || unknownWords(words).length > 0) return null;
  const bits = words.map((word) => wordlist.indexOf(word).toString(2).padStart(BITS, '0')).join('');
  const entropy = Uint8Array.from({ length: ENTROPY_BYTES }, (_, at) => Number.parseInt(bits.slice(at * 8, (at + 1) * 8), 2)) as Bytes;
  return phraseOf(entropy) === words.join(' ') ? entropy : null;
}

/** Places (from 0) of words that are in no list: a slip of the hand can be shown where it is. */
export function unknownWords(words: readonly string[]): number[] {
  return words.flatMap((word, at) => (wordlist.includes(word) ? [] : [at]));
}
