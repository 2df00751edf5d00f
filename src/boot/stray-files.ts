/** A file that is let go anywhere but where it is taken: the browser would open it in place of the app. */
export function refuseStrayFiles(): void {
  for (const kind of ['dragover', 'drop'] as const) {
    // Behind those who take files: they have said so by then.
    addEventListener(kind, (event) => {
      if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
  }
}
