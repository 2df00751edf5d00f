/** A worker that a part of a screen has for itself, from its first question until the part goes. */
import { useCallback, useEffect, useRef } from 'react';

/**
 * Asks it: the worker says `no` of the question back with its answer, and only the answer to the last question is told. `failed`: it did not come or broke; the next question starts
 * another.
 */
export function useOwnWorker<A extends { readonly no: number }>(start: () => Worker): (question: object, answered: (answer: A) => void, failed?: () => void) => void {
  const worker = useRef<Worker | null>(null);
  const turn = useRef(0);
  const starter = useRef(start);
  useEffect(() => () => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  return useCallback((question, answered, failed) => {
    const no = ++turn.current;
    const own = (worker.current ??= starter.current());
    own.onmessage = ({ data }: MessageEvent<A>) => {
      if (data.no === turn.current) answered(data);
    };
    own.onerror = () => {
      own.terminate();
      if (worker.current === own) worker.current = null;
      failed?.();
    };
    own.postMessage({ no, ...question });
  }, []);
}
