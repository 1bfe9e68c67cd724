/** What each dependency does for the desk, and what a person can do where it fails. Never a value of the configuration. */
interface Words {
  readonly meaning: string;
  readonly wayOut: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  database: {
    meaning: 'Keeps books, runs and prompts. Without it nothing is opened; stops stay on the venue.',
    wayOut:
      'Start the Postgres of DATABASE_URL, or free its disk; the embedded one comes back with a restart.',
  },
  queue: {
    meaning: 'Brings cycles and analyses to the workers. Without it no cycle begins; the guard goes on.',
    wayOut: 'Start the Redis of REDIS_URL, or mend the database where the queue is kept in it.',
  },
  market: {
    meaning: 'Where candles come from. At their end nothing more is decided.',
    wayOut: 'Give VIGIL_DATA later candles or VIGIL_FROM an earlier time, and start again.',
  },
  prices: {
    meaning:
      'How fresh prices are. Without pushed ones each look asks the venue, and trips are seen a look later.',
    wayOut: 'It connects again by itself; if it stays away, look at the network and the venue’s status page.',
  },
  venue: {
    meaning: 'How lately the venue’s account was read. While it cannot be read nothing is sent.',
    wayOut: 'See the log of the guard for what the venue answers; start a guard if none runs.',
  },
  model: {
    meaning: 'Thinks for the agents. Without it the rules decide; stops stay and nothing is flattened.',
    wayOut: 'Run `vigil doctor`: it asks the provider and names the variable to correct.',
  },
  guard: {
    meaning:
      'Watches positions and the breaker every second. Without a leader no trip is seen between cycles.',
    wayOut: 'Start one: `vigil start --role guard`; its log says what holds it up.',
  },
  worker: {
    meaning: 'Runs the cycles. Without one they wait in the queue.',
    wayOut: 'Start one: `vigil start --role worker`; its log says what holds it up.',
  },
  clock: {
    meaning: 'This process’s clock beside the database’s. Days, budgets and deadlines are counted by it.',
    wayOut: 'Set the clock of this host by NTP, or that of the database’s host.',
  },
  prompts: {
    meaning: 'The texts agents are asked with. Without a production version of each no cycle begins.',
    wayOut: 'Point the label production at a version of each prompt, on the Prompts page.',
  },
  watches: {
    meaning:
      'What is watched beside the desk’s symbols: pegs of dollar currencies, and spikes that were told.',
    wayOut: 'The market cannot say what it offers: see its own state above.',
  },
};

const OTHER: Words = { meaning: 'A dependency of this server.', wayOut: 'See the log of this process.' };

export function wordsOf(name: string): Words {
  return WORDS[name] ?? OTHER;
}
