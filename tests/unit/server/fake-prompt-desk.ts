import type { PromptDeskPort } from '#server/api-deps.ts';

export const SCANNER_PROMPT = {
  ...{ name: 'scanner', latestVersion: 1, labels: { production: 1 } },
  moves: [{ label: 'production', version: 1, movedBy: 'start-up', movedAtMs: 1_000 }],
  newest: { author: 'start-up', message: 'the baseline', createdAtMs: 1_000 },
};

/** Notes what it is told, and says that everything went well. */
export function fakePromptDesk(
  noted: (name: string, input: unknown) => unknown,
  nowMs: number,
): PromptDeskPort {
  const takesEffectAtMs = nowMs + 60_000;
  return {
    async save(texts, label, by) {
      noted('prompt.save', { texts, label, ...by });
      const [name = '', isNew = false] = [texts[0]?.name, texts[0]?.text !== 'the newest'];
      const dryRun = { outcome: 'passed' as const, details: { trials: [] } };
      const effect = { takesEffectAtMs: label === 'production' ? takesEffectAtMs : null };
      return [{ name, version: 2, isNew, label, from: null, dryRun, ...effect }];
    },
    async moveLabel(move, by) {
      noted('prompt.label', { ...move, ...by });
      const { name, label, version: to } = move;
      const dryRun = { outcome: 'baseline' as const, details: {} };
      return { name, label, from: 1, to, changed: true, dryRun, takesEffectAtMs };
    },
    async removeLabel(at, by) {
      noted('prompt.unlabel', { ...at, ...by });
      return { ...at, from: 2 };
    },
    diff: async (name) => ({ name, from: 1, to: 2, unified: '-a\n+b\n', addedLines: 1, removedLines: 1 }),
    async try(request) {
      noted('prompt.try', request);
      return [];
    },
    takesEffectAtMs: async () => takesEffectAtMs,
    variables: () => ({ system: ['rules'], evidence: ['shortlist'] }),
    async check(given) {
      noted('prompt.check', given);
      return { tokens: { system: 3, evidence: 4 }, problems: [] };
    },
    async read(name, file) {
      noted('prompt.read', { name, file });
      return { text: file, config: { temperature: 0, maxOutputTokens: 100 } };
    },
    async questions(name, limit) {
      noted('prompt.questions', { name, limit });
      return [];
    },
    async preview(request) {
      noted('prompt.preview', request);
      return [];
    },
  };
}
