/** What `npm run ux` looks at inside of a page. Each function is sent to the page as it stands here: it uses nothing of this file, only what KIT leaves in the page. */

interface Kit {
  /** What is looked at: the topmost dialog, or all. */
  scope(): Element;
  nameOf(one: Element): string;
  drawn(one: Element): boolean;
  controls: string;
}

declare const lookedKit: Kit;

/** As a script, before those of the page. */
export const KIT = `globalThis.lookedKit = {
  scope: () => [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body,
  nameOf(one) {
    const kind = typeof one.className === 'string' && one.className !== '' ? '.' + one.className.trim().split(/\\s+/).slice(0, 2).join('.') : '';
    return one.tagName.toLowerCase() + kind + ' "' + (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().replaceAll(/\\s+/g, ' ').slice(0, 36) + '"';
  },
  drawn: (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getBoundingClientRect().width > 1 && one.getBoundingClientRect().height > 1,
  controls: 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=checkbox], [role=switch], [role=tab], [role=radio], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=option]',
};
globalThis.lookedMissing = new Set();`;

/** What is wider than its place. */
export function tooWide(): string[] {
  const { scope, nameOf, drawn, controls } = lookedKit;
  const out = new Set<string>();
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) out.add(`wide: the page is ${wide} px wider than the screen`);
  for (const one of scope().querySelectorAll('*')) {
    const { overflowX, whiteSpace } = getComputedStyle(one);
    if ((overflowX !== 'auto' && overflowX !== 'scroll') || one.scrollWidth <= one.clientWidth + 1 || !drawn(one)) continue;
    // What has two sides, rows of filters, and text whose lines mean something may be moved sideways in their own place.
    if (whiteSpace.startsWith('pre') || one.matches('textarea, input, .board, .timeline, .hub-filters, [role=tablist]') || one.querySelector('table, .timeline-scale, svg, .katex, pre, .calendar') !== null) continue;
    out.add(`wide: ${nameOf(one)} moves sideways by ${one.scrollWidth - one.clientWidth} px`);
  }
  for (const one of scope().querySelectorAll(controls)) {
    if (!drawn(one) || one.closest('[inert], .sr-only, .hidden') !== null) continue;
    const { left, right } = one.getBoundingClientRect();
    if (right <= innerWidth + 1 && left >= -1) continue;
    let moves = false;
    for (let at = one.parentElement; at !== null && at !== document.body && !moves; at = at.parentElement) moves = getComputedStyle(at).overflowX !== 'visible';
    if (!moves) out.add(`cut: ${nameOf(one)} leaves the screen by ${Math.round(Math.max(right - innerWidth, -left))} px`);
  }
  return [...out];
}

/** Controls of which less than this, px, is hit. */
export function tooSmall(least: number): string[] {
  const { scope, nameOf, drawn, controls } = lookedKit;
  const out = new Set<string>();
  const hits = (one: Element, x: number, y: number): boolean => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (one.contains(hit) || (hit.contains(one) && hit.matches('label, a, button')) || (hit.closest('label') as HTMLLabelElement | null)?.control === one);
  };
  for (const one of scope().querySelectorAll(controls)) {
    // The two lines of the header of a telephone, whose acts its menu and System have too; what is dragged by its whole head or row; chips, which stand in lines of text.
    if (least > 24 && one.matches('.header .title-button, .header .state-chip, .header .field, .panel-handle, .bar, .object[data-size=chip]')) continue;
    // In a line of text, as the rule itself has it.
    if (!drawn(one) || getComputedStyle(one).display === 'inline' || one.closest('[inert], .doc-text, .sr-only') !== null || (one as HTMLButtonElement).disabled) continue;
    let box = one.getBoundingClientRect();
    if (box.width >= least - 0.5 && box.height >= least - 0.5) continue;
    one.scrollIntoView({ block: 'center', inline: 'nearest' });
    box = one.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // Under a sheet or a popover nothing of it can be touched.
    if (!hits(one, x, y)) continue;
    const reach = least / 2 - 1;
    const far = ([[-reach, 0], [reach, 0], [0, -reach], [0, reach]] as const).filter(([dx, dy]) => x + dx >= 0 && x + dx < innerWidth && y + dy >= 0 && y + dy < innerHeight && !hits(one, x + dx, y + dy));
    if (far.length > 0) out.add(`small: ${nameOf(one)} ${Math.round(box.width)} × ${Math.round(box.height)} px`);
  }
  return [...out];
}

