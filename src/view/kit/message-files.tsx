/**
 * Files that came with a message: a picture is drawn when its bytes are one, sound and films play where the browser can, everything else is a card with its
 * name and size. Nothing is believed that a file says of itself: it is shown as a picture by its bytes, played as one of the known kinds, and else only saved.
 */
import './message-files.css';
import '#view/kit/file-words.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FileState, FilesApi } from '#os/files-api';
import { plainLine } from '#base/plain-text';
import type { Message, Voice } from '#domain/chat';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { heldAddress } from '#view/kit/held-address.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { WhoDialog } from '#view/kit/lazy-dialogs.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { PictureAddresses } from '#view/kit/picture-addresses.ts';
import { hasRoom } from '#view/kit/room.ts';
import { saveFile } from '#view/kit/save-file.ts';
import { useToast } from '#view/kit/toast.tsx';
import { VoicePlayer } from '#view/kit/voice-player.tsx';

/** Larger pictures and PDFs are not read into the page. */
const SHOWN_BYTES = 33_554_432;
/** Where no service worker gives it piece by piece, a film up to this size is played from memory. */
const PLAYED_BYTES = 268_435_456;
/** What is given to the player of the browser; nothing else is. */
const PLAYED = /^(audio|video)\/(mpeg|mp4|ogg|webm|wav|x-wav|flac|aac)$/;
const NAME_SHOWN = 200;
const NEAR = '600px';

const PdfPreview = lazyPart(async () => (await import('#view/kit/pdf-preview.tsx')).PdfPreview, { alone: true, failed: () => null });
const addresses = new PictureAddresses((bytes, type) => URL.createObjectURL(new Blob([bytes], { type })), (address) => URL.revokeObjectURL(address));

/** `audio` or `video` where it may be played. */
export function playerOf(mime: string): 'audio' | 'video' | null {
  return (PLAYED.exec(mime.toLowerCase().split(';')[0]!.trim())?.[1] ?? null) as 'audio' | 'video' | null;
}

/** Bytes a second over the last seconds, of how many were there when; 0 while that says nothing. */
export function createRate(overMs = 5_000): (now: number, bytes: number) => number {
  let seen: [now: number, bytes: number][] = [];
  return (now, bytes) => {
    seen = [...seen.filter(([at]) => now - at <= overMs), [now, bytes]];
    const [[from, had]] = seen as [[number, number]];
    return now - from < 500 || bytes <= had ? 0 : ((bytes - had) * 1_000) / (now - from);
  };
}

const bytesOf = (files: FilesApi, space: string, id: string): Promise<Blob> => new Response(files.read(space, id)).blob();

/** The files of a message. */
export function MessageFiles({ message, space }: { message: Pick<Message, 'files'> & Partial<Pick<Message, 'voice'>>; space: string }): ReactNode {
  const { files } = useKernel();
  const { t } = useI18n();
  if (!files) return null;
  return (
    <ul className="message-files" aria-label={t('file.list')}>
      {message.files.map((id) => <FileCard key={id} files={files} space={space} id={id} voice={message.files.length === 1 ? (message.voice ?? null) : null} />)}
    </ul>
  );
}

