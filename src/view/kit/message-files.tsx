/**
 * Files that came with a message: a picture is drawn when its bytes are one, sound and films play where the browser can, everything else is a card with its
 * name and size. Nothing is believed that a file says of itself: it is shown as a picture by its bytes, played as one of the known kinds, and else only saved.
 */
import './message-files.css';
import '#view/kit/file-words.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FileState, FilesApi } from '#os/files-api';
import { plainLine } from '#base/plain-text';
import type { Message } from '#domain/chat';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { PictureAddresses } from '#view/kit/picture-addresses.ts';
import { useToast } from '#view/kit/toast.tsx';

/** Larger pictures, and larger sound and films, are not read into the page. */
const SHOWN_BYTES = 33_554_432;
const PLAYED_BYTES = 268_435_456;
/** What is given to the player of the browser; nothing else is. */
const PLAYED = /^(audio|video)\/(mpeg|mp4|ogg|webm|wav|x-wav|flac|aac)$/;
const NAME_SHOWN = 200;
const NEAR = '600px';

const addresses = new PictureAddresses((bytes, type) => URL.createObjectURL(new Blob([bytes], { type })), (address) => URL.revokeObjectURL(address));

/** `audio` or `video` where it may be played. */
export function playerOf(mime: string): 'audio' | 'video' | null {
  return (PLAYED.exec(mime.toLowerCase().split(';')[0]!.trim())?.[1] ?? null) as 'audio' | 'video' | null;
}

const bytesOf = (files: FilesApi, space: string, id: string): Promise<Blob> => new Response(files.read(space, id)).blob();

/** The files of a message. */
export function MessageFiles({ message, space }: { message: Message; space: string }): ReactNode {
  const { files } = useKernel();
  const { t } = useI18n();
  if (!files) return null;
  return (
    <ul className="message-files" aria-label={t('file.list')}>
      {message.files.map((id) => <FileCard key={id} files={files} space={space} id={id} />)}
    </ul>
  );
}

function FileCard({ files, space, id }: { files: FilesApi; space: string; id: string }): ReactNode {
  const { t, bytes } = useI18n();
  const toast = useToast();
  const [state, setState] = useState<FileState | null>(null);
  useEffect(() => files.watch(space, id, setState), [files, space, id]);
  if (!state) return <li className="message-file" />;
  const name = plainLine(state.name).slice(0, NAME_SHOWN) || t('file.one');
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'file.saveFailed') });
  const act = (word: string, run: () => Promise<unknown>): ReactNode => <Button kind="quiet" size="compact" aria-label={`${word}: ${name}`} onClick={() => void run().catch(failed)}>{word}</Button>;
  // Of no type that a browser would open instead of saving.
  const save = async (): Promise<void> => download(new Blob([await bytesOf(files, space, id)], { type: 'application/octet-stream' }), name);
  const word = state.state === 'looking' || state.state === 'damaged' || state.state === 'asked' ? t(`file.${state.state}`) : '';
  const parts = state.state === 'coming' ? t('file.coming', { have: state.have, n: state.of }) : '';
  return (
    <li className="message-file" data-state={state.state} data-file={id}>
      {state.state === 'here' && state.mime.startsWith('image/') && state.size <= SHOWN_BYTES && <Picture files={files} space={space} id={id} name={name} />}
      {state.state === 'here' && playerOf(state.mime) !== null && state.size <= PLAYED_BYTES && <Player files={files} space={space} id={id} name={name} mime={state.mime} onFailed={failed} />}
      <div className="message-file-line">
        <Icon name="fragment" tone="muted" />
        <bdi className="medium cut">{name}</bdi>
        <span className="small muted nobreak">{[state.size > 0 ? bytes(state.size) : '', parts, word].filter(Boolean).join(' · ')}</span>
        {(state.state === 'coming' || state.state === 'asked') && (
          <>
            <progress max={state.of} value={state.have} aria-label={name} />
            {act(t('file.stop'), () => files.cancel(space, id))}
          </>
        )}
        {state.state === 'absent' && act(t('file.get'), () => files.want(space, id))}
        {state.state === 'here' && act(t('file.save'), save)}
      </div>
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

/** Read when it is asked for: a film is not taken into memory because somebody scrolled by. */
function Player({ files, space, id, name, mime, onFailed }: Shown & { mime: string; onFailed(error: unknown): void }): ReactNode {
  const { t } = useI18n();
  const [address, setAddress] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => () => void (address && URL.revokeObjectURL(address)), [address]);
  if (refused) return <span className="small muted">{t('file.notPlayed')}</span>;
  if (address === null) {
    const play = (): void => void bytesOf(files, space, id).then((blob) => setAddress(URL.createObjectURL(new Blob([blob], { type: mime }))), onFailed);
    return <Button kind="quiet" size="compact" aria-label={`${t('file.play')}: ${name}`} onClick={play}>{t('file.play')}</Button>;
  }
  const Media = playerOf(mime) ?? 'audio';
  return <Media controls autoPlay preload="metadata" src={address} aria-label={name} onError={() => setRefused(true)} />;
}
