/** What a person hands out when asked for diagnostics: figures and shapes, and nothing that anybody wrote, named or is called. */
import { expect, test } from 'vitest';
import { say } from './support/pair.ts';
import { createSimWorld } from './support/sim-world.ts';

test('{K8} diagnostics hold no name, title, message, document or address, also not of a fault whose message quotes one', async () => {
  const world = createSimWorld({ seed: 611 });
  const [anna, boris] = [await world.open(world.device('anna')), await world.open(world.device('boris'))];
  const at = (what: string): string => `canary-${what}`;
  await world.wait(anna.api.identity.create({ name: at('anna') }));
  await world.wait(boris.api.identity.create({ name: at('boris') }));
  const space = await world.wait(anna.api.spaces.create({ name: at('space') }));
  await world.wait(boris.api.spaces.join(await world.wait(anna.api.spaces.invite(space))));
  expect(await world.clock.until(() => anna.running.parts.kernel.spaces.get(space)!.rights.view().members.size === 2, 20_000)).toBe(true);
  await world.wait(anna.api.graph(space).createFragment({ type: 'editor/document@1', title: at('document') }));
  await world.wait(say(anna, space, at('message')));
  await world.wait(anna.api.network.setServers([`wss://${at('server')}.example/signal`]));
  await world.clock.run(10_000);
  for (const text of [`["${at('fault')}", oops`, at('line')]) {
    try {
      JSON.parse(text);
    } catch (error) {
      anna.running.parts.kernel.fault('planted', error);
    }
  }
  anna.running.parts.kernel.fault('planted', new Error(`could not reach wss://${at('server')}.example`));

  const told = await (await anna.api.diagnostics()).text();
  expect(JSON.parse(told)).toMatchObject({ faults: [expect.stringMatching(/^planted: SyntaxError diagnostics\.test\.ts:\d+.* \(2 times\)$/), expect.stringMatching(/^planted: Error diagnostics/)] });
  expect(told.match(/canary-?\w*/g)).toBeNull();
  for (const id of [space, anna.api.identity.get()!.uid, anna.api.identity.get()!.device, boris.api.identity.get()!.uid]) expect(told).not.toContain(id);

  // Control: what the same page answers about itself holds every one of them.
  const shown = JSON.stringify([await anna.api.graph(space).query({}), await anna.api.spaces.list(), await anna.api.spaces.members(space), anna.api.network.status()]);
  for (const what of ['anna', 'boris', 'space', 'document', 'message', 'server']) expect(shown, what).toContain(at(what));
});
