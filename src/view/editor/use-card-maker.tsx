/** A card out of words of a page: its dialog, filled with what the words say. */
import { useState, type ReactNode } from 'react';
import { CardDialog } from '#view/kit/lazy-card.ts';
import type { TaskWords } from './page-acts.ts';

/** The act, and the dialog while it is open. */
export function useCardMaker(space: string, fragment: string, node: string): { make(words: TaskWords): void; dialog: ReactNode } {
  const [words, setWords] = useState<TaskWords | null>(null);
  return { make: setWords, dialog: words && <CardDialog words={words.text} source={{ space, fragment, node, block: words.block }} card={null} onClose={() => setWords(null)} /> };
}
