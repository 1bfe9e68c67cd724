/** Every document that is made from code, and whether the one on disk still says the same. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { envExample } from '#server/config.ts';
import { openApiText } from './api-reference.ts';
import { abstentionsPage, denialsPage, errorsPage } from './code-tables.ts';
import { cycleDiagram } from './cycle-diagram.ts';
import { promptsPage } from './prompts-page.ts';
import { venuesPage } from './venues-page.ts';

export interface GeneratedDocument {
  readonly path: string;
  /** The whole file as it should be, given the one that is there. */
  readonly text: string;
}

const DIAGRAM_MARKERS = {
  from: '<!-- cycle diagram: made by `npm run docs` -->',
  to: '<!-- /cycle diagram -->',
};

export async function generatedDocuments(root: string): Promise<GeneratedDocument[]> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [
    { path: 'README.md', text: between(readme, DIAGRAM_MARKERS, await cycleDiagram()) },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: 'docs/denials.md', text: denialsPage() },
    { path: 'docs/abstentions.md', text: abstentionsPage() },
    { path: 'docs/venues.md', text: await venuesPage() },
    { path: 'docs/prompts.md', text: await promptsPage() },
    { path: 'docs/generated/openapi.json', text: openApiText() },
    { path: '.env.example', text: envExample() },
  ];
}

/** The documents whose file is absent or says something else. */
export async function staleDocuments(root: string): Promise<GeneratedDocument[]> {
  return (await generatedDocuments(root)).filter(({ path, text }) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
}

export function writeDocument(root: string, { path, text }: GeneratedDocument): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Replaces what stands between two marker lines. @throws Error when they are not there in this order */
export function between(text: string, { from, to }: typeof DIAGRAM_MARKERS, inner: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  if (start === -1 || end === -1) throw new Error(`the markers "${from}" and "${to}" are not in the text`);
  return `${text.slice(0, start + from.length)}\n${inner}\n${text.slice(end)}`;
}
