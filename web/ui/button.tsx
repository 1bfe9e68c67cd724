import type { ButtonHTMLAttributes } from 'react';
import { Icon, type IconName } from './icons.tsx';

export type ButtonTone = 'plain' | 'primary' | 'danger' | 'quiet';

const TONES: Record<ButtonTone, string> = {
  plain: 'border-line-strong bg-surface hover:bg-hover',
  primary: 'border-transparent bg-accent text-on-accent hover:opacity-90',
  danger: 'border-down bg-down-soft text-down hover:bg-surface',
  quiet: 'border-transparent text-muted hover:bg-hover hover:text-ink',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
}

/** At least 40 px high under a finger, 32 px under a mouse. */
export function Button({ tone = 'plain', icon, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex min-h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 py-1 font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 pointer-coarse:min-h-10 ${TONES[tone]} ${className}`}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
