/** The whole style of a report; the reader's own choice of light or dark decides. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --canvas: #ffffff; --raised: #f5f6f8; --ink: #16181d; --muted: #5b6270; --line: #d9dde3;
  --equity: #0a5bd3; --hold: #8a5a00; --fall: #c62a2f; --up: #127a3b; --down: #c62a2f; }
@media (prefers-color-scheme: dark) { :root { --canvas: #101216; --raised: #191c22; --ink: #e8eaee; --muted: #9aa2b1;
  --line: #2d323b; --equity: #6ea8ff; --hold: #e0b050; --fall: #ff7b7b; --up: #5fd08a; --down: #ff7b7b; } }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--canvas); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
.note, dt, .legend { color: var(--muted); } .note { margin: .25rem 0; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
dl.figures div { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
dl.figures dd { margin: 0; font-size: 1.15rem; } dl.figures dd small { display: block; font-size: .8rem; color: var(--muted); }
svg { width: 100%; min-width: 40rem; height: auto; display: block; } svg text { fill: var(--muted); font-size: 11px; }
.grid { stroke: var(--line); } polyline { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
polyline.equity, polyline.price { stroke: var(--equity); } polyline.hold { stroke: var(--hold); stroke-dasharray: 5 3; }
polygon.fall { fill: var(--fall); fill-opacity: .35; stroke: var(--fall); }
path.up { fill: var(--up); } path.down { fill: var(--down); } path.end { fill: var(--ink); fill-opacity: .75; }
.legend { display: flex; gap: 1.25rem; margin: .25rem 0 0; } .legend i { display: inline-block; width: 1.2rem; height: 3px;
  margin-right: .4rem; vertical-align: middle; background: var(--equity); } .legend i.hold { background: var(--hold); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; } th:first-child { text-align: left; }
table.settings td { text-align: left; white-space: normal; } .gain { color: var(--up); } .loss { color: var(--down); }
`.trim();
