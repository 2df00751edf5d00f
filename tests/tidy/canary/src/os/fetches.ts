export const used = (): Promise<Response> => fetch('/');
