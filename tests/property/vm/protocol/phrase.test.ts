/** The words of the recovery key against the coder of the package whose list they are from. */
import { entropyToMnemonic, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyOf, phraseOf, unknownWords, wordsOf } from '#vm/protocol/phrase';

const entropy = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('FORMATS §1: 24 BIP-39 words', () => {
  test('the same words as @scure/bip39, and back', () => {
    fc.assert(fc.property(entropy, (bytes) => {
      const phrase = phraseOf(bytes);
      expect(phrase).toBe(entropyToMnemonic(bytes, wordlist));
      expect(entropyOf(phrase)).toEqual(bytes);
    }));
  });

  test('a changed word is taken exactly when @scure/bip39 takes it', () => {
    let refused = 0;
    fc.assert(fc.property(entropy, fc.nat(23), fc.nat(2047), (bytes, at, word) => {
      const words = phraseOf(bytes).split(' ');
      words[at] = wordlist[word]!;
      const phrase = words.join(' ');
      expect(entropyOf(phrase) !== null).toBe(validateMnemonic(phrase, wordlist));
      if (entropyOf(phrase) === null) refused++;
    }), { numRuns: 300 });
    expect(refused).toBeGreaterThan(200);
  });

  test('numbers, line ends, commas and case are forgiven; other counts and unknown words are not', () => {
    const bytes = new Uint8Array(32).fill(9);
    const words = phraseOf(bytes).split(' ');
    const written = words.map((word, at) => `${at + 1}. ${word.toUpperCase()}${at % 5 === 0 ? ',' : ''}\r\n`).join('');
    expect(wordsOf(written)).toEqual(words);
    expect(entropyOf(written)).toEqual(bytes);
    for (const bad of ['', words.slice(1).join(' '), [...words, 'zoo'].join(' '), words.map((word, at) => (at === 3 ? 'lifegraph' : word)).join(' ')]) expect(entropyOf(bad)).toBeNull();
    expect(unknownWords(['zoo', 'lifegraph', 'abandon', 'zo'])).toEqual([1, 3]);
  });
});
