import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectSpans, joinSpans, missingSpans, type TimeSpan } from '#domain/time-span.ts';

const MOST_MS = 60;

const span = fc
  .tuple(fc.nat(MOST_MS), fc.nat(MOST_MS))
  .map(([one, other]) => ({ fromMs: Math.min(one, other), toMs: Math.max(one, other) + 1 }));
const spans = fc.array(span, { maxLength: 12 });

/** Every instant by itself: slow, and too simple to be wrong. */
const instantsOf = (list: readonly TimeSpan[]) =>
  new Set(
    list.flatMap(({ fromMs, toMs }) => Array.from({ length: toMs - fromMs }, (_, index) => fromMs + index)),
  );
const sorted = (instants: Iterable<number>) => [...instants].sort((left, right) => left - right);

describe('missing spans', () => {
  it('and what is taken of the whole have each of its instants once', () => {
    fc.assert(
      fc.property(span, spans, (whole, taken) => {
        const missing = missingSpans(whole, taken);
        const covered = intersectSpans([whole], joinSpans(taken));
        const each = [...missing, ...covered].flatMap((one) => [...instantsOf([one])]);
        expect(sorted(each)).toEqual(sorted(instantsOf([whole])));
      }),
    );
  });

  it('are the instants of the whole that no span takes, in as few spans as can be', () => {
    fc.assert(
      fc.property(span, spans, (whole, taken) => {
        const takenInstants = instantsOf(taken);
        const free = sorted(instantsOf([whole])).filter((atMs) => !takenInstants.has(atMs));
        const missing = missingSpans(whole, taken);
        expect(sorted(instantsOf(missing))).toEqual(free);
        expect(joinSpans(missing)).toEqual(missing);
      }),
    );
  });

  it('are none once they have been taken', () => {
    fc.assert(
      fc.property(span, spans, (whole, taken) => {
        expect(missingSpans(whole, [...taken, ...missingSpans(whole, taken)])).toEqual([]);
      }),
    );
  });
});

describe('joined spans', () => {
  it('have the instants of the given ones, oldest first, and never touch', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const joined = joinSpans(list);
        expect(sorted(instantsOf(joined))).toEqual(sorted(instantsOf(list)));
        for (const [index, one] of joined.entries())
          if (index > 0) expect(one.fromMs).toBeGreaterThan(joined[index - 1]!.toMs);
      }),
    );
  });
});
