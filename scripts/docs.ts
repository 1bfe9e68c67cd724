/** `npm run docs` writes the documents that are made from code; with `--check` it only says which are stale. */
import { rootFolder } from '#server/paths.ts';
import { staleDocuments, writeDocument } from './docs/generated-documents.ts';

const root = rootFolder();
const isCheck = process.argv.includes('--check');
const stale = await staleDocuments(root);
for (const document of stale) {
  if (!isCheck) writeDocument(root, document);
  console.log(`${isCheck ? 'stale' : 'written'}: ${document.path}`);
}
if (stale.length === 0) console.log('every generated document is fresh');
if (isCheck && stale.length > 0) {
  console.error('run `npm run docs` and commit what it writes');
  process.exitCode = 1;
}
