/** A model that keeps what it was asked and what it said; without one behind it, it says why nobody is there. */
import {
  type ChatMessage,
  type ChatModel,
  type ModelReply,
  type ModelRequest,
  NO_USAGE,
} from '#agents/chat-model.ts';

/** There is nobody to ask. */
export interface AbsentModel {
  readonly absentBecause: string;
}

export interface Exchange {
  readonly messages: readonly ChatMessage[];
  readonly answerSchema: ModelRequest['answerSchema'];
  readonly reply: ModelReply;
}

export interface CapturedModel {
  readonly model: ChatModel;
  /** In the order they were asked. */
  readonly exchanges: readonly Exchange[];
}

export function captureModel(behind: ChatModel | AbsentModel): CapturedModel {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    model: {
      name: 'ask' in behind ? behind.name : 'none',
      async ask(request) {
        const reply: ModelReply =
          'ask' in behind
            ? await behind.ask(request)
            : { outcome: 'no_model', detail: behind.absentBecause, usage: NO_USAGE };
        const { messages, answerSchema } = request;
        exchanges.push({ messages, answerSchema, reply });
        return reply;
      },
    },
  };
}
