/** A file shown as QR codes, one after the other, to the camera of another device. Nothing comes back: they go on until the person ends them. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import '#view/kit/backup-words.ts';
import { codesOf } from '#view/kit/codes.ts';
import { Button, Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { QrCode } from '#view/kit/qr.tsx';
import './codes.css';

/** Codes a second. */
const SPEEDS = { slow: 2, usual: 5, fast: 10 } as const;
type Speed = keyof typeof SPEEDS;

export function ShowCodes({ file, onClose }: { file: Uint8Array; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const codes = useMemo(() => codesOf(file), [file]);
  const [no, setNo] = useState(0);
  const [runs, setRuns] = useState(true);
  const [speed, setSpeed] = useState<Speed>('usual');
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => setNo((before) => before + 1), 1_000 / SPEEDS[speed]);
    return () => clearInterval(timer);
  }, [runs, speed]);
  return (
    <Dialog title={t('codes.title')} size="medium" onClose={onClose}>
      <div className="stack codes-box">
        <p className="small muted">{t('codes.text')}</p>
        <div className="codes-qr"><QrCode text={codes.text(no)} label={t('codes.code')} size={QR_SIZE} /></div>
        <progress value={Math.min(no + 1, codes.pieces)} max={codes.pieces} aria-label={t('codes.round')} />
        <p className="small muted num">{t('codes.shown', { n: no + 1, of: codes.pieces, s: Math.ceil(codes.pieces / SPEEDS[speed]) })}</p>
        <Segments label={t('codes.speed')} value={speed} onChange={setSpeed} options={[{ value: 'slow', label: t('codes.slow') }, { value: 'usual', label: t('codes.usual') }, { value: 'fast', label: t('codes.fast') }]} />
        <div className="line wrap">
          <Button onClick={() => setRuns(!runs)}>{t(runs ? 'codes.pause' : 'codes.goOn')}</Button>
          <Button kind="quiet" onClick={onClose}>{t('act.close')}</Button>
        </div>
      </div>
    </Dialog>
  );
}

/** As large as a dialog allows, px: a code has 89 modules a side. */
const QR_SIZE = 480;
