/** A space that is being joined, on the desk: how far the request came, and taking it back. */
import '#view/kit/join-words.ts';
import { useEffect, type ReactNode } from 'react';
import type { OwnRequest, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { Steps, useJoining } from './join.tsx';

const stay = (): void => undefined;

/** The screen. */
export function Asking({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const request = useAsked(() => api.spaces.request(space.id), ['spaces'], [api, space.id], 300);
  return (
    <Place header={{ crumbs: [], title: space.name || t('join.title'), copies: null, onBack: () => navigate({ space: space.id, lens: 'more' }) }}>
      <div className="sheet">{request ? <Request key={request.link} space={space} request={request} /> : <EmptyState title={t('join.coming')} text={t('join.comingText')} />}</div>
    </Place>
  );
}

function Request({ space, request }: { space: SpaceView; request: OwnRequest }): ReactNode {
  const { t, moment } = useI18n();
  const api = useKernel();
  const toast = useToast();
  // Let in, the desk shows the space by itself.
  const { progress, start } = useJoining(request.link, stay);
  useEffect(() => void start(), [start]);
  const withdraw = (): void => {
    api.spaces.withdraw(space.id).then(
      () => (toast({ text: t('join.withdrawn') }), navigate({})),
      (error: unknown) => toast({ text: errorText(t, error, 'join.withdrawFailed') }),
    );
  };
  return (
    <>
      <p className="muted">{t('join.askedBy', { by: request.by })} {request.since > 0 && t('where.since', { time: moment(request.since) })}</p>
      {request.words !== '' && <p>{t('join.yourWords', { words: request.words })}</p>}
      {progress && <Steps progress={progress} onRetry={() => void start()} />}
      <Button kind="quiet" onClick={withdraw}>{t('join.withdraw')}</Button>
      <p className="small muted join-note">{t('join.withdrawNote')}</p>
    </>
  );
}
