/**
 * Measures the step "go offline and on again": the network really went away, something was written meanwhile, and it came back.
 * The fact is written to the graph with what was measured; the card only reads the graph.
 */
import { useEffect, useRef } from 'react';
import type { KernelEvent } from '#os/api';
import { offlineDone, PERSON, READ, readOfflineFact, START_OFFLINE } from '#domain/shared';
import { useKernel, useKernelEvents } from '#view/kit/kernel.tsx';

const LOOKED_AT = 50;
const NOT_EDITS = new Set([READ, PERSON, START_OFFLINE]);

interface Absence {
  touched: Map<string, string>;
}

/** Watches the network and own edits. */
export function useOfflineStep(personal: string | null): void {
  const api = useKernel();
  const absence = useRef<Absence | null>(null);
  const reached = useRef(false);
  const look = (): void => {
    const { paused, online } = api.network.status();
    const off = paused || !online;
    if (!off) reached.current = true;
    // Before the first link nobody has gone anywhere: a page that is still connecting is no absence.
    if (off && !paused && !reached.current) return;
    if (off) absence.current ??= { touched: new Map() };
    else if (absence.current) {
      const ended = absence.current;
      absence.current = null;
      void record(ended, performance.now()).catch(() => undefined);
    }
  };
  const record = async (ended: Absence, back: number): Promise<void> => {
    if (!personal || ended.touched.size === 0) return;
    await api.saved();
    const tookMs = performance.now() - back;
    const graph = api.graph(personal);
    if (readOfflineFact(await graph.query({ type: START_OFFLINE })) !== null) return;
    let edits = 0;
    for (const [node, space] of [...ended.touched].slice(0, LOOKED_AT)) {
      const view = await api.graph(space).get(node);
      if (view.state === 'here' && !NOT_EDITS.has(view.type)) edits++;
    }
    if (edits > 0) await graph.transact(offlineDone({ at: Date.now(), edits, tookMs }));
  };
  useEffect(look); // eslint-disable-line react-hooks/exhaustive-deps -- cheap, and the status may change between events
  useKernelEvents(['network'], () => {
    look();
    setTimeout(look, 250); // the page's copy of the status may be a moment behind the event
  });
  useKernelEvents(['node_created', 'node_updated'], (event: KernelEvent) => {
    if (event.origin === 'local' && event.node && event.space) absence.current?.touched.set(event.node, event.space);
  });
}
