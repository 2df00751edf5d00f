/** Local edits by stock GUN and by Yjs, in one thread. */
import type { GunMessage } from 'gun/gun.js';
import * as Y from 'yjs';
import { fillYjs, stockGun } from '#bench/support/other-threads';
import { batches } from '#bench/support/words';

/** Milliseconds from an edit to the observer, one value per edit. */
export function yjsEdits(nodes: number, edits: number): number[] {
  const doc = new Y.Doc();
  fillYjs(doc, batches(2, nodes / 100, 100));
  const map = doc.getMap<Y.Map<unknown>>('nodes');
  const ids = [...map.keys()];
  const out: number[] = [];
  let from = 0;
  map.observeDeep(() => void out.push(performance.now() - from));
  for (let i = 0; i < edits; i++) {
    from = performance.now();
    map.get(ids[i % ids.length]!)!.set('n', i);
  }
  return out;
}

/** Put at the root to the 'put' hook, per edit; stock GUN keeps the same nodes in memory. */
export function gunEdits(nodes: number, edits: number): number[] {
  const root = stockGun();
  const out: number[] = [];
  const put = (soul: string, key: string, value: unknown, state: number): void => {
    root.on('in', { '#': Math.random().toString(36).slice(2, 12), put: { [soul]: { _: { '#': soul, '>': { [key]: state } }, [key]: value } } } as unknown as GunMessage);
  };
  for (let i = 0; i < nodes; i++) put(`node-${i}`, 'text', `text ${i}`, 1);
  let from = 0;
  root.on('put', function (field) {
    this.to.next(field);
    out.push(performance.now() - from);
  });
  for (let i = 0; i < edits; i++) {
    from = performance.now();
    put(`node-${i % nodes}`, 'n', i, 2 + i);
  }
  return out;
}
