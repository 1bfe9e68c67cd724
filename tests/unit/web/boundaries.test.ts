import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const WEB = fileURLToPath(new URL('../../../web/', import.meta.url));

const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(`${WEB}${path}`, 'utf8') }));

/** Every import and export-from of a source with the room it reaches, such as `domain`. */
function roomsReached(text: string) {
  return [...text.matchAll(/^(?:import|export)(\s+type)?\b[^;]*?from '#(\w+)\//gms)].map((match) => ({
    isTypeOnly: match[1] !== undefined,
    room: match[2] ?? '',
  }));
}

describe('the web', () => {
  test('takes nothing but types from the domain, and nothing from the other rooms', () => {
    expect(sources.length).toBeGreaterThan(50);
    const wrong = sources.flatMap(({ path, text }) =>
      roomsReached(text)
        .filter(({ isTypeOnly, room }) => !isTypeOnly || room !== 'domain')
        .map(({ room }) => `${path} imports #${room}`),
    );
    expect(wrong).toEqual([]);
  });

  test('fetches the code of its parts by lazyPart, which outlives a server that is away', () => {
    const offenders = sources.filter(
      ({ path, text }) => path !== 'api/lazy-part.ts' && /\blazy\(/.test(text),
    );
    expect(
      offenders.map(({ path }) => `${path}: use lazyPart(() => import(…).then((part) => part.Name))`),
    ).toEqual([]);
  });

  test('writes no raw HTML, evaluates no text, and its page names no other host and no inline style', () => {
    const offenders = sources.filter(({ text }) =>
      /dangerouslySetInnerHTML|\.innerHTML|\beval\(|setAttribute\('style'/.test(text),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
    expect(readFileSync(`${WEB}index.html`, 'utf8')).not.toMatch(/style=|<style|https?:\/\//);
  });
});
