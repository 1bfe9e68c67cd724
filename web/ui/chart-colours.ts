/** What the styles give the names of colours now; a chart draws on a canvas and knows no variables. */
export function readColours(): (name: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}
