/** One model of this device: what its files say, and what one does with it. */
import { useState, type ReactNode } from 'react';
import type { Inferred, MindDesk, ModelTask, ModelView } from '#os/models-api';
import { Button, Field } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { mindFault } from '#view/kit/model-words.ts';
import { useToast } from '#view/kit/toast.tsx';
import { offerModel, packedName } from './offered-models.ts';

export const TASKS = { embed: 'model.taskEmbed', classify: 'model.taskClassify', generate: 'model.taskGenerate', transcribe: 'model.taskTranscribe' } as const satisfies Record<ModelTask, Key>;
const FROM = { folder: 'model.fromFolder', file: 'model.fromFile', address: 'model.fromAddress', space: 'model.fromSpace' } as const;
const BACKENDS = { webgpu: 'model.backendNameWebgpu', wasm: 'model.backendNameWasm' } as const;

/** The row. */
export function ModelRow({ model, desk, space }: { model: ModelView; desk: MindDesk; space: LensProps['space'] }): ReactNode {
  const { t, bytes } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [open, setOpen] = useState<'none' | 'try' | 'remove'>('none');
  const [sharing, setSharing] = useState(false);
  const share = (): void => {
    setSharing(true);
    offerModel(api, desk, space.id, model).then(() => toast({ text: t('model.shared') }), (error: unknown) => toast({ text: mindFault(t, error) })).finally(() => setSharing(false));
  };
  const save = (): void => void desk.pack(model.id).then(({ blob }) => download(blob, packedName(model)), (error: unknown) => toast({ text: mindFault(t, error) }));
  return (
    <li className="server-row model-row" data-model={model.id}>
      <div className="line wrap">
        <div className="grow model-name">
          <div className="cut medium">{model.name}</div>
          <div className="small muted num">{t('model.facts', { bytes: bytes(model.bytes), precision: model.spec.dtype, tasks: model.tasks.map((task) => t(TASKS[task])).join(', ') })}</div>
          <div className="small muted cut">{`${t('model.files', { n: model.files.length })} ${t(FROM[model.source.kind], { text: model.source.text })}`}</div>
        </div>
        <div className="line wrap">
          <Button size="compact" aria-expanded={open === 'try'} aria-label={t('model.tryOf', { name: model.name })} onClick={() => setOpen(open === 'try' ? 'none' : 'try')}>{t('model.try')}</Button>
          {api.files && <Button kind="quiet" size="compact" aria-label={sharing ? undefined : t('model.shareOf', { name: model.name })} aria-busy={sharing} disabled={sharing} onClick={share}>{t(sharing ? 'model.sharing' : 'model.share')}</Button>}
          <Button kind="quiet" size="compact" aria-label={t('model.saveOf', { name: model.name })} onClick={save}>{t('model.save')}</Button>
          <Button kind="quiet" size="compact" aria-label={t('model.removeOf', { name: model.name })} onClick={() => setOpen('remove')}>{t('model.remove')}</Button>
        </div>
      </div>
      <div className="line wrap small">
        <span className="muted" title={t('model.hashNote')}>{t('model.hash')}</span>
        <code className="grow model-hash">{model.id}</code>
        <span className="muted" role="status" data-state={model.warm ? 'warm' : 'cold'}>{model.backend ? t('model.warm', { backend: t(BACKENDS[model.backend]) }) : t('model.cold')}</span>
        {model.warm && <Button kind="quiet" size="compact" onClick={() => void desk.cool(model.id)}>{t('model.cool')}</Button>}
      </div>
      {open === 'remove' && (
        <div className="line wrap" role="group" aria-label={t('model.removeOf', { name: model.name })}>
          <span className="grow">{t('model.removeAsk', { bytes: bytes(model.bytes) })}</span>
          <Button kind="bad" size="compact" onClick={() => void desk.remove(model.id).catch((error: unknown) => toast({ text: mindFault(t, error) }))}>{t('model.remove')}</Button>
          <Button kind="quiet" size="compact" onClick={() => setOpen('none')}>{t('model.keep')}</Button>
        </div>
      )}
      {open === 'try' && <TryModel model={model} desk={desk} />}
    </li>
  );
}

