/** Comes once the first screen is on its way: looking for a newer build. */
export { registerServiceWorker } from '#boot/register-service-worker';
