/** Reports in the fake kernel: one that waits, one that was dealt with, in memory. */
import type { LifegraphApi, Member, ReportView } from '#os/api';

/** The part of the fake about reports. */
export function fakeReports(me: () => string, people: (space: string) => Member[]): LifegraphApi['reports'] {
  let made: ReportView[] | null = null;
  const reports = (space: string): ReportView[] => (made ??= begin(people(space).map(({ uid }) => uid), me()));
  return {
    send: async () => 'report',
    list: async (space) => (people(space).length < 4 ? { reports: [], sealed: 0 } : { reports: reports(space), sealed: 1 }),
    async decide(space, id, state) {
      made = reports(space).map((one) => (one.id === id ? { ...one, state, decidedBy: me(), decidedAt: Date.now() } : one));
    },
  };
}

function begin([mira, sofia, noor, jonas]: string[], me: string): ReportView[] {
  const one = { words: '', message: 'message', fragment: 'fragment', cut: false, state: 'open', decidedBy: null, decidedAt: null, mine: false } as const;
  return [
    { ...one, id: 'report1', by: sofia!, at: Date.now() - 2 * 3_600_000, reason: 'abuse', words: 'Third time this week.', author: jonas!, text: 'Nobody asked you, go away and stay away.' },
    { ...one, id: 'report2', by: mira!, at: Date.now() - 50 * 3_600_000, reason: 'spam', author: noor!, text: 'Cheap boats, best price, write to me', state: 'dealt', decidedBy: me, decidedAt: Date.now() - 48 * 3_600_000, mine: mira === me },
  ];
}
