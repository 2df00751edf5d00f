/** Invitations that cannot be used: the Join screen says why. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, join, launch, newSpace, person, say, typeName, until } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** A step of the Join screen that stands at a reason. */
const reason = (page: Page, words: string): Promise<void> => page.getByRole('listitem').filter({ hasText: words }).waitFor({ timeout: 20_000 });

test('{V8} a cut link: the screen says so, keeps nothing and goes on without it', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const link = await inviteTo(anna, await newSpace(anna));
  const boris = await launch({ name: 'boris', url: link.slice(0, -20) });
  await boris.page.getByRole('heading', { name: 'This link cannot be read' }).waitFor();
  expect(await boris.page.evaluate(() => location.hash)).toBe('#/');
  await boris.page.getByRole('button', { name: 'Go on without it' }).click();
  await typeName(boris.page, 'Boris');
  await boris.page.getByRole('button', { name: /^Space: Personal/ }).waitFor();
  await boris.expectClean();
});

test('{V8} an expired link, and one used by as many as it allows: a reason at the step, the space stays closed', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const once = await inviteTo(anna, space, { uses: 1 });
  const short = await inviteTo(anna, space, { expiresInMs: 1_500 });
  await until(anna.page, async (id) => (await window.lifegraph.spaces.invites(id)).some((one) => one.state === 'expired'), space, 'an expired invite');
  const dora = await person({ name: 'Dora', url: server.url });
  await join(await person({ name: 'Boris', url: server.url }), once);
  // Put into the address of an open page it is opened like any other.
  await dora.page.evaluate((hash) => void (location.hash = hash), new URL(await inviteTo(anna, space)).hash);
  await dora.page.getByRole('button', { name: 'Join', exact: true }).waitFor();

  for (const [link, words] of [[short, 'The link has expired'], [once, 'already been used']] as const) {
    const clara = await launch({ name: 'clara', url: link });
    await typeName(clara.page, 'Clara', 'Join');
    await reason(clara.page, words);
    expect(await clara.page.evaluate(() => window.lifegraph.spaces.list().then((all) => all.map((one) => one.kind)))).toEqual(['personal']);
    await clara.expectClean();
    await clara.close();
  }
  expect(await anna.page.evaluate((id) => window.lifegraph.spaces.members(id).then((all) => all.length), space)).toBe(2);
  await anna.expectClean();
});

test('{V8} [RIGHT10] an invitation for one person used by two at the same moment: exactly one gets in, the other is told why', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'for one');
  const link = await inviteTo(anna, space, { uses: 1 });
  const two = await Promise.all(['Boris', 'Clara'].map(async (name) => {
    const peer = await launch({ name, url: link });
    await peer.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    return peer;
  }));
  await Promise.all(two.map((peer) => peer.page.getByRole('button', { name: 'Join', exact: true }).click()));
  // Asked of a space that is not there it fails: the other end of the race says how it went.
  const inside = async (peer: Peer): Promise<string> => {
    await until(peer.page, async (id) => (await window.lifegraph.spaces.list()).some((one) => one.id === id && one.role === 'member'), space, 'inside', 30_000);
    await has(peer.page, space, ['for one']);
    return 'in';
  };
  const outcome = await Promise.all(two.map((peer) => Promise.any([inside(peer), reason(peer.page, 'already been used').then(() => 'told')])));
  expect(outcome.sort()).toEqual(['in', 'told']);
  const names = await anna.page.evaluate((id) => window.lifegraph.spaces.members(id).then((all) => all.map((one) => one.name)), space);
  expect(names).toHaveLength(2);
  for (const peer of [anna, ...two]) await peer.expectClean();
});

test('{C7} {V8} an invitation taken back by hand: its link is refused with the reason; who came in by it stays', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space, { uses: 3 });
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, link);
  await anna.page.goto(`${server.url}/#/${space}/access?tab=invites`);
  await anna.page.getByRole('button', { name: 'Acts of this invitation' }).click();
  await anna.page.getByRole('menuitem', { name: 'Revoke' }).click();
  const dialog = anna.page.getByRole('dialog', { name: 'Revoke this invitation' });
  await dialog.getByText('Who came in by it stays.').waitFor();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await anna.page.getByText('Invitation revoked').waitFor();
  await anna.page.getByRole('cell', { name: 'revoked' }).waitFor();
  expect(await anna.page.getByRole('button', { name: 'Acts of this invitation' }).count()).toBe(0);

  const clara = await launch({ name: 'clara', url: link });
  await typeName(clara.page, 'Clara', 'Join');
  await reason(clara.page, 'The invitation was taken back');
  await until(clara.page, async (id) => (await window.lifegraph.spaces.list()).every((one) => one.id !== id), space, 'the space is not there');
  expect(await anna.page.evaluate((id) => window.lifegraph.spaces.members(id).then((all) => all.map((one) => one.name).sort()), space)).toEqual(['Anna', 'Boris']);
  await say(boris.page, space, 'still here');
  await has(anna.page, space, ['still here']);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{V8} nobody of the space is online: the step waits with a reason, and the join goes on by itself when somebody comes', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space);
  await anna.close({ keep: true });
  const boris = await launch({ name: 'boris', url: link });
  await typeName(boris.page, 'Boris', 'Join');
  await reason(boris.page, 'Nobody from this space is online');
  const again = await launch({ name: 'anna', url: server.url, profile: anna.profile });
  await boris.page.getByRole('button', { name: /^Space: River Watch/ }).waitFor({ timeout: 20_000 });
  await again.expectClean();
  await boris.expectClean();
});

