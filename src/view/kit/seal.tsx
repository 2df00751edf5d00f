/** Seal strip and space mark: four out of eight tones from bytes 8–11, a second look beside words or a name. */
import type { ReactNode } from 'react';
import { fromBase64url, utf8 } from '#base/bytes';
import { sha256 } from '#base/hash';

function tones(bytes: Uint8Array): number[] {
  return [0, 1, 2, 3].map((k) => (bytes[8 + k] ?? 0) & 7);
}

/** Tones of a seal: from its digest; from a hash of the words where only the words are known. */
export function sealTones(digest: string | undefined, words: readonly string[]): number[] {
  const bytes = digest ? fromBase64url(digest) : null;
  return tones(bytes && bytes.length >= 12 ? bytes : sha256(`lgos/seal-tones/1${words.join(' ')}`));
}

/** Four cells in the tones of the seal. */
export function SealStrip({ tones: four, large = false }: { tones: number[]; large?: boolean }): ReactNode {
  const [width, height] = large ? [160, 24] : [64, 12];
  const cell = (width - 6) / 4;
  return (
    <svg width={width} height={height} aria-hidden="true">
      {four.map((tone, at) => (
        <rect key={at} x={at * (cell + 2)} width={cell} height={height} rx={2} style={{ fill: `var(--tone-${tone})` }} />
      ))}
    </svg>
  );
}

/** The mark of a space: four touching bands from its id; never changes. */
export function SpaceMark({ id, size = 20 }: { id: string; size?: number }): ReactNode {
  const four = tones(fromBase64url(id) ?? utf8(id));
  return (
    <svg className="space-mark" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {four.map((tone, at) => (
        <rect key={at} x={at * 5} width={5.2} height={20} style={{ fill: `var(--tone-${tone})` }} />
      ))}
    </svg>
  );
}

/** The mark of the app on pages before a space is open. */
export function AppMark(): ReactNode {
  return (
    <span className="line app-mark">
      <svg width={32} height={20} aria-hidden="true">
        {[2, 4, 7, 7].map((tone, at) => (
          <rect key={at} x={at * 8.5} width={6.5} height={20} rx={2} style={{ fill: `var(--tone-${tone})` }} />
        ))}
      </svg>
      <span className="medium">LifeGraph</span>
    </span>
  );
}
