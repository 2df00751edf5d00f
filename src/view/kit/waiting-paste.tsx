/** What was pasted and is more than a message: it waits over the field. Comes when there is some. */
import '#view/kit/talk-words.ts';
import type { ReactNode } from 'react';
import { MESSAGE_TEXT_MAX } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import type { HeldPaste } from '#view/kit/held-paste.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';

/** Pasted text that is more than a message: what it is, where it is, and what can be done with it. */
export function WaitingPaste({ paste, full, onNext }: { paste: HeldPaste; full: boolean; onNext: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="composer-paste" role="status">
      <Icon name="fragment" size={14} tone="muted" />
      <span className="grow small">
        {t('paste.waits', { n: paste.length })} {t('paste.most', { n: MESSAGE_TEXT_MAX })} {paste.kept && t('composer.draftSaved')}
      </span>
      <Button size="compact" kind="quiet" disabled={full} onClick={onNext}>
        {t('paste.next')}
      </Button>
      <Button size="compact" kind="text" onClick={() => download(new Blob([paste.text()], { type: 'text/plain' }), 'lifegraph-text.txt')}>
        {t('paste.file')}
      </Button>
      <IconButton icon="close" size={14} name={t('paste.discard')} onClick={paste.clear} />
    </div>
  );
}
