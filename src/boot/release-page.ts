/** The page the service worker answers with when a file of the app is not what its release says and cannot be had anew. No script, no style. */

const WORDS = {
  en: ['LifeGraph cannot open', 'A file of the app in this browser is not what its release says, and the server does not give the right one. It was not run. What you wrote is safe in this browser. Check the connection and open this page again; if it stays so, tell whoever runs this address.'],
  ru: ['LifeGraph не открывается', 'Файл приложения в этом браузере не тот, что указан в выпуске, а сервер не отдаёт нужный. Он не был запущен. Всё написанное цело в этом браузере. Проверьте соединение и откройте страницу снова; если не поможет, сообщите тому, кто отвечает за этот адрес.'],
} as const;

/** The page in a language of the browser. */
export function refusedPage(languages: readonly string[]): Response {
  const lang = (languages[0] ?? '').startsWith('ru') ? 'ru' : 'en';
  const [title, text] = WORDS[lang];
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
  return new Response(html, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'" } });
}
