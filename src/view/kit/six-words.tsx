/** Words in their order, to be compared by voice or written down. */
import type { ReactNode } from 'react';
import './six-words.css';

/** The list. */
export function SixWords({ words, label }: { words: readonly string[]; label?: string }): ReactNode {
  return <ol className="phrase" translate="no" aria-label={label}>{words.map((word, at) => <li key={at}><code>{word}</code></li>)}</ol>;
}
