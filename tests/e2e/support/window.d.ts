import type { LifegraphApi } from '#os/api';

declare global {
  interface Window {
    lifegraph: LifegraphApi;
  }
}
