/** Screens of Access. */
import '#view/kit/access-words.ts';
import '#view/kit/quiet-words.ts';
import '#view/kit/meter-words.ts';
import { person, team, type Screen } from './screen.ts';

/** People, invitations, rules, plans, reports, the journal. */
export const ACCESS_SCREENS: readonly Screen[] = [
  {
    name: 'access-role', scenario: 'seeded',
    go: async (page, words) => {
      await person(page, words, 'Noor', 'person.change');
      await page.getByRole('radio', { name: words('role.guest') }).click();
    },
  },
  { name: 'access-requests', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=requests') },
  { name: 'access-rules', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=rules') },
  { name: 'access-rules-guest', scenario: 'guest', go: (page) => team(page, 'access', '?tab=rules') },
  { name: 'access-plans', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=plans') },
  { name: 'access-plans-guest', scenario: 'guest', go: (page) => team(page, 'access', '?tab=plans') },
  { name: 'access-reports', scenario: 'seeded', go: async (page) => { await team(page, 'access', '?tab=reports'); await page.locator('[data-report]').first().waitFor(); } },
  { name: 'access-part', scenario: 'seeded', go: async (page, words) => { await person(page, words, 'Noor', 'opens.act'); await page.getByRole('radio', { name: words('opens.some') }).click(); } },
  { name: 'quiet', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'quiet.person') },
  { name: 'access-journal', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=journal') },
  { name: 'access-until', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'person.until') },
  { name: 'access-remove', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'person.remove') },
  { name: 'access-removed', scenario: 'removed', go: async (page) => { await team(page, 'access'); await page.locator('[data-ending]').waitFor(); } },
  { name: 'access', scenario: 'seeded', go: (page) => team(page, 'access') },
  { name: 'access-invites', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=invites') },
  {
    name: 'access-revoke', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'access', '?tab=invites');
      await page.getByRole('button', { name: words('invite.acts') }).click();
      await page.getByRole('menuitem', { name: words('invite.revoke') }).click();
      await page.getByRole('dialog', { name: words('invite.revokeTitle') }).waitFor();
    },
  },
  {
    name: 'share', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'access');
      await page.getByRole('button', { name: words('act.invite') }).click();
      await page.getByRole('button', { name: words('invite.showCode') }).click();
      await page.locator('.qr').waitFor();
    },
  },
];
