/** The call that is held in the conversation below: who is in it, how loud, and what one does in it. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { CallNow, DeviceState, Seat } from '#os/calls-api';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { useMakeTask } from '#view/kit/tasks.tsx';
import { ShareDialog } from '#view/kit/lazy-dialogs.ts';
import { Popover, useAnchored } from '#view/kit/overlays.tsx';
import { mayShare } from '#domain/subscription';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { CallDevices } from './call-devices.tsx';
import { CallIcon } from './icons.tsx';
import { Meter } from './meter.tsx';
import { useCalls, useDesk } from './parts.ts';
import { MOST, useCallActs } from './use-call-acts.ts';
import { Since } from './since.tsx';
import { useCallNotes } from './use-call-notes.ts';

const CaptionsView = lazyPart(async () => (await import('./captions-view.tsx')).CaptionsView, { alone: true });

/** How often levels are looked at, ms; from where on somebody speaks. */
const LEVEL_MS = 100;
const SPEAKS = 0.45;

/** The stage; nothing while the call of this page is held elsewhere, or there is none. */
export function CallStage({ space, fragment }: { space: SpaceView; fragment: string }): ReactNode {
  const { now } = useCalls();
  const people = usePeople(space.id);
  if (!now || now.space !== space.id || now.fragment !== fragment) return null;
  return <Stage now={now} people={people} space={space} />;
}

function Stage({ now, people, space }: { now: CallNow; people: People; space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const [inviting, setInviting] = useState(false);
  const [captions, setCaptions] = useState(false);
  const screens = now.seats.filter(({ screen }) => screen);
  return (
    <section className="stage" aria-label={t('call.here', { title: space.name })} data-region>
      <Troubles now={now} people={people} />
      <div className="tiles" data-screen={screens.length > 0 ? '' : undefined}>
        {screens.map((seat) => <Picture key={`${seat.seat}/screen`} track={seat.screen!} label={t('call.screenOf', { name: people.name(seat.uid) })} />)}
        {now.seats.map((seat) => <Tile key={seat.seat} seat={seat} people={people} />)}
        {now.seats.length === 1 && mayShare(space) && (
          <button type="button" className="tile" data-add onClick={() => setInviting(true)}>{t('call.add')}</button>
        )}
      </div>
      {now.silent && <Button kind="primary" onClick={() => desk.hear()}>{t('call.hear')}</Button>}
      {captions && <CaptionsView now={now} people={people} space={space.id} onClose={() => setCaptions(false)} />}
      <CallBar now={now} people={people} space={space} captions={captions} onCaptions={() => setCaptions(!captions)} />
      {inviting && <ShareDialog space={space} onClose={() => setInviting(false)} />}
    </section>
  );
}

const DEVICE_WORD: Record<Exclude<DeviceState, 'off' | 'asking' | 'on'>, Key> = { none: 'call.noDevice', refused: 'call.refused', busy: 'call.busyDevice', lost: 'call.lost' };

/** What does not work, with what to do about it. */
function Troubles({ now, people }: { now: CallNow; people: People }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const acts = useCallActs();
  const devices: [DeviceState, Key, () => void][] = [[now.mic, 'call.mic', () => void desk.choose('mic', '')], [now.camera, 'call.camera', () => acts.camera(true)]];
  const bad = devices.flatMap(([state, device, again]) => (state === 'off' || state === 'asking' || state === 'on' ? [] : [{ text: t(DEVICE_WORD[state], { device: t(device).toLowerCase() }), again }]));
  const alone = now.seats.length === 1;
  return (
    <div role="status" className="stage-notes">
      {bad.map(({ text, again }) => (
        <p key={text} className="stage-note" data-tone="wait">
          <span className="grow">{text}</span>
          <Button kind="quiet" size="compact" onClick={again}>{t('call.try')}</Button>
        </p>
      ))}
      {now.declined.filter((uid) => !now.seats.some((seat) => seat.uid === uid)).map((uid) => <p key={uid} className="stage-note small muted">{t('call.declined', { name: people.name(uid) })}</p>)}
      {alone && <p className="stage-note small muted">{t('call.waiting')}</p>}
    </div>
  );
}

/** Looks at the loudness of a seat while it is shown. */
function useLevel(seat: string): number {
  const desk = useDesk();
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLevel(Math.round(desk.level(seat) * 10) / 10), LEVEL_MS);
    return () => clearInterval(timer);
  }, [desk, seat]);
  return level;
}

