/** Whatever waits or failed says why, since when, what can be done, and gives something to keep: drawn from one table, looked at as it is drawn. */
import { createElement as h, type Component, type ReactElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { prerender } from 'react-dom/static';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Comparison, Copies, CopyState, JoinState, RecordInfo, SpaceView } from '#os/api';
import { fakeKernel } from '#tests/support/fake-kernel';
import { createI18n, I18nProvider, loadWords, type Key } from '#view/kit/i18n.tsx';
import { AlarmNote } from '#view/kit/alarm-note.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import { CrashBoundary } from '#view/kit/crash.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { KernelNote } from '#view/kit/kernel-note.tsx';
import { Alarms } from '#view/kit/place.tsx';
import { WhereIsThis } from '#view/kit/where.tsx';
import { SearchContext, type SearchDesk } from '#view/kit/search.ts';
import { NotSavedNote, OfflineLine } from '#view/kit/states.tsx';
import { JOIN_TROUBLE, RECORD_TROUBLE } from '#view/kit/other-troubles.ts';
import { COPY_TROUBLE, type Trouble } from '#view/kit/troubles.tsx';
import { LinksTab } from '#view/system/links-tab.tsx';
import { PipelineTab, Seen } from '#view/system/pipeline-tab.tsx';
import { Verdict } from '#view/system/seal-compare.tsx';
import { StopPage } from '#view/shell/stop-page.tsx';
import { Steps } from '#view/welcome/join.tsx';

const words = createI18n('en');
const SINCE = Date.UTC(2026, 4, 6, 7, 8);
const AT = words.time(SINCE);
const api = fakeKernel('seeded');