/** Words that are cut, or leave what they stand in. */
export function cutWords(): string[] {
  const { scope, nameOf, drawn } = lookedKit;
  const out = new Set<string>();
  /** Where the words of `parent` in `box` meet an edge that hides them; true where nothing more is asked. */
  const meets = (at: Element, parent: Element, box: DOMRect): boolean => {
    const { overflowX, overflowY, textOverflow, webkitLineClamp, position } = getComputedStyle(at);
    const edge = at.getBoundingClientRect();
    if (edge.width <= 1 || edge.height <= 1 || overflowX === 'auto' || overflowX === 'scroll') return true;
    if (overflowX !== 'visible' && (box.right > edge.right + 1.5 || box.left < edge.left - 1.5)) {
      if (textOverflow !== 'ellipsis' && getComputedStyle(parent).textOverflow !== 'ellipsis') out.add(`cut: ${nameOf(parent)} at the side of ${nameOf(at).split(' "')[0]}`);
      else if (at.closest('.button, [role=tab], label, th') !== null) out.add(`cut: ${nameOf(parent)} ends in dots`);
      return true;
    }
    if (overflowY !== 'visible' && overflowY !== 'auto' && overflowY !== 'scroll' && box.bottom > edge.bottom + 3 && webkitLineClamp === 'none') {
      if (box.top < edge.bottom - 3) out.add(`cut: ${nameOf(parent)} at the foot of ${nameOf(at).split(' "')[0]}`);
      return true;
    }
    return position === 'fixed' && (box.right <= innerWidth + 1 && box.left >= -1);
  };
  const walk = document.createTreeWalker(scope(), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || (node.textContent ?? '').trim() === '' || !drawn(parent) || parent.closest('script, style, svg, textarea, option, .sr-only, .katex-mathml, [aria-hidden=true]') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const control = parent.closest('.button, [role=tab], [role=radio], .tag');
    if (control !== null && drawn(control)) {
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 4)));
      // On the narrowest screen a long act takes two lines before it is cut.
      if (innerWidth > 360 && control.matches('.button, [role=tab]') && lines.size > 1) out.add(`lines: ${nameOf(control)} stands in ${lines.size} lines`);
      const edge = control.getBoundingClientRect();
      if (box.right > edge.right + 1 || box.left < edge.left - 1) out.add(`cut: text of ${nameOf(control)} leaves it by ${Math.round(Math.max(box.right - edge.right, edge.left - box.left))} px`);
    }
    let at: Element | null = parent;
    while (at !== null && at !== document.documentElement && !meets(at, parent, box)) at = at.parentElement;
    if ((at === null || at === document.documentElement) && (box.right > innerWidth + 1 || box.left < -1)) out.add(`cut: ${nameOf(parent)} leaves the screen`);
  }
  return [...out];
}

