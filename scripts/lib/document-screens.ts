/** Screens of documents. */
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import type { Screen } from './screen.ts';

/** A vault that brings what is not taken. */
const VAULT = Object.fromEntries(Object.entries({
  'Sensors/Home.md': 'See [[Housing]], [[Gaskets]] and ![[lid.png]].', 'Sensors/Housing.md': '| a | b |\n|---|---|\n| 1 | 2 |\n\n[drawing](files/housing.pdf)', 'Sensors/Test runs.html': '<p>Until tomorrow<iframe></iframe>',
  'Sensors/lid.png': 'png', 'Sensors/files/housing.pdf': 'pdf', 'Sensors/Log of the whole summer.md': 'x\n\n'.repeat(5_001),
}).map(([path, text]) => [path, strToU8(text)]));

type Team = (page: Page, lens?: string, rest?: string) => Promise<void>;

const TEXT = ['# Lid and seal', 'The lid carries the **only** seal of the box. It is held by six `M4` screws.', '- tightened crosswise', 'to 0.8 N·m', '', '1. Open the lid', 'Look at the gasket', '', '[] Order 40 gaskets', 'Ask Davit', '', '> Test runs until tomorrow.', '! EPDM stiffens below 4 °C.', '``` const gap = 3; // mm'];

/** Makes a document by hand and writes in it. */
async function write(page: Page, words: (key: string) => string, lines: readonly string[], title = 'Sensor housing, version 2'): Promise<void> {
  await page.getByRole('button', { name: words('document.new') }).first().click();
  await page.getByRole('textbox', { name: words('document.name') }).fill(title);
  await page.keyboard.press('Enter');
  await page.locator('.doc-text:focus').waitFor();
  for (const [at, line] of lines.entries()) {
    if (at > 0) await page.keyboard.press('Enter');
    await page.keyboard.type(line);
  }
}

/** Says something about words of the page; without words about the whole page. */
async function comment(page: Page, on: string | null, said: string): Promise<void> {
  if (on !== null) {
    // A sheet over the page lets nothing be chosen there.
    if ((await page.locator('.panel').count()) > 0) await page.locator('.panel-head .icon-button').click();
    await page.evaluate((wanted) => {
      const walk = document.createTreeWalker(document.querySelector('.doc-text')!, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const at = node.textContent!.indexOf(wanted);
        if (at >= 0) getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length);
      }
    }, on);
    await page.locator('.comment-bubble button').first().click();
  }
  const field = page.locator('.panel-foot textarea');
  await field.fill(said);
  await field.press('Enter');
  await page.locator('.comment-thread', { hasText: said }).waitFor();
}