const LINK_WORD: Record<Exclude<Seat['link'], 'live'>, Key> = { meeting: 'call.connecting', linking: 'call.connecting', broken: 'call.mend', unreachable: 'call.noWay' };

function Tile({ seat, people }: { seat: Seat; people: People }): ReactNode {
  const { t } = useI18n();
  const level = useLevel(seat.seat);
  const name = people.name(seat.uid);
  const speaks = !seat.muted && level >= SPEAKS;
  const state = seat.link !== 'live' ? t(LINK_WORD[seat.link]) : seat.deaf ? t('call.deaf') : seat.muted ? t('call.muted') : seat.self ? t('call.you') : speaks ? t('call.speaking') : '';
  return (
    <div className="tile" role="group" aria-label={state ? `${name}, ${state}` : name} data-speaks={speaks ? '' : undefined} data-link={seat.link}>
      {seat.camera ? <Picture track={seat.camera} label={t('call.video', { name })} mirror={seat.self} /> : <Face uid={seat.uid} name={name} size={72} />}
      <div className="tile-foot">
        {seat.muted ? <CallIcon name="mic-off" size={14} /> : <Meter level={level} />}
        <span className="medium cut">{name}</span>
        <span className="small muted cut" title={state}>{state}</span>
      </div>
    </div>
  );
}

function Picture({ track, label, mirror = false }: { track: MediaStreamTrack; label: string; mirror?: boolean }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current!;
    shown.srcObject = new MediaStream([track]);
    void shown.play().catch(() => undefined);
    return () => void (shown.srcObject = null);
  }, [track]);
  return <video ref={video} className="picture" aria-label={label} data-mirror={mirror ? '' : undefined} muted playsInline />;
}

/** Time, how many, and the acts. */
function CallBar({ now, people, space, captions, onCaptions }: { now: CallNow; people: People; space: SpaceView; captions: boolean; onCaptions: () => void }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const acts = useCallActs();
  const devices = useAnchored();
  const words = useAnchored();
  const [press, setPress] = usePushToTalk(now);
  const [task, setTask] = useState(false);
  const notes = useCallNotes(space, now);
  return (
    <div className="call-bar">
      <span className="medium num"><Since at={now.since} /></span>
      <button type="button" className="call-fact small muted" aria-haspopup="dialog" onClick={words.open}>{`${t('call.of', { n: now.seats.length, most: MOST.seats })} · ${t('call.sealed')}`}</button>
      <span className="grow" />
      <Button aria-pressed={now.muted} onClick={() => desk.mute(!now.muted)}><CallIcon name={now.muted ? 'mic-off' : 'mic'} /><span className="call-word">{t(now.muted ? 'call.unmute' : 'call.mute')}</span></Button>
      <Button aria-pressed={now.camera === 'on'} onClick={() => acts.camera(now.camera !== 'on')}><CallIcon name={now.camera === 'on' ? 'camera' : 'camera-off'} /><span className="call-word">{t(now.camera === 'on' ? 'call.cameraOff' : 'call.cameraOn')}</span></Button>
      <Button aria-pressed={now.screen === 'on'} onClick={() => acts.screen(now.screen !== 'on')}><CallIcon name={now.screen === 'on' ? 'screen-off' : 'screen'} /><span className="call-word">{t(now.screen === 'on' ? 'call.screenOff' : 'call.screen')}</span></Button>
      <Button icon="task" onClick={() => setTask(true)}><span className="call-word">{t('act.makeTask')}</span></Button>
      {notes && <Button icon="edit" onClick={notes}><span className="call-word">{t('call.notes')}</span></Button>}
      <Button aria-pressed={captions} onClick={onCaptions}><CallIcon name="captions" /><span className="call-word">{t('call.captions')}</span></Button>
      <Button aria-haspopup="dialog" onClick={devices.open}><CallIcon name="devices" /><span className="call-word">{t('call.devices')}</span></Button>
      <Button className="leave" onClick={acts.leave}><CallIcon name="leave" /><span className="call-word">{t('call.leave')}</span></Button>
      {devices.anchor && <Popover anchor={devices.anchor} onClose={devices.close} align="end" label={t('call.devices')}><CallDevices press={{ on: press, set: setPress }} /></Popover>}
      {task && <TaskOf now={now} space={space} onClose={() => setTask(false)} />}
      {words.anchor && <Popover anchor={words.anchor} onClose={words.close} label={t('call.check')}><Words now={now} people={people} /></Popover>}
    </div>
  );
}

