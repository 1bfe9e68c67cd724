/** The built web view from one folder: hashed assets for ever, pages fresh, every unknown page the app's own, texts gzipped. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { accepts } from 'hono/accepts';
import type { ApiContext } from './api-env.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};

interface WebFile {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Null where packing saves nothing worth its while. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  readonly contentType: string;
  readonly etag: string;
  readonly modifiedAtMs: number;
}

const PACKED_TYPES = /^(text|application)\/|svg/;
const WORTH_PACKING_BYTES = 1_024;
const pack = promisify(gzip);

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Vigil</title>
<p>The web view is not built here: run <code>npm run build</code>. The API is described at <a href="/docs">/docs</a>.</p></html>`;

/** Answers GET and HEAD; null for a file that is not there and is no page of the app. */
export function createStaticWeb(webRoot: string): (context: ApiContext) => Promise<Response | null> {
  const kept = new Map<string, WebFile>();

  /** Kept until the file changes on disk; null when there is none. */
  async function load(path: string): Promise<WebFile | null> {
    try {
      const { mtimeMs, size } = await stat(path);
      const known = kept.get(path);
      if (known && known.modifiedAtMs === mtimeMs && known.body.byteLength === size) return known;
      const body = new Uint8Array(await readFile(path));
      const contentType = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
      const isPacked = PACKED_TYPES.test(contentType) && size >= WORTH_PACKING_BYTES;
      const file: WebFile = {
        ...{ body, contentType, gzipped: isPacked ? new Uint8Array(await pack(body)) : null },
        etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
        modifiedAtMs: mtimeMs,
      };
      kept.set(path, file);
      return file;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  return async (context) => {
    const path = safePath(webRoot, context.req.path);
    if (path === null) return null;
    const isPage = extname(path) === '';
    const file = isPage ? await load(join(webRoot, 'index.html')) : await load(path);
    if (file !== null) return answer(context, file);
    return isPage ? context.html(NOT_BUILT, 503) : null;
  };
}

/** The file below the root that a request path names; null when it points elsewhere or is not readable as a path. */
export function safePath(root: string, requestPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(requestPath);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  if (decoded.split('/').some((part) => part.startsWith('.'))) return null;
  const path = normalize(join(root, decoded));
  return path === normalize(root) || path.startsWith(normalize(root + sep)) ? path.replace(/\/$/, '') : null;
}

function answer(context: ApiContext, file: WebFile): Response {
  const isHashed = /^\/assets\/.*[-.][A-Za-z0-9_-]{8,}\.\w+$/.test(context.req.path);
  const isPacked = file.gzipped !== null && takesGzip(context);
  const etag = isPacked ? `${file.etag.slice(0, -1)}-gz"` : file.etag;
  const headers = {
    ETag: etag,
    ...(file.gzipped !== null && { Vary: 'Accept-Encoding' }),
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  const known = context.req
    .header('If-None-Match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag)) return context.body(null, 304, headers);
  return context.body(isPacked ? file.gzipped : file.body, 200, {
    ...headers,
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
    'Content-Type': file.contentType,
  });
}

function takesGzip(context: ApiContext): boolean {
  const supports = ['gzip', 'identity'];
  return accepts(context, { header: 'Accept-Encoding', supports, default: 'identity' }) === 'gzip';
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(String(error.code))
  );
}
