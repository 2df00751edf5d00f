/** A second device of a person, paired by code and four words. */
import { launch, SOON_MS } from './acts.ts';
import type { Peer } from './peer.ts';

const LONG_MS = 4 * SOON_MS;

/** Pairs it and waits until it has the spaces that are named. */
export async function secondDevice(first: Peer, url: string, spaces: readonly string[] = ['River Watch', 'Personal']): Promise<Peer> {
  await first.page.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!;
    location.hash = `#/${personal.id}/settings/me`;
  });
  await first.page.getByRole('button', { name: 'Pair a device' }).click();
  const code = (await first.page.locator('.pair-code').innerText()).trim();
  const phone = await launch({ name: 'phone', url });
  phone.page.setDefaultTimeout(LONG_MS);
  await phone.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await phone.page.getByLabel('Code from the other device').fill(code);
  await phone.page.getByRole('button', { name: 'Pair', exact: true }).click();
  for (const { page } of [first, phone]) await page.locator('.pair-words li').nth(3).waitFor();
  await phone.page.getByRole('button', { name: 'Yes, the same' }).click();
  await first.page.getByText('The other device says Yes.').waitFor();
  await first.page.getByRole('button', { name: 'Yes, the same' }).click();
  for (const name of spaces) await phone.page.getByRole('listitem').filter({ hasText: name }).getByText('here').waitFor();
  await first.page.locator('[data-pairing="done"]').waitFor();
  await first.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await phone.page.getByRole('button', { name: 'Open LifeGraph' }).click();
  await phone.page.getByRole('button', { name: /^Space:/ }).waitFor();
  return phone;
}
