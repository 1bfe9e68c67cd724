/** The coins and pairs that a sentence names, and those of them that were not shown. */
import { baseOf } from '#domain/symbol.ts';
import type { ChatMessage } from './chat-model.ts';
import { COIN_NAMES, COINS, LOWER_CASE_COINS } from './known-coins.ts';
import { plainText } from './plain-text.ts';

const QUOTES = 'USDT|USDC|FDUSD|BUSD|TUSD|USDE|USD|PERP|SWAP';
const FULL = /\b[A-Z0-9]{1,20}\/[A-Z0-9]{2,10}:[A-Z0-9]{2,10}/g;
/** `DOGEUSDT`, `DOGE-PERP`, `DOGE/USDT`, `DOGE-USDT-SWAP`, and `DOGE/BTC` with its slash. */
const PAIR = new RegExp(
  `(?<![\\w/$])(?:[A-Z0-9]{2,15}(?:${QUOTES})|[A-Z0-9]{1,15}[/_-](?:${QUOTES}|EUR)|[A-Z0-9]{2,15}/(?:BTC|ETH))(?:[-_:](?:${QUOTES}))?\\b`,
  'g',
);
const CASHTAG = /\$([A-Za-z]{2,10})\b/g;
const CAPITALS = /(?<![\w$])[A-Z0-9]{2,10}(?!\w)/g;
const MULTIPLE = /^1(?:0{3,6}|M)(?=[A-Z])/;
/** A letter of another alphabet inside a Latin word is a disguise; alone it is σ or Δ. */
const DISGUISED =
  /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}{2}/u;
const NAMES = new RegExp(`\\b(?:${[...COIN_NAMES.keys()].join('|')})\\b`, 'gi');
const LOWER = new RegExp(`\\b(?:${LOWER_CASE_COINS.join('|')})\\b`, 'gi');

export interface NamedCoin {
  readonly said: string;
  readonly base: string;
}

/** Every base that stands in what the desk itself showed; strangers' words show nothing. */
export function shownCoins(messages: readonly ChatMessage[]): ReadonlySet<string> {
  const coins = new Set<string>();
  for (const { content } of messages) {
    const text = content.replaceAll(/<untrusted source="[^"]*">[\s\S]*?<\/untrusted>/g, ' ');
    for (const [word] of text.matchAll(/[A-Z0-9]{1,20}(?=\/[A-Z0-9]{2,10}:)|\b[A-Z0-9]{2,20}\b/g))
      coins.add(withoutMultiple(word));
  }
  return coins;
}

/** The coins a sentence names that are not among the shown ones, each once. */
export function strangeCoins(prose: string, shown: () => ReadonlySet<string>): NamedCoin[] {
  const text = plainText(prose);
  const named = [
    ...all(text, FULL, baseOf),
    ...all(text, PAIR, pairBase),
    ...all(text, CASHTAG, (word) => word.slice(1).toUpperCase()),
    ...all(text, CAPITALS, (word) => word).filter(({ base }) => COINS.has(base)),
    ...all(text, NAMES, (word) => COIN_NAMES.get(word.toLowerCase()) ?? word),
    ...all(text, LOWER, (word) => word.toUpperCase()),
  ];
  const disguised = text.split(/[^\p{L}\p{N}]+/u).filter((word) => DISGUISED.test(word));
  const strange = [...named, ...disguised.map((said) => ({ said, base: said }))].filter(
    ({ base }) => !shown().has(withoutMultiple(base)),
  );
  return [...new Map(strange.map((coin) => [coin.base, coin])).values()];
}

function all(text: string, pattern: RegExp, base: (word: string) => string): NamedCoin[] {
  return [...text.matchAll(pattern)].map(([said]) => ({ said, base: base(said) }));
}

/** `1000PEPE` is a thousand PEPE. */
function withoutMultiple(base: string): string {
  return base.replace(MULTIPLE, '');
}

function pairBase(pair: string): string {
  const [first = ''] = pair.split(/[/_-]/);
  return first === pair ? pair.replace(new RegExp(`(?:${QUOTES})$`), '') : withoutQuote(first);
}

function withoutQuote(word: string): string {
  const base = word.replace(/(?:USDT|USDC|USD)$/, '');
  return base === '' ? word : base;
}