test('{C7} by the screen: an invitation is reset, a member is allowed to let in guests and does, and a private conversation begins with a link for one', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  const old = await inviteTo(anna, space, { uses: 3, role: 'guest' });
  await until(anna.page, async (id) => (await window.lifegraph.spaces.members(id)).some((one) => one.name === 'Boris'), space, 'the name of the member', 60_000);
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/access?tab=invites`), space);
  await anna.page.getByRole('row').filter({ hasText: '0 of 3' }).getByRole('button', { name: 'Acts of this invitation' }).click();
  await anna.page.getByRole('menuitem', { name: 'Reset: a new link' }).click();
  const dialog = anna.page.getByRole('dialog');
  await dialog.getByText('By the old one nobody gets in any more').waitFor();
  await dialog.getByRole('button', { name: 'Reset: a new link' }).click();
  const fresh = await dialog.getByRole('textbox', { name: 'Invite link' }).inputValue();
  expect(fresh).toContain('#/join/');
  expect(fresh).not.toBe(old);
  // The focus is on what one came for, and a press beside the dialog does not lose the link.
  await anna.page.waitForFunction(() => document.activeElement?.textContent === 'Copy link');
  await anna.page.mouse.click(5, 5);
  expect(await dialog.getByRole('textbox', { name: 'Invite link' }).inputValue()).toBe(fresh);
  await anna.page.keyboard.press('Escape');
  await anna.page.getByRole('row').filter({ hasText: '0 of 3' }).filter({ hasText: 'revoked' }).waitFor();
  await anna.page.getByRole('row').filter({ hasText: '0 of 3' }).filter({ hasText: 'works' }).waitFor();

  // A member is allowed to let in guests: Share is offered, for guests only.
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/access`), space);
  await anna.page.getByRole('button', { name: 'Acts on Boris' }).click();
  await anna.page.getByRole('menuitemcheckbox', { name: 'May let in guests' }).click();
  await until(boris.page, async (id) => (await window.lifegraph.spaces.list()).find((one) => one.id === id)?.lets === 'guest', space, 'boris may', 30_000);
  await boris.page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await boris.page.getByRole('button', { name: 'Share', exact: true }).click();
  await boris.page.getByRole('radio', { name: 'Guest' }).waitFor();
  expect(await boris.page.getByRole('radio', { name: 'Member' }).count()).toBe(0);
  await boris.page.getByRole('button', { name: 'Show the code' }).click();
  await boris.page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value.includes('#/join/')));
  const guest = await boris.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  const clara = await launch({ name: 'clara', url: guest });
  await typeName(clara.page, 'Clara', 'Join');
  await until(clara.page, async (id) => (await window.lifegraph.spaces.list()).some((one) => one.id === id && one.role === 'guest'), space, 'the guest is in', 30_000);
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/access?tab=journal`), space);
  await anna.page.getByText('lets Boris invite others, up to Guest').waitFor();

  // A space for two.
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/access`), space);
  await anna.page.getByRole('button', { name: 'Acts on Boris' }).click();
  await anna.page.getByRole('menuitem', { name: 'Private conversation' }).click();
  await dialog.getByText('A space of its own is made for you two').waitFor();
  await dialog.getByRole('button', { name: 'Make it' }).click();
  const link = await dialog.getByRole('textbox', { name: 'Invite link' }).inputValue();
  await anna.page.keyboard.press('Escape');
  await anna.page.getByRole('button', { name: /^Space: Anna & Boris/ }).waitFor();
  await join(boris, link);
  const two = await boris.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.name === 'Anna & Boris'));
  expect(two).toMatchObject({ kind: 'team', role: 'member', members: 2, lets: null });
  // It is there: the same act leads to it and makes no other.
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/access`), space);
  await anna.page.getByRole('button', { name: 'Acts on Boris' }).click();
  await anna.page.getByRole('menuitem', { name: 'Private conversation' }).click();
  await dialog.getByText('A space named after you two is there already: Anna & Boris').waitFor();
  await dialog.getByRole('button', { name: 'Open it' }).click();
  await anna.page.getByRole('button', { name: /^Space: Anna & Boris/ }).waitFor();
  expect(await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).filter((one) => one.name === 'Anna & Boris').length)).toBe(1);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});
