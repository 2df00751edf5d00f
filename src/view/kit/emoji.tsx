/** A small choice of reactions. */
import '#view/kit/talk-words.ts';
import type { ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { Popover, type Anchor } from '#view/kit/overlays.tsx';

/** Reactions offered; anything else arrives from others and is shown too. */
export const EMOJI = ['👍', '✅', '❤️', '😄', '🎉', '👀', '🙏', '🤔', '👎', '🔥', '💡', '😢', '🚀', '👏', '💯', '❓'];

/** Grid of emoji; arrows move along it. */
export function EmojiPopover({ anchor, onPick, onClose }: { anchor: HTMLElement | Anchor; onPick: (emoji: string) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const move = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll('button')];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <Popover anchor={anchor} onClose={onClose} align="end" label={t('react.choose')} className="menu">
      <div className="emoji-grid" onKeyDown={move}>
        {EMOJI.map((emoji) => (
          <button
            key={emoji}
            type="button"
            className="icon-button emoji"
            aria-label={t('react.with', { emoji })}
            onClick={() => {
              onClose();
              onPick(emoji);
            }}
          >
            {emoji}
          </button>
        ))}
      </div>
    </Popover>
  );
}
