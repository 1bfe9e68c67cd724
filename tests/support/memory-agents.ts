/** An agent desk whose calls a test can count and whose answers it can write, good or hostile. */
import type { AgentAnswer, AgentDesk } from '#agents/agent-desk.ts';
import type { DecidedBy } from '#domain/opinion.ts';

type Agent = Exclude<keyof AgentDesk, 'hasModel' | 'allow'>;
type AnswerOf<Name extends Agent> = Awaited<ReturnType<AgentDesk[Name]>>['answer'];
type QuestionOf<Name extends Agent> = Parameters<AgentDesk[Name]>[0];

/** What an agent says instead of its rules; it may throw, and it may answer what no rule would. */
export type Script = { readonly [Name in Agent]?: (question: QuestionOf<Name>) => AnswerOf<Name> };

/** An Executor that lets nothing rest: what passes goes out at once. */
export const AT_ONCE: Script = {
  executor: ({ proposals }) => ({
    plans: proposals.map(({ proposalId }) => ({
      ...{ proposalId, style: 'market', deadlineMs: 10_000, reason: 'now' },
    })),
    summary: '',
  }),
};

export interface AgentSpy {
  readonly desk: AgentDesk;
  readonly asked: Agent[];
  readonly questions: { [Name in Agent]: QuestionOf<Name>[] };
}

export function spyOnAgents(rules: AgentDesk, script: Script = {}): AgentSpy {
  const asked: Agent[] = [];
  const questions: AgentSpy['questions'] = { guardian: [], scanner: [], context: [], risk: [], executor: [] };

  function tell<Answer>(answer: Answer): AgentAnswer<Answer> {
    const usage = { calls: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.001 };
    return { answer, decidedBy: 'model' satisfies DecidedBy, abstention: null, usage };
  }

  const desk: AgentDesk = {
    // Asked whatever it can change; a test of what is moot says otherwise.
    hasModel: false,
    async guardian(question, context) {
      if (context.unasked !== undefined) return rules.guardian(question, context);
      asked.push('guardian');
      questions.guardian.push(question);
      return script.guardian ? tell(script.guardian(question)) : rules.guardian(question, context);
    },
    async scanner(question, context) {
      if (context.unasked !== undefined) return rules.scanner(question, context);
      asked.push('scanner');
      questions.scanner.push(question);
      return script.scanner ? tell(script.scanner(question)) : rules.scanner(question, context);
    },
    async context(question, context) {
      if (context.unasked !== undefined) return rules.context(question, context);
      asked.push('context');
      questions.context.push(question);
      return script.context ? tell(script.context(question)) : rules.context(question, context);
    },
    async risk(question, context) {
      if (context.unasked !== undefined) return rules.risk(question, context);
      asked.push('risk');
      questions.risk.push(question);
      return script.risk ? tell(script.risk(question)) : rules.risk(question, context);
    },
    async executor(question, context) {
      if (context.unasked !== undefined) return rules.executor(question, context);
      asked.push('executor');
      questions.executor.push(question);
      return script.executor ? tell(script.executor(question)) : rules.executor(question, context);
    },
  };
  return { desk, asked, questions };
}
