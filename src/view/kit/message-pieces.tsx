/** The words of a message in their pieces: links, mentions, bits of code. */
import { useMemo, type ReactNode } from 'react';
import { plainLine } from '#base/plain-text';
import { Icon } from '#view/kit/icons.tsx';
import { ObjectLink, ownRoute } from '#view/kit/object-link.tsx';
import { textPieces } from '#view/kit/text-pieces.ts';

export interface Speaker {
  uid: string;
  name: string;
}

export interface MessageTextProps {
  text: string;
  people: readonly Speaker[];
  /** Nothing else of ours can be opened from here, and its links are words. */
  alone?: boolean;
}

/** Words on one or more lines: links, mentions and bits of code in them. */
export function MessagePieces({ text, people, alone = false }: MessageTextProps): ReactNode {
  const pieces = useMemo(() => textPieces(text, people), [text, people]);
  return pieces.map((piece, at) => {
    const own = piece.kind === 'link' || piece.kind === 'outside' ? ownRoute(piece.href, location.href) : piece.kind === 'object' ? ownRoute(piece.href, '') : null;
    if (own && alone) return piece.text;
    if (own) return <ObjectLink key={at} route={own} {...(piece.kind !== 'link' ? { words: plainLine(piece.text) } : {})} />;
    if (piece.kind === 'link') {
      return (
        <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer">
          {piece.text}
        </a>
      );
    }
    if (piece.kind === 'outside') {
      // Nothing is asked of that address: the title is its sender's, and where it leads always stands beside.
      return (
        <a key={at} className="object outside" data-size="chip" href={piece.href} title={piece.href} target="_blank" rel="noopener noreferrer">
          <Icon name="link" size={14} tone="muted" />
          <bdi className="object-title cut">{plainLine(piece.text)}</bdi>
          <span className="small muted cut outside-host" dir="rtl"><bdi dir="ltr">{piece.host}</bdi></span>
        </a>
      );
    }
    if (piece.kind === 'code') return <code key={at}>{piece.text}</code>;
    if (piece.kind === 'mention') return <span key={at} className="mention">{piece.text}</span>;
    return piece.text;
  });
}