/** The history of a page and comparisons of its states. */
function historyScreens(team: Team): Screen[] {
  /** A page that was written, changed and moved about, with its history beside it. */
  const history = async (page: Page, words: (key: string) => string): Promise<void> => {
    await team(page, 'documents');
    await write(page, words, TEXT);
    await page.locator('.doc-text > .block').nth(1).click();
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('End');
    for (let i = 0; i < 20; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('by six screws.');
    await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
    await page.getByRole('menuitem', { name: words('act.history') }).click();
    await page.locator('.version-open').first().waitFor();
  };
  return [
    ...(['document-share', 'document-preview'] as const).map((name): Screen => ({
      name, scenario: 'seeded',
      go: async (page, words) => {
        await team(page, 'documents');
        await write(page, words, TEXT);
        await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
        await page.getByRole('menuitem', { name: words('invite.someone') }).click();
        if (name === 'document-share') return page.getByRole('radio', { name: /Sensor housing/ }).click();
        await page.getByRole('button', { name: words('who.preview') }).click();
        await page.locator('[data-preview]').waitFor();
      },
    })),
    {
      name: 'document-history', scenario: 'seeded',
      go: async (page, words) => {
        await history(page, words);
        await page.getByRole('button', { name: words('version.name') }).click();
        await page.getByRole('textbox', { name: words('version.nameField') }).fill('As sent to the workshop');
        await page.keyboard.press('Enter');
        await page.locator('.version-row .icon-button').waitFor();
      },
    },
    ...(['document-compare', 'document-sides'] as const).map((name): Screen => ({
      name, scenario: 'seeded',
      go: async (page, words) => {
        await history(page, words);
        await page.locator('.version-open').nth(2).click();
        await page.locator('.compare-block').first().waitFor();
        if (name === 'document-sides') await page.getByRole('radio', { name: words('version.sides') }).click();
      },
    })),
  ];
}

const line = (page: Page, has: string) => page.locator('.doc-text:visible > .block', { hasText: has });

/** A section of one page shown in another, and a formula in a line. */
const shownScreen = (team: Team): Screen => ({
  name: 'document-shown', scenario: 'seeded',
  go: async (page, words) => {
    await team(page, 'documents');
    await write(page, words, TEXT);
    await team(page, 'documents');
    await write(page, words, ['An area of $\\pi (r_1^2 - r_0^2)$ is sealed, for $5 and more.', '![[Sensor housing, version 2#lid'], 'Report of November');
    await page.getByRole('option', { name: /Lid and seal/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('That is how it was built.');
    await page.locator('.shown .doc-text', { hasText: 'Look at the gasket' }).waitFor();
    await page.locator('.line-formula').waitFor();
  },
});

/** What somebody suggests, drawn in the page. */
const suggestedScreen = (team: Team): Screen => ({
  name: 'document-suggested', scenario: 'seeded',
  go: async (page, words) => {
    await team(page, 'documents');
    await write(page, words, TEXT);
    await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
    await page.getByRole('menuitem', { name: words('document.suggest') }).click();
    await page.locator('.proposal .doc-text').waitFor();
    await line(page, 'The lid carries').click();
    await page.keyboard.press('End');
    for (let i = 0; i < 7; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('bolts. Twice.');
    await line(page, 'Ask Davit').click();
    await page.keyboard.press('End');
    await page.keyboard.type('\nNever drill through the post.');
    await page.locator('.proposal-acts .count', { hasText: '2' }).waitFor();
    await page.getByRole('button', { name: words('version.back') }).click();
    await page.locator('.change-lost').waitFor();
  },
});

/** Proposals: none yet, one that is written, one that is looked at while the page moved on, and the list with what the page asks for. */
function proposalScreens(team: Team): Screen[] {
  const list = async (page: Page, words: (key: string) => string): Promise<void> => {
    await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
    await page.getByRole('menuitem', { name: words('document.proposals') }).click();
    await page.locator('.proposal-policy').waitFor();
  };
    const begun = async (page: Page, words: (key: string) => string): Promise<void> => {
    await team(page, 'documents');
    await write(page, words, TEXT);
    await list(page, words);
    await page.getByRole('button', { name: words('proposal.new') }).click();
    await page.getByRole('textbox', { name: words('proposal.name') }).fill('Mounting on wooden posts');
    await page.keyboard.press('Enter');
    await page.locator('.proposal .doc-text').waitFor();
    await line(page, 'The lid carries').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' Wood shrinks: tighten again after the first dry month.');
    await line(page, 'Ask Davit').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' first\nNever drill through the post.');
    await line(page, 'Look at the gasket').click();
    await page.keyboard.press('Alt+ArrowUp');
    await page.locator('.proposal-acts .count', { hasText: /[1-9]/ }).waitFor();
  };
  const asked = async (page: Page, words: (key: string) => string): Promise<void> => {
    await begun(page, words);
    await page.getByRole('button', { name: words('proposal.ask') }).click();
    await page.getByRole('button', { name: words('version.back') }).click();
    await line(page, 'Ask Davit').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' on Monday');
    await page.goBack();
    await page.getByRole('radio', { name: new RegExp(`^${words('proposal.wayChanges')}`) }).click();
    await page.locator('.hunk-clash').first().waitFor();
  };
  return [
    { name: 'proposals-empty', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, TEXT), list(page, words)) },
    { name: 'proposal-text', scenario: 'offline', go: begun },
    {
      name: 'proposal-review', scenario: 'seeded',
      go: async (page, words) => {
        await asked(page, words);
        await page.locator('.hunk').first().getByRole('button', { name: new RegExp(`^${words('proposal.accept')}`) }).click();
        await page.locator('.hunk').nth(1).getByRole('button', { name: new RegExp(`^${words('proposal.reject')}`) }).click();
        await page.locator('.hunk[data-said="rejected"]').waitFor();
      },
    },
    {
      name: 'proposals', scenario: 'seeded',
      go: async (page, words) => {
        await asked(page, words);
        await page.locator('.hunk').first().getByRole('button', { name: new RegExp(`^${words('proposal.accept')}`) }).click();
        await page.locator('.hunk[data-said="accepted"]').waitFor();
        await page.locator('.proposal-acts .button[data-kind="primary"]').click();
        await page.locator('.hunk-taken').waitFor();
        await page.getByRole('button', { name: words('version.back') }).click();
        await list(page, words);
        await page.locator('.proposal-policy .switch').click();
        await page.locator('.proposal-policy .switch[aria-checked="true"]').waitFor();
      },
    },
  ];
}

