/** The first page of a PDF in a message, drawn by a worker when it comes near the screen; nothing of the file is ever opened by the page itself. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FilesApi } from '#os/files-api';
import { useI18n } from '#view/kit/i18n.tsx';

const NEAR = '600px';
/** How long drawing one may take, ms. */
const DRAW_MS = 10_000;

interface Made {
  readonly picture: Blob;
  readonly pages: number;
}

/** One is drawn at a time: a channel full of them does not take the machine. */
let drawing: Promise<unknown> = Promise.resolve();

function draw(read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Made | null> {
  const next = drawing.then(async () => {
    const bytes = await read();
    // What does not begin as one is none.
    if (!new TextDecoder('latin1').decode(bytes.subarray(0, 1_024)).includes('%PDF-')) return null;
    const worker = new Worker(new URL('../../../workers/preview.worker.ts', import.meta.url), { type: 'module', name: 'preview' });
    try {
      return await new Promise<Made | null>((done) => {
        const late = setTimeout(() => done(null), DRAW_MS);
        worker.onerror = () => (clearTimeout(late), done(null));
        worker.onmessage = ({ data }: MessageEvent<Partial<Made>>) => {
          clearTimeout(late);
          done(data.picture instanceof Blob ? { picture: data.picture, pages: Number(data.pages) } : null);
        };
        worker.postMessage(bytes, [bytes.buffer]);
      });
    } finally {
      worker.terminate();
    }
  });
  drawing = next.catch(() => undefined);
  return next;
}

/** The page, or nothing where it cannot be drawn: its card stands below. */
export function PdfPreview({ files, space, id, name }: { files: FilesApi; space: string; id: string; name: string }): ReactNode {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<{ address: string; pages: number } | null>(null);
  useEffect(() => {
    let [alive, address] = [true, ''];
    const eye = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      eye.disconnect();
      void draw(async () => new Uint8Array(await new Response(files.read(space, id)).arrayBuffer())).then((made) => {
        if (!made || !alive) return;
        address = URL.createObjectURL(made.picture);
        setShown({ address, pages: made.pages });
      }).catch(() => undefined);
    }, { rootMargin: NEAR });
    if (box.current) eye.observe(box.current);
    return () => {
      alive = false;
      eye.disconnect();
      if (address !== '') URL.revokeObjectURL(address);
    };
  }, [files, space, id]);
  return (
    <div ref={box} className="message-picture" data-pages={shown?.pages}>
      {shown && <img src={shown.address} alt={t('file.firstPage', { name, n: shown.pages })} />}
    </div>
  );
}
