/** What the kernel says of shared work, as a screen follows it. */
import { useEffect, useState } from 'react';
import type { ComputeView, ConsentChange } from '#os/compute-api';
import { useKernel } from '#view/kit/kernel.tsx';
import { changeConsent, computePage } from './compute-page.ts';
import type { RestReason } from './may-help.ts';

/** Changes that come together are one look, ms. */
const GATHER_MS = 150;

export interface ComputeHere {
  /** Null until it is known. */
  readonly view: ComputeView | null;
  /** Why this page takes nothing on for others now, though it may. */
  readonly rests: RestReason | null;
  /** What is taken back counts at once; off ends what runs for others. */
  set(change: ConsentChange): Promise<void>;
  /** Gives up what this device asked for. */
  cancel(job: string): void;
}

/** Follows it as long as it is shown. */
export function useCompute(): ComputeHere {
  const api = useKernel();
  const [view, setView] = useState<ComputeView | null>(null);
  useEffect(() => {
    let [alive, timer]: [boolean, ReturnType<typeof setTimeout> | null] = [true, null];
    const look = (): void => {
      timer = null;
      void api.compute!.act({ do: 'state' }).then((next) => alive && setView(next), () => undefined);
    };
    const stop = computePage(api).onChange(() => (timer ??= setTimeout(look, GATHER_MS)));
    look();
    return () => {
      alive = false;
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [api]);
  return {
    view,
    rests: view ? computePage(api).rests() : null,
    cancel: (id) => void api.compute!.act({ do: 'cancel', id }).catch(() => undefined),
    async set(change) {
      await changeConsent(api, change);
      setView(await api.compute!.act({ do: 'state' }));
    },
  };
}
