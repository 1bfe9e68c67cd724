import { describe, expect, it } from 'vitest';
import { ABSTENTIONS } from '#domain/abstention.ts';
import { AbstentionReason, Opinion } from '#domain/opinion.ts';

const opinion = {
  agent: 'guardian',
  symbol: null,
  decidedBy: 'rules',
  abstention: 'timed_out',
  answer: { ask: 'keep', reason: 'calm' },
};

describe('an abstention', () => {
  it.each(['reply_invalid', 'ungrounded'])('of an old record, %s, can still be read', (abstention) => {
    expect(Opinion.parse({ ...opinion, abstention }).abstention).toBe(abstention);
  });

  it('may come without doubts and quotes, as records did before there were any', () => {
    expect(Opinion.parse(opinion)).toEqual(opinion);
  });

  it('says that the model is away only where it could not be asked or did not answer', () => {
    const away = AbstentionReason.options.filter((reason) => ABSTENTIONS[reason].isModelAway);
    const discarded = /^(?:reply_|ungrounded|refused|filtered|budget_)/;
    expect(away.filter((reason) => discarded.test(reason))).toEqual([]);
    expect(away).toEqual(
      expect.arrayContaining(['no_model', 'timed_out', 'rate_limited', 'unreachable', 'provider_failed']),
    );
  });
});
