/** Removed, or the time is over: by whom and when, what stays, and what can be done with it. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { Ending, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';

/** The note. */
export function EndingNote({ space }: { space: SpaceView }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  const [forgetting, setForgetting] = useState(false);
  const ending = useAsked(() => api.access.ending(space.id), ['members', 'spaces'], [api, space.id]);
  if (!ending) return null;
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'person.failed') });
  const keep = (): void => void api.access.copy(space.id).then((blob) => download(blob, 'lifegraph-space.json'), failed);
  return (
    <div className="note" role="status" data-ending={ending.kind}>
      <Icon name="access" />
      <span className="grow">{sentence(i18n, ending)}</span>
      <div className="line wrap">
        <Button kind="quiet" size="compact" onClick={keep}>{t('person.keepCopy')}</Button>
        <Button kind="text" size="compact" onClick={() => setForgetting(true)}>{t('person.forget')}</Button>
      </div>
      {forgetting && (
        <ConfirmWithConsequence
          title={t('person.forgetTitle', { space: space.name })} consequence={t('person.forgetText')} act={t('person.forget')}
          onConfirm={() => api.spaces.leave(space.id).then(() => navigate({}), failed)} onClose={() => setForgetting(false)}
        />
      )}
    </div>
  );
}

function sentence({ t, date, time }: I18n, { kind, name, at }: Ending): string {
  const words = { name: name || t('person.somebody'), at: `${date(at)}, ${time(at)}` };
  if (kind === 'device') return t('person.deviceGone', words);
  if (kind === 'ended') return t('person.ended', words);
  return kind === 'left' ? t('person.left', words) : t('person.sentOut', words);
}
