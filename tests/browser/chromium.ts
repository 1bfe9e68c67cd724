import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface ChromiumSearch {
  readonly path: string | null;
  /** Why the browser tests are skipped; null when they run. */
  readonly skipReason: string | null;
}

/** The distribution's browser. VIGIL_TEST_REQUIRE with `browser` or `all` makes a missing one a failure instead of a skip. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): ChromiumSearch {
  const named = environment.CHROMIUM_PATH;
  const path = [...(named ? [named] : []), ...CANDIDATES].find((candidate) => existsSync(candidate)) ?? null;
  if (path !== null) return { path, skipReason: null };
  const reason = `no browser at CHROMIUM_PATH, ${CANDIDATES.join(', ')}: apt-get install chromium`;
  if (/\b(browser|all)\b/.test(environment.VIGIL_TEST_REQUIRE ?? '')) throw new Error(reason);
  return { path: null, skipReason: reason };
}

export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ARGUMENTS });
}
