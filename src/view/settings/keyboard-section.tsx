/** Keys: single letters on or off, each key changeable. */
import '#view/kit/system-words.ts';
import '#view/kit/talk-words.ts';
import { useState, type ReactNode } from 'react';
import { Button, Key, Switch } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { BINDINGS, codeName, codeOf, isSingle, keysOf, type Act } from '#view/kit/keyboard.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';

const MODIFIERS = new Set(['ShiftLeft', 'ShiftRight', 'ControlLeft', 'ControlRight', 'AltLeft', 'AltRight', 'MetaLeft', 'MetaRight', 'Tab']);

/** The section. */
export function KeyboardSection(): ReactNode {
  const { t } = useI18n();
  const preferences = usePreferences();
  const [asking, setAsking] = useState<Act | null>(null);
  const [clash, setClash] = useState<string | null>(null);
  const take = (act: Act, code: string): void => {
    setAsking(null);
    const self = BINDINGS.find((binding) => binding.act === act)!;
    const other = BINDINGS.find((binding) => binding.act !== act && codeOf(binding, preferences) === code && binding.lead === self.lead && Boolean(binding.ctrl) === Boolean(self.ctrl) && Boolean(binding.shift) === Boolean(self.shift));
    if (other) return setClash(t('keys.clash', { key: codeName(code), act: t(other.word) }));
    setClash(null);
    preferences.change({ keys: { ...preferences.keys, [act]: code } });
  };
  return (
    <>
      <section className="card settings-card" aria-label={t('settings.keyboard')}>
        <div className="setting">
          <Switch label={t('keys.single')} note={t('keys.singleNote')} on={preferences.singleKeys} onChange={(singleKeys) => preferences.change({ singleKeys })} />
        </div>
        {BINDINGS.map((binding) => (
          <div key={binding.act} className="setting" data-off={isSingle(binding) && !preferences.singleKeys ? '' : undefined}>
            <span className="grow">{t(binding.word)}</span>
            <span className="line">
              {keysOf(binding, preferences).map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </span>
            <Button
              kind="quiet"
              size="small"
              aria-label={t('keys.changeOf', { act: t(binding.word) })}
              onClick={() => setAsking(binding.act)}
              onBlur={() => setAsking(null)}
              onKeyDown={(event) => {
                if (asking !== binding.act || MODIFIERS.has(event.code)) return;
                event.preventDefault();
                event.stopPropagation();
                if (event.code === 'Escape') setAsking(null);
                else take(binding.act, event.code);
              }}
            >
              {asking === binding.act ? t('keys.press') : t('keys.change')}
            </Button>
          </div>
        ))}
      </section>
      {clash && (
        <p className="field-error" role="alert">
          {clash}
        </p>
      )}
      {Object.keys(preferences.keys).length > 0 && (
        <div>
          <Button kind="quiet" onClick={() => preferences.change({ keys: {} })}>
            {t('keys.reset')}
          </Button>
        </div>
      )}
    </>
  );
}
