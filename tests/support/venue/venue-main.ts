/** The venue as a program: takes options as JSON, says `{ baseUrl, apiKey, secret }`, runs until it is killed. */
import { startVenue, type VenueOptions } from './start-venue.ts';

const { baseUrl, apiKey, secret } = await startVenue(JSON.parse(process.argv[2] ?? '{}') as VenueOptions);
process.stdout.write(`${JSON.stringify({ baseUrl, apiKey, secret })}\n`);