const WORDS_TO_TRY = 48;

/** Sound as a model hears it: one channel, 16,000 samples a second. */
async function samplesOf(file: Blob): Promise<Float32Array> {
  const room = new OfflineAudioContext(1, 1, 16_000);
  const heard = await room.decodeAudioData(await file.arrayBuffer());
  const mixed = new OfflineAudioContext(1, Math.max(1, Math.ceil(heard.duration * 16_000)), 16_000);
  const source = mixed.createBufferSource();
  source.buffer = heard;
  source.connect(mixed.destination);
  source.start();
  return (await mixed.startRendering()).getChannelData(0);
}

async function tryOnce({ t, number }: I18n, desk: MindDesk, { id, tasks: [task] }: ModelView, text: string, sound: Blob | null, signal: AbortSignal, onText: (piece: string) => void): Promise<Inferred<string>> {
  switch (task) {
    case 'embed': {
      const { value: [vector], by } = await desk.embed({ model: id, texts: [text] }, { signal });
      return { by, value: t('model.vector', { n: vector!.length, numbers: [...vector!.slice(0, 3)].map((one) => number(Math.round(one * 1_000) / 1_000)).join(' ') }) };
    }
    case 'classify': {
      const { value: [labels], by } = await desk.classify({ model: id, texts: [text] }, { signal });
      return { by, value: labels!.slice(0, 5).map(({ label, score }) => `${label} ${number(Math.round(score * 1_000) / 10)} %`).join(' · ') };
    }
    case 'generate': return desk.generate({ model: id, prompt: text, maxTokens: WORDS_TO_TRY }, { signal, onText });
    default: return desk.transcribe({ model: id, samples: sound ? await samplesOf(sound) : new Float32Array() }, { signal });
  }
}

function TryModel({ model, desk }: { model: ModelView; desk: MindDesk }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const [text, setText] = useState(t('model.tryStart'));
  const [sound, setSound] = useState<Blob | null>(null);
  const [over, setOver] = useState<AbortController | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [by, setBy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    const control = new AbortController();
    const from = performance.now();
    setOver(control);
    setSaid(null);
    setBy(null);
    setError(null);
    try {
      const { value, by: trace } = await tryOnce(i18n, desk, model, text, sound, control.signal, (piece) => setSaid((before) => (before ?? '') + piece));
      setSaid(value);
      setBy(t('model.by', { ms: number(Math.round(performance.now() - from)), backend: t(BACKENDS[trace.backend]), code: trace.code }));
    } catch (caught) {
      setError(mindFault(t, caught));
    }
    setOver(null);
  };
  return (
    <form
      className="stack model-try"
      aria-label={t('model.tryOf', { name: model.name })}
      onSubmit={(event) => {
        event.preventDefault();
        if (!over) void run();
      }}
    >
      {model.tasks[0] === 'transcribe' ? <Field label={t('model.sound')} type="file" accept="audio/*" onChange={(event) => setSound(event.target.files?.[0] ?? null)} /> : <Field label={t('model.tryInput')} value={text} onChange={(event) => setText(event.target.value)} />}
      <div className="line">
        <Button type="submit" aria-busy={over !== null}>{t('model.run')}</Button>
        {over && <Button kind="quiet" onClick={() => over.abort()}>{t('model.stop')}</Button>}
      </div>
      {over && said === null && <p className="small muted" role="status">{t('model.running')}</p>}
      {said !== null && <output className="model-said">{said === '' ? t('model.empty') : said}</output>}
      {by && <p className="small muted num" data-state="by">{by}</p>}
      {error && <p className="field-error" role="alert">{error}</p>}
    </form>
  );
}
