/** What stands above every lens: who calls, and the call one is in while something else is looked at. */
import { use, useEffect, type ComponentType, type ReactNode } from 'react';
import '#view/kit/messenger-words.ts';
import type { CallHeard, CallNow } from '#os/calls-api';
import { readRoom } from '#domain/messenger';
import { FRAGMENT, ROOT } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate, useRoute } from '#view/kit/router.tsx';
import { CallIcon } from './icons.tsx';
import { DeskContext, deskOf, useCalls, useDesk, type MessengerParts } from './parts.ts';
import { Since } from './since.tsx';
import { useCallActs } from './use-call-acts.ts';
import './messenger.css';

/** Cards of who calls, at a time. */
const CARDS = 3;
/** How often the name of a place is read again, ms. */
const READ_MS = 500;

/** The part, over what it is given. */
export function callAbove(parts: MessengerParts): ComponentType {
  return function CallAbove(): ReactNode {
    return (
      <DeskContext value={use(deskOf(parts, useKernel()))}>
        <Above />
      </DeskContext>
    );
  };
}

function Above(): ReactNode {
  const { now, heard } = useCalls();
  const { quiet } = useQuiet();
  const spaces = useSpaces();
  const route = useRoute();
  // Of people and places that are muted one hears no ringing; the call is in the list all the same.
  const rings = heard.filter((one) => one.rings && spaces?.some(({ id }) => id === one.space) && !quiet.channels.has(one.fragment) && !one.uids.some((uid) => quiet.people.has(uid)));
  // Who calls in many places has one card.
  const cards = rings.filter((one, at) => rings.findIndex(({ uids }) => uids[0] === one.uids[0]) === at).slice(0, CARDS);
  const away = now && !(route.lens === 'messenger' && route.object === now.fragment);
  if (rings.length === 0 && !away) return null;
  return (
    <>
      {rings.length > 0 && <Tone />}
      {rings.length > 0 && <div className="calls-above">{cards.map((one) => <Ringing key={`${one.space}/${one.fragment}/${one.call}`} call={one} />)}</div>}
      {away && <Going now={now} />}
    </>
  );
}

/** Two low tones each two seconds, as long as anything rings. */
function Tone(): ReactNode {
  useEffect(() => {
    const context = new AudioContext();
    const tone = (): void => {
      const gain = new GainNode(context, { gain: 0.06 });
      gain.connect(context.destination);
      for (const [at, frequency] of [[0, 440], [0.22, 554]] as const) {
        const source = new OscillatorNode(context, { frequency });
        source.connect(gain);
        source.start(context.currentTime + at);
        source.stop(context.currentTime + at + 0.16);
      }
    };
    tone();
    const timer = setInterval(tone, 2_000);
    return () => {
      clearInterval(timer);
      void context.close().catch(() => undefined);
    };
  }, []);
  return null;
}

/** Where a call is: the room, where it is in one that has its own name, and the space. */
function usePlaceOf({ space: id, fragment }: { space: string; fragment: string }): { readonly room: string | null; readonly space: string } {
  const api = useKernel();
  const space = useSpaces()?.find((one) => one.id === id);
  const room = useAsked(async () => (await api.graph(id).query({ type: FRAGMENT, fragment: ROOT })).map(readRoom).find((one) => one?.fragment === fragment)?.title ?? '', ['node_created', 'node_updated'], [api, id, fragment], READ_MS);
  return { room: room === null || room === '' || room === space?.name ? null : room, space: space?.name ?? '' };
}

function Ringing({ call }: { call: CallHeard }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(call.space);
  const place = usePlaceOf(call);
  const desk = useDesk();
  const acts = useCallActs();
  const name = people.name(call.uids[0] ?? null);
  return (
    <section className="call-card" role="alert" aria-label={t('call.from', { name })}>
      <Face uid={call.uids[0] ?? ''} name={name} size={40} />
      <div className="grow">
        <p className="medium cut">{t('call.from', { name })}</p>
        <p className="small muted cut">{place.room === null ? place.space : `${place.room} · ${place.space}`}</p>
      </div>
      <Button kind="quiet" onClick={() => desk.decline(call)}>{t('call.decline')}</Button>
      <Button kind="primary" onClick={() => acts.answer(call)}><CallIcon name="phone" />{t('call.answer')}</Button>
    </section>
  );
}

function Going({ now }: { now: CallNow }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const acts = useCallActs();
  const place = usePlaceOf(now);
  const title = place.room ?? place.space;
  return (
    <section className="call-card" data-going aria-label={t('call.here', { title })}>
      <span className="medium num"><Since at={now.since} /></span>
      <span className="grow cut">{title}</span>
      <Button kind="quiet" size="compact" aria-pressed={now.muted} onClick={() => desk.mute(!now.muted)}><CallIcon name={now.muted ? 'mic-off' : 'mic'} /><span className="call-word">{t(now.muted ? 'call.unmute' : 'call.mute')}</span></Button>
      <Button kind="quiet" size="compact" onClick={() => navigate({ space: now.space, lens: 'messenger', object: now.fragment })}>{t('call.back')}</Button>
      <Button className="leave" size="compact" onClick={acts.leave}><CallIcon name="leave" /><span className="call-word">{t('call.leave')}</span></Button>
    </section>
  );
}
