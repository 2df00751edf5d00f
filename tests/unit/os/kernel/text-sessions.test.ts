/** Client ids and clocks of a text session (FORMATS 3, Yjs): [TEXT2] every record it makes has effect, whatever is shown meanwhile. */
import '#tests/support/text-engine';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Bytes } from '#base/bytes';
import { createTextSessions } from '#os/kernel/text-sessions';
import type { Fragment, Kernel } from '#os/kernel/state';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { readTextClaims, TextClocks } from '#vm/graph/text-rules';
import { PRIMITIVE, type Operation } from '#vm/protocol/types';

const node = new Uint8Array(16).fill(7) as Bytes;
const writer = new Uint8Array(32).fill(3) as Bytes;

/** A fragment whose shown text the test chooses. */
function world() {
  const updates: Uint8Array[] = [];
  let shown = 0;
  const fragment = {
    key: 'f',
    graph: {
      textDoc: () => {
        if (shown === 0) return null;
        const doc = new Y.Doc();
        for (const update of updates.slice(0, shown)) Y.applyUpdate(doc, update);
        return doc;
      },
    },
  } as unknown as Fragment;
  const sessions = createTextSessions({ deps: { random: createSeededRandom('texts') }, slot: { writer } } as unknown as Kernel);
  const clocks = new TextClocks();
  const write = (at: number, insert: string): boolean => {
    const { update, salt } = sessions.splice(fragment, node, at, 0, insert);
    updates.push(update);
    const op: Operation = { primitive: PRIMITIVE.textUpdate, verb: '', stamp: { ms: updates.length, ctr: 0 }, args: salt ? [node, update, salt] : [node, update] };
    return clocks.take(readTextClaims(writer, [op])!);
  };
  const text = (): string => {
    const doc = new Y.Doc();
    for (const update of updates) Y.applyUpdate(doc, update);
    return doc.getText('text').toJSON();
  };
  return { write, text, show: (count: number) => void (shown = count) };
}

test('[TEXT2] the session goes on where it stood as long as its words are shown', () => {
  const { write, text, show } = world();
  expect(write(0, 'one ')).toBe(true);
  show(1);
  expect(write(4, 'two')).toBe(true);
  expect(text()).toBe('one two');
});

for (const shownAgain of [0, 1]) {
  test(`[TEXT2] words out of effect for a while (mesh time fell: ${shownAgain} of 2 records shown): what is written meanwhile uses no clock twice, and nothing is lost`, () => {
    const { write, text, show } = world();
    expect(write(0, 'one ')).toBe(true);
    show(1);
    expect(write(4, 'two ')).toBe(true);
    show(shownAgain);
    expect(write(0, 'three ')).toBe(true);
    for (const word of ['one', 'two', 'three']) expect(text()).toContain(word);
  });
}
