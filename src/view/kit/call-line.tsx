/** A call that was held in a conversation, as a line among its messages: who was there, how long; or that it was missed. */
import type { ReactNode } from 'react';
import '#view/kit/messenger-words.ts';
import './call-line.css';
import type { NodeView } from '#os/api';
import { isMissed, mayCall, readCall, type CallEntry } from '#domain/messenger';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';

/** The line; `going`: it is heard of now; null: that is not known here. */
export function CallLine({ node, going = null }: { node: NodeView; going?: boolean | null }): ReactNode {
  const call = readCall(node);
  return call && <Line call={call} going={going} />;
}

/** Who called, or who was there; a word for them until their names are read. */
export function whoOf(call: Pick<CallEntry, 'by' | 'people'>, people: Pick<People, 'loaded' | 'name'>, missed: boolean, { list, somebody }: { list(names: string[]): string; somebody: string }): string {
  const named = missed || call.people.length === 0 ? [call.by] : call.people;
  const names = named.map((uid) => people.name(uid));
  return !people.loaded && names.includes('…') ? somebody : list(names);
}

function Line({ call, going }: { call: CallEntry; going: boolean | null }): ReactNode {
  const { t, time, list } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const people = usePeople(call.space);
  const space = useSpaces()?.find(({ id }) => id === call.space);
  const since = people.members.find(({ self }) => self)?.since ?? Infinity;
  // One whose end nobody told may still go on.
  const missed = (going !== null || call.ended !== null) && isMissed(call, { me, since, hears: space !== undefined && mayCall(space, call.fragment) }, going === true);
  return (
    <span className="line call-line" data-missed={missed ? '' : undefined}>
      <Icon name={missed ? 'leave' : 'phone'} size={14} />
      <bdi className="cut">{whoOf(call, people, missed, { list, somebody: t('call.somebody') })}</bdi>
      {missed && <span className="medium">{t('call.missed')}</span>}
      {going ? <span className="medium">{t('call.now')}</span> : call.ended !== null && !missed && <span className="num">{t('call.ended', { n: Math.max(1, Math.round((call.ended - call.at) / 60_000)) })}</span>}
      <time className="num" dateTime={new Date(call.at).toISOString()}>{time(call.at)}</time>
    </span>
  );
}
