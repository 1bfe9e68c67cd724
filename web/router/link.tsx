import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { addressOf, type Target } from './place.ts';
import { useGo, usePlace } from './router.tsx';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: Target;
  /** Takes the place of this step of the browser's history. */
  readonly replace?: boolean;
}

/** A link within the pages: a plain press goes there at once, everything else is the browser's. */
export function Link({ to, replace, onClick, ...rest }: LinkProps) {
  const go = useGo();
  const place = usePlace();
  function onPress(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    if (event.defaultPrevented || !isPlain(event)) return;
    event.preventDefault();
    go(to, { replace });
  }
  return <a {...rest} href={addressOf(to, place)} onClick={onPress} />;
}

/** Another button or a key held down opens a tab or a window, or saves. */
function isPlain({ button, metaKey, altKey, ctrlKey, shiftKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !altKey && !ctrlKey && !shiftKey;
}
