/** Screens of people who have a part of a space, and of links that are made for people. */
import type { Page } from 'playwright-core';
import '#view/kit/beacon-words.ts';
import { fakeId } from '#tests/support/fake-graph';
import type { Screen } from './screen.ts';

/** A channel that one guest was given alone. */
const SITE_VISITS = fakeId(`${fakeId('space:River Watch', 32)}:site-visits`);

const HOUSING = fakeId(`${fakeId('space:River Watch', 32)}:housing`);

type Team = (page: Page, lens?: string, rest?: string) => Promise<void>;
type Person = (page: Page, words: (key: string) => string, name: string, act: string) => Promise<void>;

/** Two of them, one of which reads a channel. */
const twoBeacons = (page: Page): Promise<void> => page.evaluate(async (fragment) => {
  const { lifegraph } = globalThis as unknown as { lifegraph: { access: { beacons(space: string, change: { add: string } | { reads: { id: string; fragments: string[] } }): Promise<unknown> } } };
  for (const add of ['one', 'two']) await lifegraph.access.beacons('', { add });
  await lifegraph.access.beacons('', { reads: { id: 'beacon0', fragments: [fragment] } });
}, SITE_VISITS);

const beaconScreens = (team: Team): Screen[] => [
  {
    name: 'access-beacons', scenario: 'seeded',
    go: async (page, words) => {
      await twoBeacons(page);
      await team(page, 'access');
      await page.getByRole('table', { name: words('beacons.title') }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'access-beacon-reads', scenario: 'seeded',
    go: async (page, words) => {
      await twoBeacons(page);
      await team(page, 'access');
      await page.getByRole('button', { name: words('beacons.acts').replace('{name}', 'Office tower') }).click();
      await page.getByRole('menuitem', { name: words('beacons.readsAct') }).click();
      await page.getByRole('dialog').getByRole('switch', { checked: true }).click();
      await page.getByText(words('beacons.readsLoses')).waitFor();
    },
  },
];

/** With the ways to the team and to a person of it. */
export const partScreens = (team: Team, person: Person): Screen[] => [
  {
    name: 'share-channel', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'chat', `/${SITE_VISITS}`);
      await page.locator('header .menu-button, header button[aria-haspopup=menu]').last().click();
      await page.getByRole('menuitem', { name: words('invite.someone') }).click();
      await page.getByRole('radio', { name: words('role.guest') }).click();
      await page.getByRole('radio', { name: /site-visits/ }).click();
    },
  },
  {
    name: 'chat-move-out', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'chat', `/${HOUSING}`);
      await page.locator('.message').filter({ hasText: 'Pressure test' }).first().focus();
      await page.locator('.message').filter({ hasText: 'Pressure test' }).first().getByRole('button', { name: words('act.more') }).click();
      await page.getByRole('menuitem', { name: words('chat.moveOut') }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'chat-moved', scenario: 'late', go: async (page) => { await team(page, 'chat', `/${HOUSING}`); await page.locator('[data-moved] .object').waitFor(); } },
  { name: 'chat-carried', scenario: 'late', go: async (page) => { await team(page, 'chat', `/${SITE_VISITS}`); await page.locator('.message').first().waitFor(); } },
  { name: 'access-rules-late', scenario: 'late', go: (page) => team(page, 'access', '?tab=rules') },
  { name: 'access-private', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'private.act') },
  {
    name: 'access-renew', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'access', '?tab=invites');
      await page.getByRole('button', { name: words('invite.acts') }).click();
      await page.getByRole('menuitem', { name: words('invite.renew') }).click();
      await page.getByRole('dialog').getByRole('button', { name: words('invite.renew') }).click();
      await page.locator('.qr').waitFor();
    },
  },
  { name: 'reading', scenario: 'reading', go: async (page) => page.locator('.reading .message').first().waitFor() },
  {
    name: 'access-links', scenario: 'seeded',
    go: async (page) => {
      await page.evaluate(async (fragment) => {
        const { lifegraph } = globalThis as unknown as { lifegraph: { access: { makePublicLink(space: string, fragment: string, options?: { expiresInMs: number }): Promise<string>; revokePublicLink(space: string, id: string): Promise<void>; publicLinks(space: string): Promise<{ id: string }[]> } } };
        await lifegraph.access.makePublicLink('', fragment);
        await lifegraph.access.revokePublicLink('', (await lifegraph.access.publicLinks(''))[0]!.id);
        await lifegraph.access.makePublicLink('', fragment, { expiresInMs: 604_800_000 });
      }, SITE_VISITS);
      await team(page, 'access', '?tab=invites');
    },
  },
  ...beaconScreens(team),
  { name: 'access-copies', scenario: 'seeded', go: async (page, words) => { await team(page, 'access'); await page.getByRole('region', { name: words('meter.setTitle') }).scrollIntoViewIfNeeded(); } },
  { name: 'chat-preview', scenario: 'seeded', go: async (page) => { await team(page, 'chat', `/${SITE_VISITS}?as=guest`); await page.locator('[data-preview]').waitFor(); } },
  {
    name: 'access-whole', scenario: 'seeded',
    go: async (page, words) => {
      await person(page, words, 'Parish school', 'who.wholeAct');
    },
  },
];
