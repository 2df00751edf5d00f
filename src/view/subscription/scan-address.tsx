/** The address of a beacon, read by the camera from the code that the beacon prints: it counts as typed and sent. */
import { useState, type ReactNode } from 'react';
import { hasCamera } from '#view/kit/camera.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Scan } from '#view/kit/scan.tsx';

const isAddress = (text: string): boolean => text.startsWith('beacon:');

/** Nothing where there is no camera to be asked for. `onAddress`: a text is why it was not taken. */
export function ScanAddress({ onAddress }: { onAddress: (address: string) => Promise<string | null> }): ReactNode {
  const { t } = useI18n();
  const [scans, setScans] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (!hasCamera()) return null;
  // Read again and again while it is before the camera: it counts once.
  const scanned = (text: string): void => {
    setScans(false);
    void onAddress(text).then(setError);
  };
  return (
    <div className="stack scan-address">
      <div className="line wrap">
        <Button kind="quiet" icon="qr" onClick={() => (setError(null), setScans(!scans))}>{t(scans ? 'scan.stop' : 'scan.open')}</Button>
      </div>
      {scans && <Scan wanted={isAddress} onText={scanned} />}
      {error && <p className="field-error" role="alert">{error}</p>}
    </div>
  );
}
