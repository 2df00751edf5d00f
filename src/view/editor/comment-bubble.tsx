/** Beside chosen words: the way to a comment, and what else is done with them. Beside commented ones: the way to theirs. */
import { useEffect, useState, type ReactNode } from 'react';
import { IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import { commentsAt } from './comment-marks.ts';
import type { PageAct } from './page-acts.ts';
import type { Desk } from './page-editor.tsx';
import type { Comments } from './use-comments.ts';

interface Spot {
  readonly top: number;
  readonly bottom: number;
  readonly known: boolean;
}

/** The button; drawn inside of the page, so that it goes with the text. */
export function CommentBubble({ desk, comments, acts }: { desk: Desk; comments: Comments; acts: readonly PageAct[] }): ReactNode {
  const { t } = useI18n();
  const [spot, setSpot] = useState<Spot | null>(null);
  const { may } = comments;
  const offers = may || acts.length > 0;
  useEffect(() => {
    const { editor } = desk;
    const look = (): void => {
      if (editor.isDestroyed) return;
      const { selection } = editor.state;
      const known = selection.empty && commentsAt(editor.state, selection.head).length > 0;
      const page = editor.view.dom.closest('.doc')?.getBoundingClientRect();
      if (!page || !(known || (offers && !selection.empty))) return setSpot(null);
      const { top, bottom } = editor.view.coordsAtPos(selection.to);
      setSpot({ top: top - page.top, bottom: bottom - page.top, known });
    };
    editor.on('transaction', look);
    // A picture that arrives moves what stands below it.
    const watch = new ResizeObserver(look);
    watch.observe(editor.view.dom);
    return () => {
      editor.off('transaction', look);
      watch.disconnect();
    };
  }, [desk, offers]);
  if (!spot || comments.draft) return null;
  return (
    <span className="comment-bubble" style={{ '--top': `${spot.top}px`, '--bottom': `${spot.bottom}px` } as React.CSSProperties}>
      {(spot.known || may) && <IconButton icon="message" name={t(spot.known ? 'comment.show' : 'comment.add')} hint={`${CTRL}+Alt+M`} onPointerDown={(event) => event.preventDefault()} onClick={comments.begin} />}
      {!spot.known && acts.map(({ id, icon, label, note, run }) => <IconButton key={id} icon={icon} name={label} hint={note} onPointerDown={(event) => event.preventDefault()} onClick={run} />)}
    </span>
  );
}
