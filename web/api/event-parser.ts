/** Reads the text/event-stream format piece by piece, wherever the network cuts it. */
export interface StreamMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export interface EventParser {
  feed(chunk: string): StreamMessage[];
}

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
export function createEventParser(): EventParser {
  let rest = '';
  let draft = emptyDraft();
  return {
    feed(chunk) {
      const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      const messages: StreamMessage[] = [];
      for (const line of lines) {
        if (line !== '') addLine(draft, line);
        else {
          if (draft.data.length > 0)
            messages.push({ id: draft.id, event: draft.event, data: draft.data.join('\n') });
          draft = emptyDraft();
        }
      }
      return messages;
    },
  };
}

interface Draft {
  id: string | null;
  event: string;
  data: string[];
}

function emptyDraft(): Draft {
  return { id: null, event: 'message', data: [] };
}

function addLine(draft: Draft, line: string): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') draft.data.push(value);
  else if (field === 'event') draft.event = value;
  else if (field === 'id') draft.id = value;
}