/** Folders of pages coming in, a whole space going out. */
const fileScreens = (team: Team): Screen[] => [
  {
    name: 'document-vault', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await page.getByRole('button', { name: words('import.act') }).first().click();
      await page.locator('.import-drop input').setInputFiles({ name: 'Vault.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(VAULT)) });
      await page.locator('.import-report').waitFor();
    },
  },
  ...(['document-take-out', 'document-taken-out'] as const).map((name): Screen => ({
    name, scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
      await page.getByRole('menuitem', { name: words('export.space') }).click();
      await page.getByRole('button', { name: words('export.spaceMake') }).waitFor();
      if (name === 'document-take-out') return;
      await page.getByRole('button', { name: words('export.spaceMake') }).click();
      await page.getByRole('button', { name: words('export.spaceAgain') }).waitFor();
    },
  })),
];

/** What a page holds beside words, and what is done with it as a whole. */
function pageScreens(team: Team): Screen[] {
  const act = async (page: Page, words: (key: string) => string, name: string, role: 'menuitem' | 'menuitemradio' = 'menuitem'): Promise<void> => {
    await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
    await page.getByRole(role, { name: words(name) }).click();
  };
  const property = async (page: Page, words: (key: string) => string, name: string, kind: string): Promise<void> => {
    await act(page, words, 'property.add');
    await page.getByRole('textbox', { name: words('property.name') }).fill(name);
    await page.getByRole('combobox', { name: words('property.kind') }).selectOption(kind);
    await page.getByRole('dialog').getByRole('button', { name: words('act.create') }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  const properties = async (page: Page, words: (key: string) => string): Promise<void> => {
    await team(page, 'documents');
    await write(page, words, ['The lid is glued on.']);
    for (const kind of ['text', 'day', 'number', 'check', 'person', 'link']) await property(page, words, `${words(`property.${kind}`)} 1`, kind);
    await page.locator('.property input').first().fill('waits for the seal');
    await page.keyboard.press('Enter');
  };
  return [
    { name: 'document-chosen', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, TEXT.slice(0, 4)), await page.keyboard.press('Escape'), await page.keyboard.press('Shift+ArrowUp'), page.locator('.blocks-bar').waitFor()) },
    {
      name: 'document-code', scenario: 'seeded',
      go: async (page, words) => {
        await team(page, 'documents');
        await write(page, words, ['$$ Q = \\frac{h^3}{12 l}', '', '``` plain', '', '```ts const gap = 3; // mm "glued" /x/ class Lid {}']);
        await page.locator('.formula .katex').waitFor();
        await page.locator('.hljs-comment').waitFor();
      },
    },
    { name: 'document-properties', scenario: 'seeded', go: properties },
    { name: 'document-reading', scenario: 'seeded', go: async (page, words) => (await properties(page, words), await act(page, words, 'document.reading', 'menuitemradio'), page.locator('.reading-note').waitFor()) },
    {
      name: 'document-template', scenario: 'seeded',
      go: async (page, words) => {
        await team(page, 'documents');
        await write(page, words, ['# {{title}}', 'By {{name}}']);
        await act(page, words, 'template.use', 'menuitemradio');
        await team(page, 'documents');
        await page.locator('.list-row .tag').waitFor();
        await page.getByRole('button', { name: words('document.new') }).first().click();
        await page.getByRole('combobox', { name: words('template.from') }).waitFor();
      },
    },
  ];
}

