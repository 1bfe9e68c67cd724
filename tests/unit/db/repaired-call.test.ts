import { expect, it } from 'vitest';
import { type AskedCall, repairedCall } from '#db/repositories/repaired-call.ts';

const first: AskedCall = { callId: 'first', spanId: 's', messageHashes: ['a', 'b'], hasReply: true };
const repair: AskedCall = { ...first, callId: 'repair', messageHashes: ['a', 'b', 'reply', 'say it again'] };

it('finds the reply that a call asked to be said again, through retries of it', () => {
  const retry = { ...repair, callId: 'retry' };
  const calls = [first, repair, retry];
  expect(calls.map((call) => repairedCall(call, calls))).toEqual([null, 'first', 'first']);
});

it('takes the same question, another span, other words and a call without a reply for no repair', () => {
  const others = [
    { ...first, callId: 'again' },
    { ...repair, callId: 'elsewhere', spanId: 'another' },
    { ...repair, callId: 'asked-else', messageHashes: ['x', 'b', 'reply', 'say it again'] },
  ];
  for (const other of others) expect(repairedCall(other, [first, other])).toBeNull();
  expect(repairedCall(repair, [{ ...first, hasReply: false }, repair])).toBeNull();
  expect(repairedCall(repair, [repair, first])).toBeNull();
});
