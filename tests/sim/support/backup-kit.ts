/** A person with a backup to make, for the tests of the backup file. */
import type { KernelDeps } from '#os/kernel/deps';
import { createNativeCrypto } from './native-crypto.ts';
import { createSeededRandom } from './sim-crypto.ts';
import { createSimWorld, type SimTab, type SimWorld } from './sim-world.ts';
import { born, say } from './walks.ts';

// The file's lock turns the recovery key into its X25519 form: real keys.
export const cryptoOf = (seed: number) => (name: string) => createNativeCrypto(createSeededRandom(`crypto-${seed}-${name}`));
export const PASSPHRASE = 'seven boats under the bridge';
export const personalOf = (tab: SimTab): string => [...tab.running.parts.kernel.spaces.values()].find((space) => space.rights.view().kind === 0)!.key;
export const phraseOf = async (world: SimWorld, tab: SimTab): Promise<string> => (await world.wait(tab.api.recovery.phrase())).join(' ');

/** A note in a record of its own. */
export async function note(world: SimWorld, tab: SimTab, space: string, text: string): Promise<void> {
  await say(tab, space, text);
  await world.wait(tab.api.saved());
}

/** Anna, her tab and her Personal space. */
export async function anna(seed: number, mutate?: (deps: KernelDeps) => KernelDeps): Promise<{ world: SimWorld; tab: SimTab; personal: string }> {
  const world = createSimWorld({ seed, crypto: cryptoOf(seed), ...(mutate ? { mutate } : {}) });
  const tab = await world.open(world.device('Anna'));
  await born(world, tab);
  return { world, tab, personal: personalOf(tab) };
}
