import type { RunHit } from '#domain/run.ts';
import { baseName, sentence } from '../format/words.ts';

/** Where a search found its words, and the words around them. */
export function HitLine({ hit }: { hit: RunHit }) {
  return (
    <span className="line-clamp-2 text-xs">
      <span className="text-muted">{placeOf(hit)}: </span>
      {piecesOf(hit).map(({ from, text, isMarked }) =>
        isMarked ? (
          <mark key={from} className="rounded-sm bg-watch-soft text-watch">
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </span>
  );
}

function placeOf({ place, agent, symbol }: RunHit): string {
  if (agent === null) return sentence(place);
  return `${sentence(agent)}’s ${place}${symbol === null ? '' : ` on ${baseName(symbol)}`}`;
}

function piecesOf({ text, marks }: RunHit) {
  const edges = marks.flatMap(({ from, to }) => [
    { from, to, isMarked: true },
    { from: to, to: marks.find((mark) => mark.from >= to)?.from ?? text.length, isMarked: false },
  ]);
  return [{ from: 0, to: marks[0]?.from ?? text.length, isMarked: false }, ...edges]
    .filter(({ from, to }) => to > from)
    .map(({ from, to, isMarked }) => ({ from, isMarked, text: text.slice(from, to) }));
}