/** Before Tab is pressed: what should be reached, and how it looks while it has no focus. */
export function beforeTabs(): void {
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const drawn = (one: Element): boolean => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1 && one.getBoundingClientRect().height > 1;
  const GROUP = '[role=menu], [role=listbox], [role=tablist], [role=radiogroup], [role=toolbar], [role=grid], [role=tree], [role=treegrid], .doc-text';
  const CONTROL = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=checkbox], [role=switch], [role=tab], [role=radio], [role=menuitem], [tabindex="0"], [contenteditable=true]';
  const look = (one: Element | null): string => {
    if (one === null) return '';
    const { boxShadow, borderTopColor, borderBottomColor, backgroundColor, outlineStyle, outlineColor, outlineWidth, textDecorationLine } = getComputedStyle(one);
    return [boxShadow, borderTopColor, borderBottomColor, backgroundColor, outlineStyle, outlineStyle === 'none' ? '' : outlineColor + outlineWidth, textDecorationLine].join();
  };
  (document.activeElement as HTMLElement | null)?.blur();
  const wanted = [...scope.querySelectorAll(CONTROL)].filter((one) => drawn(one) && !(one as HTMLButtonElement).disabled && one.closest('[inert], [aria-hidden=true], .sr-only') === null);
  const looks = new Map<Element, string>();
  for (const one of wanted) looks.set(one, [one, one.parentElement, one.parentElement?.parentElement ?? null].map(look).join('|'));
  const reached = new Set<Element>();
  const dull = new Set<Element>();
  let order = 0;
  let begun: Element | null = null;
  let round = false;
  document.addEventListener('focusin', ({ target }) => {
    const one = target as Element;
    order++;
    // Twice the same at once is a field that keeps Tab for itself.
    if (one === begun && order > 2) round = true;
    begun ??= one;
    reached.add(one);
    const before = looks.get(one);
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    // A caret in the one field there is shows it: the text of a page, and the palette.
    const ring = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    if (!ring && before !== undefined && !one.matches('.doc-text, .palette input') && before === [one, one.parentElement, one.parentElement?.parentElement ?? null].map(look).join('|')) dull.add(one);
  });
  (globalThis as unknown as { lookedTabs: object }).lookedTabs = { wanted, reached, dull, group: GROUP, count: () => order, round: () => round };
}

/** After Tab was pressed; once round is `whole`: what was not reached, and what does not show its focus. */
export function afterTabs(whole: boolean): string[] {
  const { wanted, reached, dull, group } = (globalThis as unknown as { lookedTabs: { wanted: Element[]; reached: Set<Element>; dull: Set<Element>; group: string } }).lookedTabs;
  const { nameOf } = lookedKit;
  const out = new Set<string>();
  for (const one of dull) out.add(`focus: ${nameOf(one)} does not show that it has the focus`);
  const groups = new Set<Element>();
  for (const one of reached) {
    for (let at = one.closest(group); at !== null; at = at.parentElement?.closest(group) ?? null) groups.add(at);
    const owned = one.getAttribute('aria-controls') ?? one.getAttribute('aria-owns');
    if (owned !== null && one.hasAttribute('aria-activedescendant')) for (const id of owned.split(' ')) groups.add(document.getElementById(id)!);
  }
  for (const one of wanted) {
    if (reached.has(one) || !one.isConnected) continue;
    const inside = one.closest(group);
    // Of a group that the walk has not come to nothing is known.
    if (inside !== null && (!whole || groups.has(inside))) continue;
    if (one instanceof HTMLInputElement && one.type === 'radio' && [...reached].some((other) => other instanceof HTMLInputElement && other.type === 'radio' && other.name === one.name)) continue;
    if (whole || (one as HTMLElement).tabIndex < 0) out.add(`tab: ${nameOf(one)} is not reached by Tab`);
  }
  return [...out];
}

/** Kept from the start of the page: what moved without anybody having done something. As a script, before those of the page. */
export const SHIFTS = `globalThis.lookedShifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, startTime, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    lookedShifts.push({ value, startTime, what: sources.slice(0, 2).map(({ node, previousRect, currentRect }) => {
      const one = node instanceof Element ? node : node?.parentElement;
      return (one ? one.tagName.toLowerCase() + (typeof one.className === 'string' && one.className ? '.' + one.className.trim().split(/\\s+/)[0] : '') : 'gone') + ' ' + Math.round(previousRect.x) + ',' + Math.round(previousRect.y) + ' ' + Math.round(previousRect.height) + ' → ' + Math.round(currentRect.x) + ',' + Math.round(currentRect.y) + ' ' + Math.round(currentRect.height);
    }) });
  }
}).observe({ type: 'layout-shift', buffered: true });`;
