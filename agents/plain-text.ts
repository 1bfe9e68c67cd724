/** Text as a reader sees it: no look-alike forms, no invisible characters, number words as digits. */

const TEENS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ONES = 'one two three four five six seven eight nine'.split(' ');
const POWERS: Readonly<Record<string, number>> = { hundred: 100, thousand: 1e3, million: 1e6, billion: 1e9 };

/** The words with a digit's value; `a` only before a power. */
const VALUES: ReadonlyMap<string, number> = new Map([
  ...ONES.map((word, index): [string, number] => [word, index + 1]),
  ...TEENS.map((word, index): [string, number] => [word, index + 10]),
  ...TENS.map((word, index): [string, number] => [word, (index + 2) * 10]),
]);
const WORD = [...VALUES.keys()].join('|');
const SPELLED = new RegExp(
  `\\b(?:(?:${WORD})\\b|an? (?=(?:hundred|thousand|million|billion)\\b))(?:[ -]?(?:and )?(?:${WORD}|hundred|thousand|million|billion)\\b)*`,
  'gi',
);

export function plainText(text: string): string {
  return text
    .replaceAll(/(?<=\d)[\u00a0\u2009\u202f](?=\d{3})/g, ',')
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\u2012-\u2015\u2212]/g, '-')
    .replaceAll(/’/g, "'")
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(/\s/g, ' ')
    .replaceAll(SPELLED, asDigits);
}

/** Scripts keep their ten digits side by side, zero first. */
function asciiDigit(digit: string): string {
  if (digit <= '9') return digit;
  const code = digit.codePointAt(0) ?? 0;
  let steps = 0;
  while (steps < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - steps - 1))) steps += 1;
  return String(steps);
}

/** `eighty-five` → `85`. Up to ten they count, as `two of three` does, and stay words. */
function asDigits(words: string): string {
  let total = 0;
  let part = 0;
  for (const word of words.toLowerCase().split(/[ -]+/)) {
    const power = POWERS[word];
    if (power === 100) part = Math.max(1, part) * 100;
    else if (power !== undefined) {
      total += Math.max(1, part) * power;
      part = 0;
    } else part += VALUES.get(word) ?? 0;
  }
  const value = total + part;
  return value > 10 ? String(value) : words;
}
