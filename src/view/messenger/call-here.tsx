/** The act in the header that calls, or joins the call that is on. */
import type { ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Popover, useAnchored } from '#view/kit/overlays.tsx';
import { CallDevices } from './call-devices.tsx';
import { CallIcon } from './icons.tsx';
import { useCalls, useDesk } from './parts.ts';
import { useCallActs } from './use-call-acts.ts';

export function CallHere({ space, fragment }: { space: string; fragment: string }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const { now, heard } = useCalls();
  const acts = useCallActs();
  if (now && now.space === space && now.fragment === fragment) return null;
  const on = heard.find((one) => one.space === space && one.fragment === fragment);
  const why = desk.unable === 'no-webrtc' ? t('call.noWebrtc') : desk.unable ? t('call.noEncryption') : '';
  return (
    <span className="line">
      <BeforeCall />
      <Button kind={on ? 'primary' : 'quiet'} size="compact" disabled={desk.unable !== null} title={why} onClick={() => acts.begin({ space, fragment })}>
        <CallIcon name="phone" />
        {t(on ? 'call.joinCall' : 'call.start')}
      </Button>
    </span>
  );
}

/** Devices and the own level, before a call. */
function BeforeCall(): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const { anchor, open, close } = useAnchored();
  return (
    <>
      <button type="button" className="icon-button" aria-label={t('call.devices')} title={t('call.devices')} aria-haspopup="dialog" disabled={desk.unable !== null} onClick={open}><CallIcon name="devices" /></button>
      {anchor && <Popover anchor={anchor} onClose={close} align="end" label={t('call.devices')}><CallDevices /></Popover>}
    </>
  );
}
