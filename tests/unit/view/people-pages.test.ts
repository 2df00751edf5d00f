/** A Guild of 250: its people come a page at a time, whoever is looked for is found on any page; and who sees a thing is told for each of its places. */
import '#view/kit/access-words.ts';
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import type { Member, RoleName, SpaceView } from '#os/api';
import { NO_RULES } from '#domain/shared';
import { fakeKernel } from '#tests/support/fake-kernel';
import { createI18n, I18nProvider, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { SeerRows } from '#view/kit/who-list.tsx';
import { peoplePage, PeopleTable } from '#view/subscription/people-table.tsx';

const GUILD: SpaceView = { id: 'g', name: 'Choir', kind: 'guild', role: 'owner', members: 250, scope: null, comments: [], lets: 'owner', rules: NO_RULES };
const member = (at: number, role: RoleName, more: Partial<Member> = {}): Member => ({ uid: `uid-${at}`, name: '', role, since: at, until: null, scope: null, comments: [], lets: null, devices: [], self: at === 0, online: false, ...more });
/** The owner comes last of all, so that an order by coming is not the right one by chance. */
const people = (members: Member[]): People => ({ members, loaded: true, person: () => undefined, name: (uid) => (uid === null ? '' : `Singer ${uid.slice(4).padStart(3, '0')}`) });
const guild = people([...Array.from({ length: 248 }, (_, i) => member(i + 1, 'guest')), member(249, 'admin'), member(0, 'owner', { since: 999 })]);

const markup = (node: ReactNode, lang: Lang = 'en'): string => renderToStaticMarkup(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: node }) }));
const drawn = (query: string): { rows: string[]; more: string | null } => {
  const html = markup(h(PeopleTable, { people: guild, query, space: GUILD }));
  return { rows: [...html.matchAll(/<tr><th scope="row">.*?(Singer \d+)/gs)].map((match) => match[1]!), more: /Show \d+ more/.exec(html)?.[0] ?? null };
};

beforeAll(() => loadWords('ru'));

test('{C7} {V0} of 250 people a page is drawn, by role, and the next press brings the next until all are there', () => {
  expect(guild.members).toHaveLength(250);
  const { rows, more } = drawn('');
  expect([rows.length, new Set(rows).size, rows.slice(0, 3), more]).toEqual([100, 100, ['Singer 000', 'Singer 249', 'Singer 001'], 'Show 100 more']);
  // As the table presses: by what it is told comes next.
  const seen: [number, number][] = [];
  for (let shown = 100; ; ) {
    const { page, next } = peoplePage(guild, '', shown);
    seen.push([page.length, next]);
    if (next === 0) break;
    shown += next;
  }
  expect(seen).toEqual([[100, 100], [200, 50], [250, 0]]);
  const all = peoplePage(guild, '', 250).page.map(({ uid }) => uid);
  expect(new Set(all).size).toBe(250);
  expect(peoplePage(guild, '', 200).page.map(({ uid }) => uid)).toEqual(all.slice(0, 200));
});

test('{C7} {V0} who stands on the last page is found by name, alone, and what fits nobody says so by having no row', () => {
  expect(peoplePage(guild, '').page.some(({ uid }) => uid === 'uid-241')).toBe(false);
  expect(drawn('Singer 241')).toEqual({ rows: ['Singer 241'], more: null });
  expect(drawn('nobody of that name')).toEqual({ rows: [], more: null });
  // What fits more than a page is paged as well.
  expect([peoplePage(guild, 'singer').page.length, peoplePage(guild, 'singer').next]).toEqual([100, 100]);
});

test('{C7} who sees a goal, a task, a course, a room or a file: by the fragment it lies in, with the rule, the end and public links, in both languages', () => {
  const few = people([member(0, 'owner'), member(1, 'guest', { scope: ['here'], until: Date.UTC(2026, 11, 3) }), member(2, 'member', { scope: ['here', 'there'] }), member(3, 'guest', { scope: ['there'] })]);
  const said = (fragment: string | null, links: number, lang: Lang = 'en'): string[] => [...markup(h(SeerRows, { people: few, fragment, links }), lang).matchAll(/<(?:li|p)[ >].*?<\/(?:li|p)>/gs)].map(([one]) => one.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim());
  const { t, date } = createI18n('en');
  expect(said('here', 0).map((line) => /Singer.*/.exec(line)![0])).toEqual(['Singer 002 Member, here and 1 more', `Singer 001 ${t('who.until', { rule: 'Guest, only here', at: date(Date.UTC(2026, 11, 3)) })}`, 'Singer 000 Owner of the space']);
  expect(said('here', 0).join()).not.toContain('Singer 003');
  expect(said('there', 0).join()).toContain('Singer 003 Guest, only here');
  // In a place that nobody was given alone, and in the directory, only those who have the whole space.
  expect(said('elsewhere', 0)).toHaveLength(1);
  expect(said(null, 0)).toHaveLength(1);
  expect([said('here', 1).at(-1), said('here', 2).at(-1)]).toEqual(['And whoever has the public link', 'And whoever has one of 2 public links']);
  expect(said('here', 2, 'ru').at(-1)).toBe(createI18n('ru').t('who.links', { n: 2 }));
});
