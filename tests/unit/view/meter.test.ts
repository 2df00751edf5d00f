/** The meter and the notes about beacons as they are drawn: what is said, and what can be done about it. */
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { BeaconCheckState, BeaconCheckView, Durability } from '#os/api';
import { fakeKernel } from '#tests/support/fake-kernel';
import { BeaconNote } from '#view/kit/beacon-note.tsx';
import { createI18n, I18nProvider } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import { MeterRows } from '#view/kit/meter.tsx';
import { BEACON_TROUBLE, standWords } from '#view/kit/witness-words.ts';

const words = createI18n('en');
const api = fakeKernel('seeded');
const NOW = Date.now();

function drawn(node: ReactNode): { text: string; buttons: string[]; html: string } {
  const html = renderToStaticMarkup(h(KernelProvider, { api, children: h(I18nProvider, { lang: 'en', children: node }) }));
  const plain = (part: string): string => part.replace(/<[^>]*>/g, ' ').replaceAll('&#x27;', "'").replace(/\s+/g, ' ').trim();
  return { text: plain(html), html, buttons: [...html.matchAll(/<button[^>]*>(.*?)<\/button>/gs)].map((match) => plain(match[1]!)) };
}

const FOUND: Durability = {
  devices: { n: 3, people: 2, lastConfirmed: NOW - 60_000 }, beacons: { n: 1, names: ['Tower'], lastConfirmed: NOW - 120_000 }, backups: { n: 1, at: NOW - 86_400_000, readAt: NOW - 3_600_000 },
  target: { copies: 3, beacons: 1, backupDays: 30 }, below: [],
};

describe('{V10} DUR4 the meter', () => {
  test('says copies by kind, when they were confirmed, and what is asked for; nothing to do when it is enough', () => {
    const { text, buttons } = drawn(h(MeterRows, { found: FOUND, space: 's' }));
    for (const part of ['3 devices of 2 people', '1 beacon', 'Backup file', words.t('meter.met'), '3 copies', '1 of them on a beacon', 'not older than 30 days']) expect(text).toContain(part);
    expect(buttons).toEqual([]);
    const before = drawn(h(MeterRows, { found: { ...FOUND, backups: { ...FOUND.backups, n: 0 } }, space: 's' }));
    expect(before.text).toContain('changed since');
  });

  test('below it every part leads to an act, each once', () => {
    const short: Durability = { ...FOUND, devices: { n: 1, people: 1, lastConfirmed: null }, beacons: { n: 0, names: [], lastConfirmed: null }, backups: { n: 0, at: null, readAt: null }, below: ['copies', 'beacons', 'backup'] };
    const { text, buttons } = drawn(h(MeterRows, { found: short, space: 's' }));
    for (const part of [words.t('meter.below'), words.t('meter.nobody'), words.t('meter.beaconNone'), words.t('meter.backupNone')]) expect(text).toContain(part);
    expect(buttons).toEqual([words.t('meter.addDevice'), words.t('meter.seeBeacons'), words.t('meter.backups')]);
  });
});

describe('{V10} WIT7 what is said of a beacon', () => {
  const view = (state: BeaconCheckState, proof = false): BeaconCheckView => ({ space: 's', device: 'd', id: 'i', name: 'Tower', state, since: NOW - 60_000, saidAt: NOW - 90_000, checkedAt: null, proof });

  test.each(Object.keys(BEACON_TROUBLE) as (keyof typeof BEACON_TROUBLE)[])('"%s": which beacon, what it did, since when, what that means, and what can be done', (state) => {
    const { text, buttons, html } = drawn(h(BeaconNote, { beacon: view(state, state === 'forked'), onHide: () => undefined }));
    for (const part of ['Tower', words.t(BEACON_TROUBLE[state].text), words.moment(NOW - 60_000)]) expect(text).toContain(part);
    expect(buttons).toEqual([words.t('witness.goSee'), words.t(state === 'forked' ? 'witness.saveProof' : 'witness.save'), words.t('witness.hide')]);
    // Only who is not reached is no alarm.
    expect(html.includes('role="alert"')).toBe(state !== 'unreached');
  });

  test('what is not proven says so', () => {
    for (const state of ['withholds', 'omits'] as const) expect(drawn(h(BeaconNote, { beacon: view(state), onHide: () => undefined })).text).toContain('it is no proof');
  });

  test('in a table: a word for each, and when an honest one was checked', () => {
    expect(standWords(words, view('none'), NOW)).toBe(words.t('witness.none'));
    expect(standWords(words, view('full'), NOW)).toBe(words.t('witness.full'));
    expect(standWords(words, { ...view('ok'), checkedAt: NOW - 5_000 }, NOW)).toBe(words.t('witness.ok', { ago: words.ago(NOW - 5_000, NOW) }));
    expect(standWords(words, view('ok'), NOW)).toBe(words.t('witness.okSaid', { ago: words.ago(NOW - 90_000, NOW) }));
    expect(standWords(words, view('forked'), NOW)).toBe(words.t('witness.wForked'));
  });
});

test('what was a few seconds ago by a clock that is a little ahead is now, not yet to come', () => {
  const words = createI18n('en');
  expect([words.ago(NOW + 3_000, NOW), words.ago(NOW, NOW), words.ago(NOW - 3_000, NOW), words.ago(NOW + 60_000, NOW)]).toEqual(['now', 'now', '3 sec ago', 'in 1 min']);
});
