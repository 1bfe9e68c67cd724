/** The browsers in a process of their own: opens the pages of the URL it is given, and tells what they saw when asked. */
import { openPages, type PagesReport } from './open-pages.ts';

const pages = await openPages(process.argv[2] ?? '');
pages.ask();
process.once('message', () => process.send?.(pages.end() satisfies PagesReport, () => process.exit(0)));
process.send?.('ready');
