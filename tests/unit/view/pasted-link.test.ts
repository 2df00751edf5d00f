/** Links that are pasted: what browsers put beside the address. */
import { expect, test } from 'vitest';
import { pastedLink } from '#view/kit/pasted-link.ts';

const URL = 'https://pumps.example/gland?a=1&b=2';
const A = `<a href="https://pumps.example/gland?a=1&amp;b=2">Gland &amp; packing</a>`;

test('{C1} a link that was copied with its title is pasted as both: from the address bar, from a page, with what browsers put around it', () => {
  const wanted = `[Gland & packing](${URL})`;
  expect(pastedLink(URL, A)).toBe(wanted);
  expect(pastedLink('Gland & packing', `<html><body>\n<!--StartFragment-->${A}<!--EndFragment-->\n</body></html>`)).toBe(wanted);
  expect(pastedLink(' Gland & packing\n', `<meta charset='utf-8'><span>${A.replace('<a ', '<a style="color: red" class=x ')}</span>`)).toBe(wanted);
  expect(pastedLink('Gland & packing', "<style>a > b { }</style><a class='x' href='https://pumps.example/gland?a=1&#38;b=2'><b>Gland</b> &#x26; <i>packing</i></a>")).toBe(wanted);
  expect(pastedLink('Part [1]', '<a href="https://pumps.example/">Part [1]</a>')).toBe('[Part 1](https://pumps.example/)');
});

test('{C1} everything else is pasted as it is: other words, several links, no title, an address as title, another scheme, brackets in the address, too much', () => {
  for (const [text, html] of [
    [URL, ''], ['Gland & packing is worn', `${A} is worn`], ['Gland & packing', `${A}${A}`], ['Gland & packing', `${A}<a name="x"></a>`], [URL, `<a href="${URL}"> </a>`],
    [URL, `<a href="${URL}">${URL}</a>`], ['pumps.example', '<a href="https://pumps.example/">pumps.example</a>'], ['x', '<a href="javascript:alert(1)">x</a>'], ['x', '<a href="https://x.example/a_(b)">x</a>'],
    ['something else', A], ['x', '<p>x</p>'], ['y', `<a href="https://x.example">${'y'.repeat(161)}</a>`], ['Gland & packing', `${A}${'<b></b>'.repeat(3_000)}`],
  ] as const) expect(pastedLink(text, html), html.slice(0, 80)).toBeNull();
  // Hostile HTML ends: an expression that tries everything with everything would run into the limit of the test.
  for (const part of ['<', '<a ', '<a href="', '<!--', '<style>', '&#']) expect(pastedLink('x', part.repeat(Math.floor(16_000 / part.length)))).toBeNull();
});
