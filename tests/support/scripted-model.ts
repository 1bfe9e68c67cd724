/**
 * A model provider on loopback that speaks OpenAI's chat completions (without streaming) and says what a test
 * scripts, well or badly. Every request is kept.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface ChatRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly stream?: boolean;
    readonly temperature?: number;
    readonly max_tokens?: number;
    readonly max_completion_tokens?: number;
    readonly reasoning_effort?: string;
    readonly response_format?: { readonly type: string; readonly json_schema?: { readonly name: string } };
    readonly tools?: readonly {
      readonly function: { readonly name: string; readonly parameters: unknown };
    }[];
    readonly tool_choice?: unknown;
  };
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

export type ScriptedReply =
  | {
      readonly kind: 'message';
      readonly content: string | null;
      readonly refusal?: string;
      /** Arguments of a call of the answer's function, as the text they come in. */
      readonly callArguments?: string;
      readonly finishReason?: string;
      /** Null leaves the usage out of the reply. */
      readonly usage?: Usage | null;
    }
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'stalled_headers' | 'stalled_body' | 'dropped' }
  | {
      /** The first half of a sound body in chunks; then the connection is gone. */
      readonly kind: 'cut_body';
      readonly content: string;
    }
  | {
      readonly kind: 'later';
      /** What the reply waits for; a client that hangs up first is not answered. */
      readonly until: () => Promise<unknown>;
      readonly reply: ScriptedReply;
    };

export type Script = (request: ChatRequest, index: number) => ScriptedReply;

export interface ScriptedModel {
  readonly baseUrl: string;
  readonly port: number;
  readonly requests: readonly ChatRequest[];
  /** From now on answers by this script, counting its requests from zero. */
  follow(script: Script): void;
  /** Settles when the client has hung up on every stalled reply so far. */
  abandoned(): Promise<void>;
  close(): Promise<void>;
}

export const USAGE: Usage = { prompt_tokens: 100, completion_tokens: 20 };

