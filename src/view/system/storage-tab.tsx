/** Storage: what the browser promises, and the counters of the kernel. */
import '#view/kit/system-words.ts';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useKernelEvents } from '#view/kit/kernel.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { diskRoom, isLittle } from '#view/kit/room.ts';
import { currentRoute, navigate } from '#view/kit/router.tsx';
import { FigureTable } from '#view/kit/states.tsx';
import './storage.css';

/** Does the browser keep what is stored here until the person deletes it? Null while it was not asked. */
function useKept(): { kept: boolean | null; ask: () => void } {
  const [kept, setKept] = useState<boolean | null>(null);
  useEffect(() => {
    let alive = true;
    void navigator.storage?.persisted().then((answer) => alive && setKept(answer), () => undefined);
    return () => {
      alive = false;
    };
  }, []);
  return { kept, ask: () => void navigator.storage.persist().then(setKept, () => undefined) };
}

function KeptNote(): ReactNode {
  const { t } = useI18n();
  const { kept, ask } = useKept();
  if (kept === null) return null;
  return (
    <p className="line wrap storage-note">
      <span className="grow">{t(kept ? 'storage.kept' : 'storage.notKept')}</span>
      {!kept && (
        <Button kind="quiet" size="compact" onClick={ask}>
          {t('storage.ask')}
        </Button>
      )}
    </p>
  );
}

/** What the browser gives of the disk and what is used of it; null where it does not say. */
function useRoom(): { readonly usage: number; readonly quota: number } | null {
  const [room, setRoom] = useState<{ usage: number; quota: number } | null>(null);
  useKernelEvents(['copies'], () => void diskRoom().then(setRoom));
  useEffect(() => {
    let alive = true;
    void diskRoom().then((said) => alive && setRoom(said));
    return () => {
      alive = false;
    };
  }, []);
  return room;
}

function RoomNote(): ReactNode {
  const { t, bytes } = useI18n();
  const room = useRoom();
  if (room === null) return null;
  const facts = { usage: bytes(room.usage), quota: bytes(room.quota) };
  return isLittle(room) ? (
    <p className="line wrap storage-note" role="status">
      <span className="grow">{t('storage.low', facts)}</span>
      <Button kind="quiet" size="compact" onClick={() => navigate({ space: currentRoute().space, lens: 'settings', object: 'recovery' })}>
        {t('storage.backup')}
      </Button>
    </p>
  ) : (
    <p className="line">{t('storage.room', facts)}</p>
  );
}

/** All counters of the kernel by name, and whether the browser keeps the store. */
export function StorageTab(): ReactNode {
  return (
    <>
      {useTabKind().begun === null && <KeptNote />}
      {useTabKind().begun === null && <RoomNote />}
      <Counters />
    </>
  );
}

function Counters(): ReactNode {
  const { t, number } = useI18n();
  const api = useKernel();
  const [, again] = useReducer((n: number) => n + 1, 0);
  useKernelEvents(['record', 'copies'], again);
  const rows = Object.entries(api.metrics()).sort(([a], [b]) => (a < b ? -1 : 1));
  return <FigureTable code label={t('system.storage')} title={t('system.counter')} rows={rows.map(([name, value]) => [name, number(Math.round(value * 100) / 100)])} />;
}
