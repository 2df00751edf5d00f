/** Who asks to be let in by hand: what they say of themselves, since when, and the answer. */
import './requests.css';
import { useState, type ReactNode } from 'react';
import type { JoinRequest, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useCopy } from '#view/kit/use-copy.ts';

const AS: Record<'guest' | 'member', Key> = { guest: 'ask.asGuest', member: 'ask.asMember' };

/** The tab. */
export function RequestsSection({ space, waiting }: { space: SpaceView; waiting: readonly JoinRequest[] | null }): ReactNode {
  const { t } = useI18n();
  const [refusing, setRefusing] = useState<JoinRequest | null>(null);
  if (!waiting) return <Skeleton label={t('list.loading')} />;
  if (waiting.length === 0) return <EmptyState title={t('ask.none')} text={t('ask.noneText')} />;
  return (
    <section aria-label={t('access.waiting')}>
      <p className="small muted">{t('access.waitingText')}</p>
      <ul className="card waiting">
        {waiting.map((one) => <Row key={one.uid} space={space} request={one} onRefuse={() => setRefusing(one)} />)}
      </ul>
      {refusing && <Refuse space={space} request={refusing} onClose={() => setRefusing(null)} />}
    </section>
  );
}

const nameOf = ({ name, uid }: JoinRequest): string => name || uid.slice(0, 6);

function Row({ space, request, onRefuse }: { space: SpaceView; request: JoinRequest; onRefuse: () => void }): ReactNode {
  const { t, moment } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const copy = useCopy();
  const name = nameOf(request);
  const letIn = (as?: 'guest' | 'member'): void => {
    api.spaces.approve(space.id, request.uid, as).then(
      () => toast({ text: t('access.approved') }),
      (error: unknown) => toast({ text: errorText(t, error, 'access.approveFailed') }),
    );
  };
  const usual = request.role === 'guest' || request.role === 'member' ? request.role : null;
  const other = usual === 'guest' ? 'member' : 'guest';
  return (
    <li className="line wrap waiting-row ask-row">
      <Face uid={request.uid} name={name} size={28} />
      <span className="stack ask-who">
        <span className="medium cut">{name}</span>
        {request.words !== '' && <span>{request.words}</span>}
        <span className="small muted cut">{t('ask.since', { time: moment(request.since) })} <code>{request.uid.slice(0, 12)}</code></span>
      </span>
      <span className="line">
        <Button kind="quiet" size="compact" onClick={() => letIn(usual ?? undefined)}>{t(usual === null ? 'access.letIn' : AS[usual])}</Button>
        <Button kind="text" size="compact" onClick={onRefuse}>{t('ask.refuse')}</Button>
        <MenuButton name={t('ask.acts', { name })} items={[{ label: t(AS[other]), icon: 'access', onSelect: () => letIn(other) }, { label: t('access.copyKey'), icon: 'copy', onSelect: () => copy(request.uid) }]} />
      </span>
    </li>
  );
}

/** Most letters of the words; the kernel cuts at the same place. */
const WORDS_MAX = 280;

function Refuse({ space, request, onClose }: { space: SpaceView; request: JoinRequest; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const name = nameOf(request);
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'ask.failed') });
  const refuse = async (words: string): Promise<string | null> => {
    try {
      await api.spaces.decline(space.id, request.uid, words);
    } catch (error) {
      return errorText(t, error, 'ask.failed');
    }
    toast({ text: t('ask.refused', { name }), undo: () => void api.spaces.decline(space.id, request.uid, null).catch(failed) });
    onClose();
    return null;
  };
  return <FieldDialog title={t('ask.refuseTitle', { name })} label={t('ask.refuseWords')} note={t('ask.refuseNote')} act="ask.refuse" danger maxLength={WORDS_MAX} onSubmit={refuse} onClose={onClose} />;
}
