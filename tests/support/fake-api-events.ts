import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { FakeDesk } from './fake-desk.ts';

/** Server-sent events with ids: what came after Last-Event-ID, then what comes. Without it, only what comes. A ready frame tells the place first. */
export function streamEvents(
  desk: FakeDesk,
  request: IncomingMessage,
  response: ServerResponse,
  streams: Set<ServerResponse>,
  runId: string | null,
): void {
  const write = (event: DeskEvent) => {
    if (runId === null || event.runId === runId)
      response.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const seen = request.headers['last-event-id'];
  const from = Number(seen ?? desk.events.length);
  response.write(`id: ${from}\nevent: ready\ndata: {"type":"ready","id":${from}}\n\n`);
  for (const event of desk.events) if (event.id > from) write(event);
  const stop = desk.listen(write);
  streams.add(response);
  response.on('close', () => {
    stop();
    streams.delete(response);
  });
}
