/** Looks for a QR code with the camera. The pictures stay in this page and are thrown away. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { readPicture } from '#view/kit/qr-find.ts';
import '#view/kit/ways-words.ts';
import './scan.css';

/** How often a picture is looked at, ms, and its longer side, px: a code of 80 modules has some eight of them each. */
const LOOK_MS = 200;
const LOOK_SIZE = 800;

/** Names of errors of getUserMedia; others are told as `failed`. */
const WHY: Readonly<Record<string, Key>> = { NotAllowedError: 'scan.refused', NotFoundError: 'scan.none', NotReadableError: 'scan.busy' };

/** The picture of the camera; `onText` is told the text of a code that is `wanted`, as often as it is seen. Other codes are named as such. `says`: other words for some of ours. */
export function Scan({ wanted, onText, every = LOOK_MS, says = {} }: { wanted: (text: string) => boolean; onText: (text: string) => void; every?: number; says?: Readonly<Partial<Record<Key, Key>>> }): ReactNode {
  const { t } = useI18n();
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef({ wanted, onText });
  const [state, setState] = useState<Key>('scan.asking');
  useEffect(() => {
    told.current = { wanted, onText };
  });
  useEffect(() => {
    let alive = true;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    const look = (): void => {
      const text = video.current === null ? null : readFrame(video.current);
      if (text === null) return;
      const wanted = told.current.wanted(text);
      setState(wanted ? 'scan.looking' : 'scan.other');
      if (wanted) told.current.onText(text);
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } }).then(
      async (given) => {
        stream = given;
        if (!alive || video.current === null) return given.getTracks().forEach((track) => track.stop());
        video.current.srcObject = given;
        await video.current.play().catch(() => undefined);
        setState('scan.looking');
        timer = setInterval(look, every);
      },
      (error: unknown) => alive && setState(WHY[error instanceof Error ? error.name : ''] ?? 'scan.failed'),
    );
    return () => {
      alive = false;
      clearInterval(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [every]);
  const sees = state === 'scan.looking' || state === 'scan.other';
  return (
    <div className="stack">
      <video ref={video} className="scan-video" muted playsInline hidden={!sees} aria-label={t('scan.picture')} />
      <p className="small muted" role="status">{t(says[state] ?? state)}</p>
    </div>
  );
}

let canvas: HTMLCanvasElement | null = null;

/** The text of the code in the picture that the video shows now. */
function readFrame(video: HTMLVideoElement): string | null {
  const scale = Math.min(1, LOOK_SIZE / Math.max(video.videoWidth, video.videoHeight));
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
  if (width === 0 || height === 0) return null;
  canvas ??= document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const drawn = canvas.getContext('2d', { willReadFrequently: true });
  if (drawn === null) return null;
  drawn.drawImage(video, 0, 0, width, height);
  const { data } = drawn.getImageData(0, 0, width, height);
  const light = new Uint8Array(width * height);
  for (let at = 0; at < light.length; at++) light[at] = (data[4 * at]! * 77 + data[4 * at + 1]! * 150 + data[4 * at + 2]! * 29) >> 8;
  return readPicture({ width, height, light });
}
