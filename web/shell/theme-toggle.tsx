import { Button } from '../ui/button.tsx';
import { chooseTheme } from './theme.ts';
import { useTheme } from './use-theme.ts';

export function ThemeToggle() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <Button
      tone="quiet"
      icon={theme === 'dark' ? 'sun' : 'moon'}
      className="px-2"
      aria-label={`Switch to the ${other} theme`}
      title={`Switch to the ${other} theme`}
      onClick={() => chooseTheme(other)}
    />
  );
}