/** What a provider can say, by name. */
export const say = {
  answer: (value: unknown): ScriptedReply => ({ kind: 'message', content: JSON.stringify(value) }),
  text: (content: string): ScriptedReply => ({ kind: 'message', content }),
  prose: (): ScriptedReply => ({
    kind: 'message',
    content: 'I would rather wait and see how the hour closes.',
  }),
  fenced: (value: unknown): ScriptedReply => ({
    kind: 'message',
    content: `Here it is:\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\nGood luck!`,
  }),
  truncated: (value: unknown): ScriptedReply => ({
    kind: 'message',
    content: JSON.stringify(value).slice(0, -9),
    finishReason: 'length',
  }),
  withoutUsage: (value: unknown): ScriptedReply => ({
    kind: 'message',
    content: JSON.stringify(value),
    usage: null,
  }),
  refusal: (): ScriptedReply => ({
    kind: 'message',
    content: null,
    refusal: 'I cannot help with trading decisions.',
  }),
  filtered: (): ScriptedReply => ({ kind: 'message', content: '', finishReason: 'content_filter' }),
  emptyChoices: (): ScriptedReply => raw(200, { id: 'chatcmpl-0', object: 'chat.completion', choices: [] }),
  errorInside200: (): ScriptedReply => raw(200, { error: { message: 'upstream overloaded', code: 529 } }),
  html: (): ScriptedReply => ({
    kind: 'raw',
    status: 200,
    contentType: 'text/html',
    body: '<!doctype html><title>Welcome to the gateway</title>',
  }),
  status: (status: number, headers?: Readonly<Record<string, string>>): ScriptedReply =>
    raw(status, { error: { message: `scripted ${status}`, type: 'scripted' } }, headers),
  stalledHeaders: (): ScriptedReply => ({ kind: 'stalled_headers' }),
  stalledBody: (): ScriptedReply => ({ kind: 'stalled_body' }),
  dropped: (): ScriptedReply => ({ kind: 'dropped' }),
  cutBody: (value: unknown): ScriptedReply => ({ kind: 'cut_body', content: JSON.stringify(value) }),
  slow: (delayMs: number, reply: ScriptedReply): ScriptedReply => ({
    kind: 'later',
    until: () => setTimeout(delayMs),
    reply,
  }),
  held: (until: Promise<unknown>, reply: ScriptedReply): ScriptedReply => ({
    kind: 'later',
    until: () => until,
    reply,
  }),
  toolCall: (value: unknown): ScriptedReply => called(JSON.stringify(value)),
  truncatedToolCall: (value: unknown): ScriptedReply => called(JSON.stringify(value).slice(0, -9)),
  array: (value: unknown): ScriptedReply => ({ kind: 'message', content: JSON.stringify([value, value]) }),
  rateLimited: (retryAfterSeconds?: number | string): ScriptedReply =>
    say.status(429, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  used: (value: unknown, usage: Usage): ScriptedReply => ({
    kind: 'message',
    content: JSON.stringify(value),
    usage,
  }),
};

function called(callArguments: string): ScriptedReply {
  return { kind: 'message', content: null, callArguments, finishReason: 'tool_calls' };
}

/** The replies in turn; the last one is repeated. */
export function inTurn(...replies: readonly [ScriptedReply, ...ScriptedReply[]]): Script {
  return (_request, index) => replies[Math.min(index, replies.length - 1)] ?? replies[0];
}

/** `port`: the one a provider had that is to come back after its death; any free one when absent. */
export async function startScriptedModel(
  script: Script = () => say.prose(),
  { port: wantedPort = 0 }: { port?: number } = {},
): Promise<ScriptedModel> {
  const requests: ChatRequest[] = [];
  const hangUps: Promise<void>[] = [];
  let current = { script, from: 0 };
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      const index = requests.length - 1 - current.from;
      const isChat = request.path === '/v1/chat/completions';
      const scripted = isChat ? current.script(request, index) : say.status(404);
      if (scripted.kind.startsWith('stalled'))
        hangUps.push(new Promise((resolve) => response.once('close', resolve)));
      reply(response, scripted);
    });
  });
  await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    follow(next) {
      current = { script: next, from: requests.length };
    },
    abandoned: async () => {
      await Promise.all(hangUps);
    },
    close: () => closeServer(server),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ChatRequest> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return {
    path: incoming.url ?? '',
    authorization: incoming.headers.authorization,
    body: JSON.parse(text === '' ? '{}' : text),
  };
}

function reply(response: ServerResponse, scripted: ScriptedReply): void {
  switch (scripted.kind) {
    case 'message':
      send(response, raw(200, completion(scripted)));
      return;
    case 'raw':
      send(response, scripted);
      return;
    case 'stalled_headers':
      return;
    case 'stalled_body':
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":"chatcmpl-0","choices":[');
      return;
    case 'cut_body': {
      const body = JSON.stringify(completion({ kind: 'message', content: scripted.content }));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    case 'later':
      void scripted.until().then(() => {
        if (!response.destroyed) reply(response, scripted.reply);
      });
      return;
    case 'dropped':
      response.destroy();
  }
}

function send(response: ServerResponse, { status, contentType, body, headers }: RawReply): void {
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

type RawReply = Extract<ScriptedReply, { kind: 'raw' }>;

function raw(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RawReply {
  return { kind: 'raw', status, contentType: 'application/json', body: JSON.stringify(body), headers };
}

function completion(message: Extract<ScriptedReply, { kind: 'message' }>): unknown {
  const usage = message.usage === undefined ? USAGE : message.usage;
  return {
    id: 'chatcmpl-0',
    object: 'chat.completion',
    created: 0,
    model: 'scripted',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: message.content,
          refusal: message.refusal ?? null,
          ...(message.callArguments !== undefined && {
            tool_calls: [
              {
                id: 'call_0',
                type: 'function',
                function: { name: 'answer', arguments: message.callArguments },
              },
            ],
          }),
        },
        finish_reason: message.finishReason ?? 'stop',
      },
    ],
    ...(usage === null
      ? {}
      : { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } }),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
