/** Two people in one space, and what the reviews' tests say and read there. */
import { expect } from 'vitest';
import { createSimWorld, type SimTab, type SimWorld, type WorldOptions } from './sim-world.ts';

export async function pair(seed: number, options: Partial<WorldOptions> & { aheadMs?: number } = {}): Promise<{ world: SimWorld; a: SimTab; b: SimTab; space: string; fragment: string }> {
  const world = createSimWorld({ seed, ...options });
  const a = await world.open(world.device('anna', { clockOffsetMs: options.aheadMs ?? 0 }));
  const b = await world.open(world.device('boris'));
  await world.wait(a.api.identity.create({ name: 'Anna' }));
  await world.wait(b.api.identity.create({ name: 'Boris' }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  const link = await world.wait(a.api.spaces.invite(space));
  await world.wait(b.api.spaces.join(link));
  const inside = () => b.running.parts.kernel.spaces.get(space)?.standing === 'member' && a.running.parts.kernel.spaces.get(space)!.rights.view().members.size === 2;
  expect(await world.clock.until(inside, 20_000)).toBe(true);
  await world.clock.run(3_000);
  const [general] = await a.api.graph(space).query({ type: 'fragment@1' });
  return { world, a, b, space, fragment: general!.id };
}

export const say = (tab: SimTab, space: string, text: string) => tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }]);
export const texts = async (tab: SimTab, space: string) => (await tab.api.graph(space).query({ type: 'chat/message@1' })).map((node) => String(node.props.text));
/** Text that deflate cannot make smaller. */
export const noise = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode(0x100 + ((Math.imul(i + 7, 0x9e3779b1) >>> 11) % 0x5000))).join('');