/** A task out of what was said, linked to the call. */
function TaskOf({ now, space, onClose }: { now: CallNow; space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const make = useMakeTask();
  const submit = (text: string): null => {
    if (text.trim() !== '') make({ space, fragment: now.fragment, lens: 'messenger', source: { node: now.call, block: null }, text });
    onClose();
    return null;
  };
  return <FieldDialog title={t('act.makeTask')} label={t('call.taskWhat')} act="act.create" onSubmit={submit} onClose={onClose} />;
}

/** The four words of each pair, and what was counted. */
function Words({ now, people }: { now: CallNow; people: People }): ReactNode {
  const { t } = useI18n();
  const others = now.seats.filter(({ self }) => !self);
  return (
    <div className="call-words" tabIndex={-1} data-first>
      <p className="medium">{t('call.check')}</p>
      <p className="small muted">{t('call.checkText')}</p>
      <dl>
        {others.map(({ seat, uid, words, frames }) => (
          <div key={seat}>
            <dt className="small muted">{t('call.words', { name: people.name(uid) })}</dt>
            <dd className="code">{words?.join(' ') ?? '…'}</dd>
            <dd className="small muted" data-frames={`${frames.opened}/${frames.refused}`}>{t('call.frames', { opened: frames.opened, refused: frames.refused })}</dd>
          </div>
        ))}
      </dl>
      <p className="small muted">{t('call.privacy')}</p>
      <p className="small muted">{t('call.limit', { n: MOST.seats, m: MOST.pictures })}</p>
    </div>
  );
}

/** Muted until Space is held, where nothing is typed in. */
function usePushToTalk(now: CallNow): [boolean, (on: boolean) => void] {
  const desk = useDesk();
  const [on, set] = useState(false);
  const byHand = useRef(false);
  useEffect(() => {
    if (!on) return;
    byHand.current = false;
    const busy = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input, textarea, select, button, a, [contenteditable]') !== null;
    const key = (down: boolean) => (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.repeat || (down && busy(event.target))) return;
      if (down) event.preventDefault();
      desk.mute(!down);
    };
    const [press, release, lost] = [key(true), key(false), (): void => desk.mute(true)];
    desk.mute(true);
    addEventListener('keydown', press);
    addEventListener('keyup', release);
    // A key that is let go elsewhere is never told of.
    addEventListener('blur', lost);
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('keyup', release);
      removeEventListener('blur', lost);
      // Who leaves the stage with the key held is never told of as having let it go.
      if (!byHand.current) desk.mute(true);
    };
  }, [desk, on, now.call]);
  return [on, (next) => {
    set(next);
    byHand.current = !next;
    if (!next) desk.mute(false);
  }];
}
