/** Stands for the browsers: pages that follow the live events, and what such pages ask for over and over. */
import { get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const OPEN_PAGES = 4;
const ASK_EVERY_MS = 50;
const ASKED = ['/api/runs?limit=50', '/api/positions', '/api/state', '/api/runs?kind=cycle&limit=100'];

export interface PagesReport {
  readonly answers: number;
  readonly events: number;
  /** The first thing that went wrong; null when nothing did. */
  readonly trouble: string | null;
}

export interface OpenPages {
  /** From now on, 20 times a second. */
  ask(): void;
  /** What was seen up to now; what goes wrong from here on is nobody's business. */
  end(): PagesReport;
}

/** Resolves when every page hears of what happens. `onFrame` is told what the first of them hears. */
export async function openPages(
  url: string,
  onFrame: (frame: string) => void = () => {},
): Promise<OpenPages> {
  const seen = { answers: 0, events: 0, trouble: null as string | null };
  let isOver = false;

  function fail(what: string): void {
    if (!isOver) seen.trouble ??= what;
  }

  async function askOver(): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      const path = ASKED[turn % ASKED.length] ?? '';
      get(`${url}${path}`, (response) => {
        if (response.statusCode !== 200) fail(`${path} answered ${response.statusCode}`);
        response.resume().on('end', () => {
          seen.answers += 1;
        });
      }).on('error', (thrown) => fail(`${path}: ${thrown.message}`));
      await setTimeout(ASK_EVERY_MS);
    }
  }

  function openPage(hear: (frame: string) => void): Promise<void> {
    return new Promise((resolve) => {
      get(`${url}/api/events`, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          const frames = (text + piece).split('\n\n');
          text = frames.pop() ?? '';
          seen.events += frames.length;
          for (const frame of frames) hear(frame);
          resolve();
        });
        response.on('end', () => fail('an event stream ended'));
      }).on('error', (thrown) => fail(`/api/events: ${thrown.message}`));
    });
  }

  for (let page = 0; page < OPEN_PAGES; page++) await openPage(page === 0 ? onFrame : () => {});
  return {
    ask: () => void askOver(),
    end() {
      isOver = true;
      return { ...seen };
    },
  };
}