function drawn(node: ReactNode, kernel = api): { text: string; buttons: string[] } {
  const html = renderToStaticMarkup(h(KernelProvider, { api: kernel, children: h(I18nProvider, { lang: 'en', children: node }) }));
  const plain = (part: string): string => part.replace(/<[^>]*>/g, ' ').replaceAll('&#x27;', "'").replace(/\s+/g, ' ').trim();
  return { text: plain(html), buttons: [...html.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].map((match) => plain(match[2]!) || (/aria-label="([^"]*)"/.exec(match[1]!)?.[1] ?? '')) };
}

const KEEP: Record<Trouble['keep'], string> = { unsaved: 'Export', diagnostics: 'Export diagnostics' };
const ACT: Record<Trouble['act'], string> = { retry: 'Retry', reach: 'Try now', reload: 'Reload', ask: 'Ask again' };

describe('{V5} stuck always has reason, since when, action and export', () => {
  const copies = (state: CopyState): Copies => ({
    devices: ['d'], wrote: [], beacons: [], lastConfirmed: null, state, count: 3, since: SINCE, reason: state === 'stuck' ? { code: 'store-quota', message: '', safe: '', next: '' } : null,
  });

  test.each(Object.entries(COPY_TROUBLE))('the state "%s" in "Where is this?"', (state, trouble) => {
    const { text, buttons } = drawn(h(WhereIsThis, { copies: copies(state as CopyState), title: 'x', onClose: () => undefined }));
    expect(text).toContain(words.t(trouble.reason, { n: 3 }));
    expect(text).toContain(`since ${words.moment(SINCE)}`);
    expect(buttons).toEqual(expect.arrayContaining([ACT[trouble.act], KEEP[trouble.keep]]));
  });

  test.each([
    ['by choice', { paused: true, online: false, pending: 2 }, `Offline since ${AT}.`, '2 changes wait', ['Go online']],
    ['no network', { paused: false, online: false, pending: 0, signaling: [] }, `Offline since ${AT}.`, words.t('offline.nothing'), ['Try now']],
    ['no server', { paused: false, online: false, pending: 1 }, `No connection to the introduction server since ${AT}.`, '1 change waits', ['Try now', words.t('offline.otherServer')]],
  ] as const)('offline: %s', (_name, change, since, waits, acts) => {
    vi.stubGlobal('navigator', { onLine: true });
    const away = { ...api, network: { ...api.network, status: () => ({ ...api.network.status(), ...change, signaling: 'signaling' in change ? [] : api.network.status().signaling }) } };
    const { text, buttons } = drawn(h(OfflineLine, { since: SINCE }), away);
    expect(text).toContain(since);
    expect(text).toContain(waits);
    expect([...buttons].sort()).toEqual([...acts, 'Export diagnostics'].sort());
  });

  /** What a boundary shows after it caught the error; a boundary catches nothing while it is drawn into text. */
  const caught = (boundary: Component<object, object>, error: Error): ReturnType<typeof drawn> => {
    vi.useFakeTimers({ now: SINCE });
    boundary.state = (boundary.constructor as unknown as { getDerivedStateFromError(error: Error): object }).getDerivedStateFromError(error);
    return drawn(boundary.render());
  };

  test('a view that broke, with a kernel and without', () => {
    const crash = caught(new CrashBoundary({ api, children: null }), new Error('it broke'));
    for (const said of [words.t('crash.title'), words.t('crash.text'), 'it broke', `${words.t('part.since')} ${AT}`]) expect(crash.text).toContain(said);
    expect(crash.buttons).toEqual(['Reload', words.t('crash.again'), 'Export diagnostics']);
    expect(caught(new CrashBoundary({ api: null, children: null }), new Error('it broke')).buttons, 'nothing to export without a kernel').toEqual(['Reload', words.t('crash.again')]);
  });

  test('a part whose code does not come; what a part throws that came is not its own', async () => {
    vi.useFakeTimers({ now: SINCE });
    const Part = lazyPart(() => Promise.reject(new Error('no code'))) as (props: object) => ReactElement<object, new (props: object) => Component<object, object>>;
    const failed = new Promise<Error>((resolve) => void prerender(h(Part), { onError: (error) => resolve(error as Error) }).catch(() => undefined));
    await vi.advanceTimersByTimeAsync(5_000);
    const { type: Boundary, props } = Part({});
    const { text, buttons } = caught(new Boundary(props), await failed);
    for (const said of [words.t('part.title'), words.t('part.text'), 'no code', `${words.t('part.since')} ${AT}`]) expect(text).toContain(said);
    expect(buttons).toEqual(['Retry', 'Reload', 'Export diagnostics']);
    expect(() => caught(new Boundary(props), new Error('broke')), 'control').toThrow('broke');
    // In a header there is no room for a card: the place says it in its own way.
    const Small = lazyPart<{ of: string }>(() => Promise.reject(new Error('no code')), { failed: ({ of }, onRetry) => h('button', { onClick: onRetry }, `Not there: ${of}`) }) as unknown as typeof Part;
    const small = Small({ of: 'where' });
    expect(caught(new small.type(small.props), await failed)).toMatchObject({ text: 'Not there: where', buttons: ['Not there: where'] });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test('a device that three tries did not reach: in Links, in Work, and where something waits for other devices', () => {
    const status = { ...api.network.status(), unreached: [{ device: null, uid: null, name: null, tries: 3, since: SINCE, trying: false }, { device: 'd', uid: null, name: 'Boris', tries: 5, since: SINCE, trying: true }] };
    const away = { ...api, network: { ...api.network, status: () => status } };
    const space = { id: 's', name: 'S' } as SpaceView;
    for (const tab of [h(LinksTab, { network: status, space }), h(PipelineTab)]) {
      const { text, buttons } = drawn(tab, away);
      expect(text).toContain(`${words.t('link.unnamed')} Not reached Could not be reached, tried 3 times, since ${words.moment(SINCE)}`);
      expect(text).toContain(`Boris Trying Could not be reached, tried 5 times, since ${words.moment(SINCE)}`);
      expect(buttons).toEqual(['Try now', 'Export diagnostics']);
      expect(drawn(tab).text, 'control: everybody is reached').not.toContain('reached, tried');
    }
    const where = (state: CopyState, kernel: typeof api): string => drawn(h(WhereIsThis, { copies: copies(state), title: 'x', onClose: () => undefined }), kernel).text;
    expect(where('waiting', away)).toContain('2 devices are around and could not be reached in three tries or more');
    expect([where('waiting', api), where('stuck', away)].map((text) => text.includes('are around'))).toEqual([false, false]);
  });

  test('[row 12] [row 14] connections that were changed on their way: how many of which kind, since when, over which server, and that nothing was lost', () => {
    const altered = [{ via: 'direct' as const, servers: ['wss://meet.example.org/signal'], times: 2, since: SINCE, last: SINCE }, { via: 'relay' as const, servers: [], times: 1, since: SINCE, last: SINCE }];
    const { text, buttons } = drawn(h(AlarmNote, { altered }));
    for (const said of ['Somebody changes connections on their way', '2 direct connections were closed before anything was said', `1 connection over the relay was closed`, words.moment(SINCE), 'meet.example.org/signal', 'Nothing you wrote was read or changed']) expect(text).toContain(said);
    expect(buttons).toEqual(['Use another server', 'Try now', 'Export diagnostics']);
  });

  test('System → Pipeline: each figure and each adjuster with a word, kernel and search with their ends, and what can be done about one that stopped', async () => {
    const { text } = drawn(h(Seen, { view: await api.supervision.pipeline() }));
    for (const key of ['queue', 'commit', 'ingest', 'refused', 'lag', 'bulkBatch', 'deliverAtOnce', 'asksPerLink', 'newsBytes', 'links', 'busy', 'normal'] as const) expect(text, key).toContain(words.t(`pipeline.${key}`));
    expect(text).toContain(`${words.t('pipeline.bulkBatch')} 28 32 ${words.t('pipeline.busy')} `);
    const stopped = { state: 'stopped' as const, since: SINCE, runs: 4, ends: [{ at: SINCE, reason: 'error', detail: 'TypeError' }] };
    const desk = (status: SearchDesk['status']): SearchDesk => ({ find: () => new Promise(() => undefined), elsewhere: () => () => undefined, restart: () => undefined, onChange: () => () => undefined, status });
    const tab = (status: SearchDesk['status']) => drawn(h(SearchContext, { value: desk(status) }, h(PipelineTab)));
    expect(tab(() => stopped).text).toContain(`Search of this tab Stopped since ${words.moment(SINCE)} Started so often 4 Ended before ${words.moment(SINCE)} · its background process failed · TypeError`);
    expect(tab(() => stopped).buttons).toEqual(['Retry']);
    expect([tab(() => null).text.includes('Search of this tab Not asked yet'), tab(() => null).buttons]).toEqual([true, []]);
    const ended = { ...api, supervision: { ...api.supervision, status: () => ({ ...api.supervision.status(), runs: 2, ends: [{ at: SINCE, reason: 'silent', detail: '' }] }) } };
    expect(drawn(h(PipelineTab), ended).text).toContain(`Started so often 2 Waiting to be saved 0 Not known whether saved 0 Errors survived 0 Ended before ${words.moment(SINCE)} · its background process did not answer`);
  });

  test('the Seal: what asking another device found is a sentence with who, what and when, and a way to the record; equal is told as equal', async () => {
    const space = (await api.spaces.list()).find(({ kind }) => kind === 'team')!;
    const [peer] = api.network.status().peers;
    const found = await api.graph(space.id).compare(peer!.device);
    const people = { members: [], loaded: true, person: () => undefined, name: () => 'Noor' };
    const verdict = (one: Comparison) => drawn(h(Verdict, { space, found: one, people, onClose: () => undefined }));
    const what = { what: 'chat/message.send@1', who: 'Noor', at: words.time(found.difference!.at!) };
    expect(verdict(found).text, 'as the fake answers').toContain(words.t('seal.lackThere', { n: 2, ...what }));
    const { text, buttons } = verdict({ ...found, difference: { ...found.difference!, kind: 'operation', side: 'both' } });
    expect(text).toContain(`Both hold the same records and take this one differently: ${what.what} by Noor, ${what.at}. Nothing is lost.`);
    expect(text).toContain(found.there.words.join(' '));
    expect(buttons).toEqual(['Show the record']);
    const lacks = verdict({ ...found, difference: { ...found.difference!, kind: 'records', side: 'here', record: null, missingHere: 2, seq: 7 } });
    expect(lacks.text).toContain(words.t('seal.lackHere', { n: 2, who: 'Noor', seq: 7 }));
    const equal = verdict({ ...found, there: found.here, difference: null, waiting: 0 });
    expect([equal.text.includes(words.t('seal.partsEqual', { n: found.covers.both })), equal.buttons, lacks.buttons]).toEqual([true, [], []]);
  });

  test('a clock that is off is told on every screen, calmly, by how much and what to do; one that is right says nothing', async () => {
    const shown = async (kernel: typeof api, lang: 'en' | 'ru' = 'en'): Promise<string> => {
      const { prelude } = await prerender(h(KernelProvider, { api: kernel, children: h(I18nProvider, { lang, children: h(Alarms) }) }));
      return (await new Response(prelude).text()).replace(/<!--.*?-->|<[^>]*>/g, '').trim();
    };
    const off = (clockOffsetMs: number) => ({ ...api, network: { ...api.network, status: () => ({ ...api.network.status(), clockWarning: true, clockOffsetMs }) } });
    const said = await shown(fakeKernel('clock'));
    expect(said).toContain('The clock here is 26 hours ahead of the others. Nothing is lost');
    expect(said).toContain('Let the system set date, time and time zone by itself');
    await loadWords('ru');
    expect(await shown(off(130_000))).toContain('2 minutes behind the others');
    expect(await shown(off(3 * 86_400_000), 'ru')).toContain('отстают на 3 дня');
    expect(await shown(api), 'control').toBe('');
  });

  test('control: a state that is well has none of it', () => {
    const { text, buttons } = drawn(h(WhereIsThis, { copies: { ...copies('shared'), devices: ['d', 'e'] }, title: 'x', onClose: () => undefined }));
    expect([text.includes('since'), buttons.length]).toEqual([false, 1]);
  });

  test.each(Object.entries(JOIN_TROUBLE).flatMap(([reason, trouble]) => [[reason, 'failed', trouble] as const, [reason, 'waiting', trouble] as const]))('a join "%s", %s', (reason, state, trouble) => {
    const step: JoinState & { began: number } = { step: 'asked', state, reason, retryable: false, at: SINCE, began: SINCE };
    const { text, buttons } = drawn(h(Steps, { progress: { asked: step }, onRetry: () => undefined }));
    expect(text).toContain(words.t(trouble.reason));
    expect(text).toContain(`since ${words.moment(SINCE)}`);
    expect(buttons).toEqual(['Ask again', 'Export diagnostics']);
  });

  test('a join that waits without a reason that is known says something all the same', () => {
    const { text } = drawn(h(Steps, { progress: { asked: { step: 'asked', state: 'waiting', retryable: true, at: SINCE, began: SINCE } }, onRetry: () => undefined }));
    expect(text).toContain(words.t('join.timeout'));
  });

  test('every record that has no effect, or not yet, has its own reason, an act and an export', () => {
    const statuses: Exclude<RecordInfo['status'], 'applied'>[] = ['parked', 'waiting', 'held-back', 'void', 'sealed', 'newer', 'stub', 'quarantined'];
    expect(Object.keys(RECORD_TROUBLE).sort()).toEqual([...statuses].sort());
    expect(new Set(statuses.map((status) => words.t(RECORD_TROUBLE[status].reason))).size).toBe(statuses.length);
    for (const status of statuses) expect([ACT[RECORD_TROUBLE[status].act], KEEP[RECORD_TROUBLE[status].keep]].every(Boolean)).toBe(true);
  });

  test('"Not saved", a kernel that stays stopped, and a start that failed', () => {
    const reason = (code: string) => ({ code, message: '', safe: '', next: '' });
    for (const code of ['store-quota', 'store-aborted', 'store-closed', 'store-blocked', 'store-unavailable', 'no-key', 'silenced', 'acl-behind']) {
      const note = drawn(h(NotSavedNote, { reason: reason(code), since: SINCE }));
      expect(note.text, code).toContain(`since ${AT}`);
      expect(note.text, code).not.toContain(words.t('reason.unknown' as Key));
      expect(note.buttons).toEqual(['Export', 'Retry']);
    }
    const status = api.supervision.status();
    const stopped = { ...api, supervision: { ...api.supervision, status: () => ({ ...status, state: 'stopped' as const, reason: 'silent' as const, since: SINCE, waiting: 2 }) } };
    const kernel = drawn(h(KernelNote), stopped);
    expect(kernel.text).toContain(`at ${AT}: its background process did not answer`);
    expect(kernel.buttons).toEqual(['Export', 'Reload', 'Retry']);
    const stop = drawn(h(StopPage, { words, title: 'No', text: 'Because', fact: ['What', 'x'], since: SINCE }));
    expect([stop.text.includes(AT), stop.text.includes('Because'), stop.buttons]).toEqual([true, true, ['Reload', 'Export']]);
    expect(drawn(h(KernelNote)).text, 'control: one that runs says nothing').toBe('');
  });
});