/** What stands beside a page. */
const besideScreens = (team: Team): Screen[] => [
  ...(['links', 'agents'] as const).map((panel): Screen => ({
    name: `document-${panel}`, scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await write(page, words, TEXT);
      await page.evaluate((which) => void (location.hash = `${location.hash.split('?')[0]}?panel=${which}`), panel);
      await page.locator('.panel').waitFor();
    },
  })),
];

/** With the way to the team. */
export const documentScreens = (team: Team): Screen[] => [
  { name: 'documents-empty', scenario: 'seeded', go: (page) => team(page, 'documents') },
  { name: 'document-new', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), write(page, words, [])) },
  { name: 'document', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), write(page, words, TEXT)) },
  { name: 'document-table', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, ['# Parts', '| Part | Count | Supplier |', 'Screw']), page.locator('.table-bar').waitFor()) },
  { name: 'document-outline', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, TEXT), await page.locator('.header').getByRole('button', { name: words('act.more') }).click(), await page.getByRole('menuitem', { name: words('document.outline') }).click(), page.locator('.outline-row').first().waitFor()) },
  { name: 'document-block', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, TEXT.slice(0, 2)), await page.keyboard.press('Alt+F10'), page.getByRole('menu').waitFor()) },
  {
    name: 'document-slash', scenario: 'offline',
    go: async (page, words) => {
      await team(page, 'documents');
      await write(page, words, ['One line', '/']);
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'document-comments', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await write(page, words, TEXT);
      await comment(page, 'seal of the box', 'Is one enough? The old box had two.');
      await comment(page, 'Look at the gasket', 'With a torch, from the side.');
      await comment(page, null, 'Good to read. Who does the test run?');
      await page.locator('.panel-head .icon-button').click();
      await page.locator('.doc-text > .block', { hasText: 'Look at the gasket' }).click();
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.type('Measure it');
      await page.locator('.comment-gone > button').click();
      await page.locator('.comment-lost').waitFor();
    },
  },
  { name: 'document-bubble', scenario: 'seeded', go: async (page, words) => (await team(page, 'documents'), await write(page, words, ['The lid carries the only seal.']), await page.keyboard.press('Shift+Home'), page.locator('.comment-bubble').waitFor()) },
  ...pageScreens(team),
  ...historyScreens(team),
  ...proposalScreens(team),
  suggestedScreen(team),
  shownScreen(team),
  {
    name: 'document-task', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await write(page, words, ['Order 40 gaskets by Friday', 'Second line']);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Control+Alt+k');
      await page.locator('.task-panel .person-field').waitFor();
    },
  },
  {
    name: 'documents', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await write(page, words, ['One line']);
      await team(page, 'documents');
      await page.locator('.list-row').first().waitFor();
    },
  },
  {
    name: 'document-import', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'documents');
      await page.getByRole('button', { name: words('import.act') }).first().click();
      await page.locator('.import-drop input').setInputFiles({ name: 'meeting.ics', mimeType: 'text/calendar', buffer: Buffer.from('BEGIN:VCALENDAR') });
      await page.getByRole('alert').waitFor();
    },
  },
  ...besideScreens(team),
  ...fileScreens(team),
  { name: 'document-missing', scenario: 'seeded', go: (page) => team(page, 'documents', '/AAAAAAAAAAAAAAAAAAAAAA') },
];
