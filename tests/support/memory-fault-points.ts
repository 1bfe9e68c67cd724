/** Breaks the k-th call to a store or a venue, or every call from it on, as a process that dies there would see it. */
import { AppError, type ErrorCode } from '#domain/errors.ts';

export interface FaultPoint {
  /** Counts calls from 1; no call is broken past the last. */
  readonly call: number;
  /** Whether the broken call took effect before its answer was lost. */
  readonly tookEffect: boolean;
  /** A dead process makes no more calls: each of them fails. */
  readonly isDeath: boolean;
}

export interface CallCounter {
  calls: number;
}

/** The object with its async methods counted on `counter` and broken at `point`; null breaks none. */
export function breakAt<Port extends object>(
  port: Port,
  point: FaultPoint | null,
  counter: CallCounter,
  codeOf: (method: string) => ErrorCode,
): Port {
  return new Proxy(port, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function' || key === 'nowMs') return member;
      return async (...given: unknown[]): Promise<unknown> => {
        counter.calls += 1;
        const isHit = point !== null && counter.calls === point.call;
        const isDead = point?.isDeath === true && counter.calls > point.call;
        const failure = new AppError(codeOf(String(key)), `${String(key)} broke at call ${counter.calls}`);
        if (isDead || (isHit && !point.tookEffect)) throw failure;
        const answer: unknown = await Reflect.apply(member, target, given);
        if (isHit) throw failure;
        return answer;
      };
    },
  });
}
