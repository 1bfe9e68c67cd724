/** The API's reference as one page without a script: rendered here, so nothing is loaded from anywhere else. */
import { html } from 'hono/html';
import { ERROR_RULES } from '#domain/errors.ts';
import type { ApiDocument } from './api-document.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: unknown }[];
  readonly requestBody?: { content?: Readonly<Record<string, { schema?: unknown }>> };
  readonly responses?: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, { schema?: unknown }>> }>
  >;
}

type Html = ReturnType<typeof html>;

/** Served as a file of its own: the content policy allows no inline style. */
export const REFERENCE_STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:0 auto;padding:1.5rem}
h1{margin:0}h2{margin-top:2.5rem;border-bottom:1px solid #8884}code,pre{font-family:ui-monospace,monospace;font-size:.87em}
details{border:1px solid #8884;border-radius:.4rem;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer;overflow-wrap:anywhere}
pre{overflow:auto;background:#8881;padding:.7rem;border-radius:.4rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .6rem .25rem 0;vertical-align:top;border-bottom:1px solid #8883}
.method{display:inline-block;min-width:3.6rem;font-weight:700;text-transform:uppercase}`;

export function referencePage(document: ApiDocument): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'Other'))];
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Vigil API</title><link rel="stylesheet" href="/docs/style.css"></head><body>
<h1>${document.info.title} API</h1><p>${document.info.description}</p><p>The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
${tags.map((tag) => html`<h2>${tag}</h2>${operations.filter(({ operation }) => (operation.tags?.[0] ?? 'Other') === tag).map(operationHtml)}`)}
<h2>Schemas</h2>${Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => html`<details id="schema-${name}"><summary><code>${name}</code></summary>${schemaHtml(schema)}</details>`)}
<h2>Error codes</h2><table><thead><tr><th>Code</th><th>Status</th><th>Try again</th><th>Meaning</th></tr></thead><tbody>
${Object.entries(ERROR_RULES).map(([code, rule]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${rule.status}</td><td>${rule.retryable ? 'yes' : 'no'}</td><td>${rule.meaning}</td></tr>`)}
</tbody></table></body></html>`;
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): Html {
  const body = operation.requestBody?.content?.['application/json']?.schema;
  return html`<details><summary><span class="method">${method}</span> <code>${path}</code> ${operation.summary ?? ''}</summary>
${operation.description ? html`<p>${operation.description}</p>` : ''}
${operation.parameters?.length ? html`<table><tbody>${operation.parameters.map(parameterHtml)}</tbody></table>` : ''}
${body ? html`<p>Body</p>${schemaHtml(body)}` : ''}
<table><tbody>${Object.entries(operation.responses ?? {}).map(
    ([status, answer]) => html`<tr><td><code>${status}</code></td><td>${answer.description ?? ''}
${Object.entries(answer.content ?? {}).map(([type, { schema }]) => (type === 'application/json' ? schemaHtml(schema) : html`<p><code>${type}</code></p>`))}</td></tr>`,
  )}</tbody></table></details>`;
}

function parameterHtml(parameter: NonNullable<Operation['parameters']>[number]): Html {
  return html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}${parameter.required ? ', required' : ''}</td>
<td><code>${JSON.stringify(parameter.schema)}</code></td></tr>`;
}

function schemaHtml(schema: unknown): Html {
  return html`<pre>${JSON.stringify(schema, null, 2)}</pre>`;
}
