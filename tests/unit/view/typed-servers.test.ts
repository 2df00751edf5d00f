/** Settings → Network keeps what was typed and nothing else. */
import { expect, test } from 'vitest';
import { typedServers } from '#view/settings/typed-servers.ts';

test('nothing typed keeps nothing; an empty list and what is no address are refused; addresses are kept one by one', () => {
  expect(typedServers(null)).toBeNull();
  expect(typedServers('')).toEqual({ refused: 'empty' });
  expect(typedServers(' \n ')).toEqual({ refused: 'empty' });
  expect(typedServers('wss://one.example\nhttp://two.example')).toEqual({ refused: 'bad', url: 'http://two.example' });
  expect(typedServers(' wss://one.example\n\nws://two.example:8080/signal ')).toEqual({ urls: ['wss://one.example', 'ws://two.example:8080/signal'] });
});
