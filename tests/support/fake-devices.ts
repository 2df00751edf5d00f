/** Devices of the person in the fake kernel. */
import type { DeviceView, LifegraphApi } from '#os/api';

/** The part of the fake about devices: this one, an old one, and one that was taken away. */
export function fakeDevices(self: string, emit: () => void): LifegraphApi['devices'] {
  const view = (device: string, name: string, more: Partial<DeviceView>): DeviceView =>
    ({ device, name, addedAt: Date.now() - 40 * 86_400_000, seenAt: Date.now() - 7_200_000, self: false, online: false, state: 'in-use', left: 0, revoke: 'now', ...more });
  let list: DeviceView[] = [
    view(self, 'Chrome · Linux', { self: true, online: true, revoke: 'no' }),
    view(`${self.slice(0, 20)}A`, 'Laptop', { addedAt: Date.now() - 90 * 86_400_000, revoke: 'phrase' }),
    view(`${self.slice(0, 20)}B`, 'Chrome · Android', { online: true }),
    view(`${self.slice(0, 20)}C`, 'Firefox · Windows', { state: 'gone', revoke: 'no', seenAt: Date.now() - 20 * 86_400_000 }),
  ];
  const change = (device: string, more: Partial<DeviceView>): void => {
    list = list.map((one) => (one.device === device ? { ...one, ...more } : one));
    emit();
  };
  return {
    list: async () => list,
    rename: async (device, name) => change(device, { name }),
    revoke: async (device) => (change(device, { state: 'gone', revoke: 'no' }), { left: [] }),
  };
}
