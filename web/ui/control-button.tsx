import type { ComponentProps } from 'react';
import { useMayControl } from '../api/use-may-control.ts';
import { Button } from './button.tsx';

export const MAY_ONLY_READ = 'This session may only read: log in with the PIN or the key for control.';

/** A button that changes something: disabled, with the reason, where the session may only read. */
export function ControlButton({ disabled, title, ...rest }: ComponentProps<typeof Button>) {
  const mayControl = useMayControl();
  return (
    <Button
      {...rest}
      disabled={disabled === true || !mayControl}
      title={mayControl ? title : MAY_ONLY_READ}
    />
  );
}
