import { useEffect, useRef, useState } from 'react';

/** Why the state is what it is: two lines of it, and the rest when asked for. */
export function StateReason({ text }: { text: string }) {
  const words = useRef<HTMLParagraphElement>(null);
  const [isCut, setCut] = useState(false);
  const [isWhole, setWhole] = useState(false);
  useEffect(() => {
    const element = words.current;
    if (element === null) return;
    const seen = new ResizeObserver(() => setCut(element.scrollHeight > element.clientHeight));
    seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return (
    <>
      <p ref={words} className={`break-words ${isWhole ? '' : 'line-clamp-2'}`}>
        {text}
      </p>
      {(isCut || isWhole) && (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          className="text-accent text-xs underline underline-offset-2 pointer-coarse:min-h-8"
        >
          {isWhole ? 'Less' : 'The whole reason'}
        </button>
      )}
    </>
  );
}
