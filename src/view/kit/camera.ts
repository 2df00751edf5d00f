/** Can this browser be asked for a camera? */
export const hasCamera = (): boolean => typeof navigator.mediaDevices?.getUserMedia === 'function';
