/** A file that another screen shows as QR codes, read by the camera: in any order, with pauses, and what is damaged is said. */
import { useRef, useState, type ReactNode } from 'react';
import '#view/kit/backup-words.ts';
import { CodesReader, isCodeText } from '#view/kit/codes.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Scan } from '#view/kit/scan.tsx';
import './codes.css';

/** How often a picture is looked at, ms: codes stand for a tenth of a second at the least. */
const LOOK_MS = 60;

/** What cannot be pasted is had as a file. */
const INSTEAD: Readonly<Partial<Record<Key, Key>>> = { 'scan.refused': 'codes.refused', 'scan.none': 'codes.none', 'scan.failed': 'codes.noPicture', 'scan.looking': 'codes.looking' };

interface Seen {
  readonly have: number;
  readonly of: number;
  readonly damaged: number;
  readonly stop: 'other' | 'wrong' | null;
}

const NOTHING: Seen = { have: 0, of: 0, damaged: 0, stop: null };

/** `onFile` is told the file once. */
export function ScanCodes({ onFile }: { onFile: (file: File) => void }): ReactNode {
  const { t } = useI18n();
  const reader = useRef(new CodesReader());
  const [seen, setSeen] = useState(NOTHING);
  const [on, setOn] = useState(true);
  const take = (text: string): void => {
    const { current } = reader;
    const taken = current.take(text);
    if (taken === 'known') return;
    const whole = taken === 'new' ? current.whole() : null;
    if (whole !== null && whole !== 'wrong') {
      // Pictures that are looked at meanwhile belong to the next one.
      reader.current = new CodesReader();
      setOn(false);
      return onFile(new File([whole], t('codes.name')));
    }
    const stop = whole === 'wrong' ? 'wrong' : taken === 'other' ? 'other' : null;
    if (stop) setOn(false);
    setSeen({ have: current.have, of: current.of, damaged: current.damaged, stop });
  };
  const anew = (): void => {
    reader.current = new CodesReader();
    setSeen(NOTHING);
    setOn(true);
  };
  return (
    <div className="stack codes-box" data-codes={`${seen.have}/${seen.of}`}>
      {on && <Scan wanted={isCodeText} every={LOOK_MS} says={INSTEAD} onText={take} />}
      {seen.of > 0 && (
        <div className="stack">
          <progress value={seen.have} max={seen.of} aria-label={t('codes.progress')} />
          <p className="small num">{t('codes.have', { have: seen.have, of: seen.of })}</p>
        </div>
      )}
      {seen.damaged > 0 && <p className="small muted" role="status">{t('codes.damaged', { n: seen.damaged })}</p>}
      {seen.stop && <p className="field-error" role="alert">{t(seen.stop === 'other' ? 'codes.other' : 'codes.wrong')}</p>}
      <div className="line wrap">
        {seen.stop !== 'wrong' && <Button kind="quiet" icon="qr" onClick={() => (setSeen({ ...seen, stop: null }), setOn(!on))}>{t(on ? 'scan.stop' : 'codes.goOn')}</Button>}
        {seen.of > 0 && <Button kind="quiet" onClick={anew}>{t('codes.anew')}</Button>}
      </div>
    </div>
  );
}
