/** What became of the words: each was typed once and has to stand once and whole, for everybody. */
import type { Sight } from './hand.ts';
import { lettersOf } from './script.ts';

export interface Found {
  readonly words: number;
  /** A letter of it is gone. */
  readonly lost: readonly string[];
  /** A letter of it stands more than once. */
  readonly doubled: readonly string[];
  /** Doubled, and more than one of a letter not marked as standing twice. */
  readonly unmarked: readonly string[];
  /** Marked so that none would be left. */
  readonly overmarked: readonly string[];
  /** All letters are there, but nowhere side by side. */
  readonly torn: readonly string[];
  /** People who see something else than the first. */
  readonly differ: number;
}

const times = (text: string, letter: string): number => text.split(letter).length - 1;

/** Looks at what everybody sees; throws where a screen and its editor's document are not of one mind. */
export function count(words: readonly string[], sights: readonly Sight[]): Found {
  const found = { lost: new Set<string>(), doubled: new Set<string>(), unmarked: new Set<string>(), overmarked: new Set<string>(), torn: new Set<string>() };
  for (const { screen, text, marked } of sights) {
    const flagged = marked.join('\n');
    for (const [n, word] of words.entries()) {
      const counts = lettersOf(n).map((letter) => {
        const here = times(screen, letter);
        if (here !== times(text, letter)) throw new Error(`${letter} stands ${here} times on the screen and ${times(text, letter)} times in the document`);
        return { here, left: here - times(flagged, letter) };
      });
      const any = (is: (one: { here: number; left: number }) => boolean, list: Set<string>): void => void (counts.some(is) && list.add(word));
      any(({ here }) => here === 0, found.lost);
      any(({ here }) => here > 1, found.doubled);
      any(({ here, left }) => here > 1 && left > 1, found.unmarked);
      any(({ here, left }) => here > 0 && left < 1, found.overmarked);
      if (!found.lost.has(word) && !text.includes(word)) found.torn.add(word);
    }
  }
  const { lost, doubled, unmarked, overmarked, torn } = found;
  return { words: words.length, lost: [...lost], doubled: [...doubled], unmarked: [...unmarked], overmarked: [...overmarked], torn: [...torn], differ: sights.filter(({ whole }) => whole !== sights[0]?.whole).length };
}
