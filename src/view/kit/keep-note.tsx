/** The space asks to be kept on no device of a Member or Guest, and this browser keeps it: what that means, a tab that keeps nothing, and the way out of it here. */
import '#view/kit/access-words.ts';
import '#view/kit/keep-note.css';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';

/** Spaces of which the person has read it since the page was opened. */
const read = new Set<string>();

/** The note. */
export function KeepNote({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  const [hidden, setHidden] = useState(read.has(space.id));
  if (hidden) return null;
  return (
    <div className="note" role="status" data-keep>
      <Icon name="device" />
      <span className="grow">{t('keep.note')}</span>
      <div className="line wrap">
        <Button kind="quiet" size="compact" onClick={() => tab.open()}>{t('keep.open')}</Button>
        <IconButton icon="close" name={t('act.close')} onClick={() => (read.add(space.id), setHidden(true))} />
      </div>
    </div>
  );
}
