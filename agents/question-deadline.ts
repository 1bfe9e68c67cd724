/** The time a whole question has, with its retries and its repair turn. It begins when the first request may go out. */
export interface QuestionDeadline {
  /** Begins the time where it has not begun. */
  signal(): AbortSignal;
  isOver(): boolean;
}

/** Loading the library takes a second on a slow machine; that is not the provider's fault. */
export function createQuestionDeadline(withinMs: number): QuestionDeadline {
  let begun: AbortSignal | null = null;
  return {
    signal() {
      begun ??= AbortSignal.timeout(withinMs);
      return begun;
    },
    isOver: () => begun?.aborted === true,
  };
}
