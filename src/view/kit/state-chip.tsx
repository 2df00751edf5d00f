/** State words (UX §5): icon and word, never colour alone. A press opens "Where is this?". */
import { useEffect, useState, type ComponentProps, type ReactNode } from 'react';
import type { Copies, CopyState } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { errorWords } from '#view/kit/error-words.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import { lazyPart, useBackOnline } from '#view/kit/lazy-part.tsx';
import type { MeterOf } from '#view/kit/meter.tsx';
import { Popover, useAnchored } from '#view/kit/overlays.tsx';

const WherePopover = lazyPart(async () => (await import('#view/kit/where.tsx')).WherePopover, {
  alone: true,
  // The chip stands in a header: no room for a card.
  failed: ({ anchor, onClose }, onRetry) => <WhereMissing anchor={anchor} onClose={onClose} onRetry={onRetry} />,
});

const LOOK: Record<CopyState, { icon: IconName; tone?: string; soft?: boolean }> = {
  writing: { icon: 'saving' },
  local: { icon: 'local' },
  shared: { icon: 'ok', tone: 'ok' },
  waiting: { icon: 'clock' },
  'catching-up': { icon: 'download' },
  looking: { icon: 'search' },
  absent: { icon: 'search' },
  stuck: { icon: 'stuck', tone: 'bad', soft: true },
  'one-copy': { icon: 'alert', tone: 'wait', soft: true },
  newer: { icon: 'lock' },
};

/** The state words of a set of copies. */
export function stateWords(i18n: I18n, copies: Copies): string {
  const { t } = i18n;
  switch (copies.state) {
    case 'writing': return t('state.writing');
    case 'local': return t('state.local');
    case 'shared': {
      const base = t('state.shared', { n: copies.devices.length });
      return copies.beacons.length > 0 ? t('state.beacon', { state: base, beacon: copies.beacons[0]! }) : base;
    }
    case 'waiting': return t('state.waiting', { n: copies.count });
    case 'catching-up': return t('state.catchingUp', { n: copies.count });
    case 'looking': return t('state.looking');
    case 'absent': return t('state.absent');
    case 'stuck': return t('state.stuck', { reason: errorWords(t, copies.reason) });
    case 'one-copy': return t('state.oneCopy');
    case 'newer': return t('state.newer');
  }
}

/** Holds back "Saving…" for 400 ms, so that quick commits never flash it; after them it shows, however often the kernel is asked meanwhile. */
export function useCalmCopies(copies: Copies | null): Copies | null {
  const writing = copies?.state === 'writing';
  const [late, setLate] = useState(false);
  const [held, setHeld] = useState(writing ? null : copies);
  useEffect(() => {
    setLate(false);
    if (!writing) return;
    const timer = setTimeout(() => setLate(true), 400);
    return () => clearTimeout(timer);
  }, [writing]);
  useEffect(() => {
    if (!writing || late) setHeld(copies);
  }, [copies, writing, late]);
  return held;
}

/** Icon and word, in a line. */
export function StateLine({ copies, since = false, size = 14 }: { copies: Copies; since?: boolean; size?: number }): ReactNode {
  const i18n = useI18n();
  const look = LOOK[copies.state];
  const when = since && copies.since ? ` ${i18n.t('state.since', { time: i18n.time(copies.since) })}` : '';
  return (
    <span className="state" data-tone={look.tone}>
      <Icon name={look.icon} size={size} />
      <span className="cut">{stateWords(i18n, copies) + when}</span>
    </span>
  );
}

function WhereMissing({ anchor, onClose, onRetry }: { anchor: ComponentProps<typeof Popover>['anchor']; onClose: () => void; onRetry: () => void }): ReactNode {
  const { t } = useI18n();
  useBackOnline(onRetry);
  return (
    <Popover anchor={anchor} onClose={onClose} align="end" label={t('where.title')} className="where">
      <div className="stack where-body" role="alert">
        <p className="medium">{t('part.title')}</p>
        <p className="small muted">{t('part.text')}</p>
        <Button size="compact" onClick={onRetry}>{t('act.retry')}</Button>
      </div>
    </Popover>
  );
}

/** The chip in a header. `forceOpen` counts presses of the key for "Where is this?". */
export function StateChip({ copies: raw, title, opened = 0, of }: { copies: Copies | null; title: string; opened?: number; of?: MeterOf }): ReactNode {
  const { t } = useI18n();
  const copies = useCalmCopies(raw);
  const { anchor, open, close } = useAnchored();
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  useEffect(() => {
    if (opened > 0 && button) open({ currentTarget: button });
  }, [opened]); // eslint-disable-line react-hooks/exhaustive-deps
  if (!copies) return null;
  return (
    <>
      <button type="button" ref={setButton} className="state-chip" data-soft={LOOK[copies.state].soft ? LOOK[copies.state].tone : undefined} aria-haspopup="dialog" aria-expanded={anchor !== null} title={`${t('where.title')} (${CTRL}+.)`} onClick={open}>
        <StateLine copies={copies} size={14} />
      </button>
      {anchor && <WherePopover anchor={anchor} copies={copies} title={title} of={of} onClose={close} />}
    </>
  );
}
