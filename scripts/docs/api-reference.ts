import type { ApiDeps } from '#server/api-deps.ts';
import { createApp } from '#server/app.ts';
import { apiDocument } from '#server/http/api-document.ts';
import { SESSION_COOKIE } from '#server/http/session-cookie.ts';

/** The API's OpenAPI document. Its routes are described and never called, so nothing stands behind them. */
export function openApiText(): string {
  const deps: Pick<ApiDeps, 'config' | 'webRoot'> = {
    config: { apiKey: null, host: '127.0.0.1' },
    webRoot: 'dist/web',
  };
  return `${JSON.stringify(apiDocument(createApp(deps as ApiDeps), SESSION_COOKIE), null, 2)}\n`;
}
