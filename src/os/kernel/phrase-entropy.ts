/** The entropy of a recovery phrase as a person types it. */
import { AppError } from '#base/app-error';
import type { Bytes } from '#base/bytes';
import { entropyOf, PHRASE_WORDS, unknownWords, wordsOf } from '#vm/protocol/phrase';

const NONE = 'Nothing was changed.';

/** What typed words stand for. AppError `phrase-count`, `phrase-word`, `phrase-sum`. */
export function entropyOfWords(phrase: string): Bytes {
  const words = typeof phrase === 'string' ? wordsOf(phrase) : [];
  if (words.length !== PHRASE_WORDS) throw new AppError('phrase-count', `A recovery phrase has ${PHRASE_WORDS} words; these are ${words.length}.`, NONE, 'Compare it with what you wrote down.');
  const unknown = unknownWords(words);
  if (unknown.length > 0) throw new AppError('phrase-word', `Word ${unknown[0]! + 1} is in no list of the phrase.`, NONE, 'Look at its spelling.');
  const entropy = entropyOf(phrase);
  if (!entropy) throw new AppError('phrase-sum', 'These words do not belong together: one is another, or their order is.', NONE, 'Compare them with what you wrote down.');
  return entropy;
}