function FileCard({ files, space, id, voice }: { files: FilesApi; space: string; id: string; voice: Voice | null }): ReactNode {
  const { t, bytes } = useI18n();
  const toast = useToast();
  const [state, setState] = useState<FileState | null>(null);
  const [rate, setRate] = useState(0);
  const [who, setWho] = useState(false);
  const [begun, setBegun] = useState(false);
  // Who reads by a public link is told of nobody.
  const member = useKernel().identity.get() !== null;
  useEffect(() => {
    const rateOf = createRate();
    return files.watch(space, id, (next) => {
      setState(next);
      setRate(rateOf(performance.now(), (next.size * next.have) / Math.max(1, next.of)));
    });
  }, [files, space, id]);
  if (!state) return <li className="message-file" />;
  const name = plainLine(state.name).slice(0, NAME_SHOWN) || t('file.one');
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'file.saveFailed') });
  const act = (word: string, run: () => Promise<unknown>): ReactNode => <Button kind="quiet" size="compact" aria-label={`${word}: ${name}`} onClick={() => void run().catch(failed)}>{word}</Button>;
  const save = async (): Promise<void> => {
    if ((await saveFile(files, space, { id, name, size: state.size })) === 'too-large') toast({ text: t('file.saveTooLarge') });
  };
  const get = async (): Promise<void> => {
    if (await hasRoom(state.size - (state.size * state.have) / Math.max(1, state.of))) await files.want(space, id);
    else toast({ text: t('file.noRoom') });
  };
  const full = state.problem === 'full';
  const whole = state.state === 'here';
  // While it comes it plays as far as it came, where a service worker hands it over piece by piece; what was begun goes on.
  const player = whole || begun || (state.state === 'coming' && navigator.serviceWorker?.controller) ? playerOf(state.mime) : null;
  // What plays already is not taken out of the hand.
  if (voice && whole && !begun && player === 'audio' && state.size <= SHOWN_BYTES) return <li className="message-file" data-state="here" data-file={id}><VoicePlayer files={files} space={space} id={id} mime={state.mime} voice={voice} onFailed={failed} /></li>;
  const word = full ? t('file.stuck') : state.state === 'looking' || state.state === 'damaged' || state.state === 'asked' ? t(`file.${state.state}`) : '';
  const parts = state.state === 'coming' ? t('file.coming', { have: state.have, n: state.of }) : '';
  const speed = state.state === 'coming' && rate > 0 ? t('file.rate', { rate: bytes(rate) }) : '';
  return (
    <li className="message-file" data-state={state.state} data-file={id}>
      {state.state === 'here' && state.mime.startsWith('image/') && state.size <= SHOWN_BYTES && <Picture files={files} space={space} id={id} name={name} />}
      {state.state === 'here' && state.mime === 'application/pdf' && state.size <= SHOWN_BYTES && <PdfPreview files={files} space={space} id={id} name={name} />}
      {player !== null && <Player files={files} space={space} id={id} name={name} mime={state.mime} size={state.size} whole={whole} onBegin={setBegun} onFailed={failed} />}
      <div className="message-file-line">
        <Icon name="fragment" tone="muted" />
        <bdi className="medium cut">{name}</bdi>
        <span className="small muted nobreak">{[state.size > 0 ? bytes(state.size) : '', parts, speed, word].filter(Boolean).join(' · ')}</span>
        {(state.state === 'coming' || state.state === 'asked') && (
          <>
            <progress max={state.of} value={state.have} aria-label={name} />
            {act(t('file.stop'), () => files.cancel(space, id))}
          </>
        )}
        {full && act(t('act.retry'), get)}
        {state.state === 'absent' && act(t('file.get'), get)}
        {state.state === 'here' && act(t('file.save'), save)}
        {member && <IconButton icon="access" name={`${t('who.title')}: ${name}`} onClick={() => setWho(true)} />}
      </div>
      {who && <WhoDialog space={space} id={id} title={name} onClose={() => setWho(false)} />}
    </li>
  );
}

interface Shown {
  files: FilesApi;
  space: string;
  id: string;
  name: string;
}

/** Read when it comes near the screen; nothing while its bytes are no picture. */
function Picture({ files, space, id, name }: Shown): ReactNode {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [tooMany, setTooMany] = useState(false);
  useEffect(() => {
    let letGo = (): void => undefined;
    let alive = true;
    const eye = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      eye.disconnect();
      const held = addresses.of(`${space}/${id}`, async () => new Uint8Array(await (await bytesOf(files, space, id)).arrayBuffer()));
      letGo = held.letGo;
      void held.shown.then((shown) => alive && ('address' in shown ? setAddress(shown.address) : setTooMany(shown.fault === 'too-many'))).catch(() => undefined);
    }, { rootMargin: NEAR });
    if (box.current) eye.observe(box.current);
    return () => {
      alive = false;
      eye.disconnect();
      letGo();
    };
  }, [files, space, id]);
  return (
    <div ref={box} className="message-picture">
      {address !== null && <img src={address} alt={name} />}
      {tooMany && <span className="small muted">{t('file.tooManyPixels')}</span>}
    </div>
  );
}

/** Read when it is asked for, piece by piece: a film is not taken into memory because somebody scrolled by. */
function Player({ files, space, id, name, mime, size, whole: here, onBegin, onFailed }: Shown & { mime: string; size: number; whole: boolean; onBegin(begun: boolean): void; onFailed(error: unknown): void }): ReactNode {
  const { t } = useI18n();
  const [played, setPlayed] = useState<{ url: string; drop(): void } | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => () => played?.drop(), [played]);
  if (refused) return <span className="small muted">{t('file.notPlayed')}</span>;
  if (played === null) {
    const whole = async (): Promise<void> => {
      const url = URL.createObjectURL(new Blob([await bytesOf(files, space, id)], { type: mime }));
      setPlayed({ url, drop: () => URL.revokeObjectURL(url) });
    };
    const play = (): void => {
      const address = heldAddress({ files, space, id, size, mime, name: null });
      if (address) {
        setPlayed(address);
        onBegin(true);
      } else if (size <= PLAYED_BYTES) void whole().catch(onFailed);
      else setRefused(true);
    };
    return <Button kind="quiet" size="compact" aria-label={`${t('file.play')}: ${name}`} onClick={play}>{t('file.play')}</Button>;
  }
  const Media = playerOf(mime) ?? 'audio';
  // Nothing more came for long: it can be begun again when something does.
  const broke = (): void => {
    if (here) return setRefused(true);
    setPlayed(null);
    onBegin(false);
  };
  return <Media controls autoPlay preload="metadata" src={played.url} aria-label={name} onError={broke} />;
}
