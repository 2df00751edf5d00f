/** The palette with what it offers here; its code comes once the first screen stands. */
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { Palette } from '#view/kit/palette.tsx';
import { earlyWords, forgetEarlyWords } from './early-words.tsx';
import { usePaletteEntries, type PaletteGiven } from './use-palette-entries.ts';

/** The palette. */
export function PaletteHere({ onClose, ...given }: PaletteGiven & { onClose: () => void }): ReactNode {
  const { entries, source } = usePaletteEntries(given);
  const [words, setWords] = useState(earlyWords);
  // It is drawn some time before it takes the place of the field: what was typed there until now counts.
  useLayoutEffect(() => setWords((drawn) => earlyWords() || drawn), []);
  useEffect(forgetEarlyWords, []);
  return <Palette key={words} words={words} entries={entries} source={source} onClose={onClose} />;
}
