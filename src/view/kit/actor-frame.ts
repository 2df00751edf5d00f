/** Whether this browser can hold actors. */

/**
 * Only a browser that knows the `csp` attribute holds a frame to the policy its page demands. No service worker checks the file of that frame, so elsewhere a host
 * could serve another one, which sends inputs away: no actor runs there and none is offered.
 */
export const holdsActors = (): boolean => 'csp' in HTMLIFrameElement.prototype;
