/** A file or folder that is let go over a page of another lens is imported into the space that is open. Shows nothing until then. */
import '#view/kit/documents-words.ts';
import '#view/kit/import-words.ts';
import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import type { SpaceView } from '#os/api';
import { mayMakeDocuments } from '#domain/editor';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { fromDrop, type Given } from './given.ts';

const ImportDialog = lazyPart(async () => (await import('./import-dialog.tsx')).ImportDialog, { alone: true });

/** Listens at the page that `box` stands in. */
export function DropImport({ space, box }: { space: SpaceView; box: RefObject<HTMLElement | null> }): ReactNode {
  const [given, setGiven] = useState<(() => Promise<Given>) | null>(null);
  const may = mayMakeDocuments(space);
  useEffect(() => {
    const page = box.current?.closest('main') ?? box.current;
    if (!page || !may) return;
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      const next = fromDrop(event.dataTransfer);
      // A second drop does not take the place of an import that is shown.
      if (next) setGiven((before) => before ?? next);
    };
    page.addEventListener('dragover', over);
    page.addEventListener('drop', drop);
    return () => {
      page.removeEventListener('dragover', over);
      page.removeEventListener('drop', drop);
    };
  }, [box, may]);
  return given && <ImportDialog space={space} given={given} onClose={() => setGiven(null)} />;
}
