/** The palette with what it offers here; its code comes once the first screen stands. */
import { useEffect, useState, type ReactNode } from 'react';
import { Palette } from '#view/kit/palette.tsx';
import { earlyWords, forgetEarlyWords } from './early-words.tsx';
import { usePaletteEntries, type PaletteGiven } from './use-palette-entries.ts';

/** The palette. */
export function PaletteHere({ onClose, ...given }: PaletteGiven & { onClose: () => void }): ReactNode {
  const { entries, source } = usePaletteEntries(given);
  const [words] = useState(earlyWords);
  useEffect(forgetEarlyWords, []);
  return <Palette words={words} entries={entries} source={source} onClose={onClose} />;
}
