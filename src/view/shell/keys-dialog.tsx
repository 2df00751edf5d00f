/** All keys (?). */
import '#view/kit/palette-words.ts';
import '#view/kit/talk-words.ts';
import type { ReactNode } from 'react';
import { Key } from '#view/kit/controls.tsx';
import { useI18n, type Key as Word } from '#view/kit/i18n.tsx';
import { BINDINGS, keysOf } from '#view/kit/keyboard.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';

/** Keys that are part of single controls and not in the table of acts. */
const FIXED: [Word, string[]][] = [
  ['keys.send', ['Enter']],
  ['keys.newLine', ['Shift', 'Enter']],
  ['keys.editLast', ['↑']],
  ['keys.complete', ['Ctrl', 'Space']],
  ['keys.close', ['Esc']],
];

/** The dialog. */
export function KeysDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const preferences = usePreferences();
  const rows: [Word, string[]][] = [...BINDINGS.map((binding): [Word, string[]] => [binding.word, keysOf(binding, preferences)]), ...FIXED];
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      {/* Longer than a low window: it scrolls by keys too. */}
      <div role="group" aria-label={t('keys.title')} tabIndex={0}>
        <dl className="keys">
          {rows.map(([word, keys]) => (
            <div key={word} className="line keys-row">
              <dt className="grow">{t(word)}</dt>
              <dd className="line">
                {keys.map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
