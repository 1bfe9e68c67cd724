import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReply } from '#agents/parse-reply.ts';
import { ContextOpinion, GuardianOpinion } from '#domain/opinion.ts';

describe('the reader of replies', () => {
  it('answers any text without throwing, and names an issue for each it cannot read', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `\`\`\`json\n${json}\n\`\`\``),
    );
    fc.assert(
      fc.property(text, (said) => {
        const parsed = parseReply(said, ContextOpinion);
        if (parsed.ok) ContextOpinion.parse(parsed.reply);
        else expect(parsed.issues.length).toBeGreaterThan(0);
      }),
    );
  });

  it('finds the same answer bare, in a fence and in prose', () => {
    const opinion = fc.record({
      ask: fc.constantFrom('keep' as const, 'reduce' as const, 'trip' as const),
      reason: fc.string({ maxLength: 600 }).filter((words) => !/```|<think>|[{}]/.test(words)),
    });
    fc.assert(
      fc.property(opinion, (said) => {
        const json = JSON.stringify(said);
        for (const text of [json, `\`\`\`json\n${json}\n\`\`\``, `I think: ${json}. That is all.`])
          expect(parseReply(text, GuardianOpinion)).toEqual({ ok: true, reply: said });
      }),
    );
  });

  it('cuts prose that is too long instead of refusing it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 601, maxLength: 2_000 }), (reason) => {
        const parsed = parseReply(JSON.stringify({ ask: 'keep', reason }), GuardianOpinion);
        expect(parsed).toMatchObject({ ok: true, reply: { reason: `${reason.slice(0, 599)}…` } });
      }),
    );
  });
});
