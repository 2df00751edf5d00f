/** Devices of the person in the fake kernel. */
import type { DeviceView, LifegraphApi, PairingView } from '#os/api';

/** The part of the fake about devices: this one, an old one, and one that was taken away. */
export function fakeDevices(self: string, emit: () => void): LifegraphApi['devices'] {
  const view = (device: string, name: string, more: Partial<DeviceView>): DeviceView =>
    ({ device, name, addedAt: Date.now() - 40 * 86_400_000, seenAt: Date.now() - 7_200_000, self: false, fleeting: false, online: false, state: 'in-use', left: 0, revoke: 'now', ...more });
  let list: DeviceView[] = [
    view(self, 'Chrome · Linux', { self: true, online: true, revoke: 'no' }),
    view(`${self.slice(0, 20)}A`, 'Laptop', { addedAt: Date.now() - 90 * 86_400_000, revoke: 'phrase' }),
    view(`${self.slice(0, 20)}B`, 'Chrome · Android', { online: true }),
    view(`${self.slice(0, 20)}D`, 'Chrome · ChromeOS', { fleeting: true }),
    view(`${self.slice(0, 20)}C`, 'Firefox · Windows', { state: 'gone', revoke: 'no', seenAt: Date.now() - 20 * 86_400_000 }),
  ];
  const change = (device: string, more: Partial<DeviceView>): void => {
    list = list.map((one) => (one.device === device ? { ...one, ...more } : one));
    emit();
  };
  let pairing: PairingView | null = null;
  const pair = (more: Partial<PairingView>): void => {
    const blank: PairingView = { role: 'host', code: '', link: '', step: 'meet', reason: null, words: null, yes: { mine: false, other: false }, until: Date.now() + 540_000, online: true };
    pairing = { ...(pairing ?? blank), ...more };
    emit();
  };
  return {
    pairing: async () => pairing,
    // The one that shows the code waits, the one that types it has the words at once: a screen of each.
    pair: async () => ((pairing = null), pair({ code: '7K3MQ0XW2D', link: '#/pair/gwBqN0szTVEwWFcyRIA' })),
    pairWith: async () => ((pairing = null), pair({ role: 'guest', step: 'compare', words: ['cabin', 'velvet', 'orbit', 'thunder'] })),
    answerPairing: async (yes) => pair(yes ? { yes: { mine: true, other: false } } : { step: 'ended', reason: 'no' }),
    endPairing: async () => pair({ step: 'ended', reason: 'given-up' }),
    list: async () => list,
    rename: async (device, name) => change(device, { name }),
    unheld: async () => 0,
    part: async () => false,
    revoke: async (device) => (change(device, { state: 'gone', revoke: 'no' }), { left: [] }),
  };
}
