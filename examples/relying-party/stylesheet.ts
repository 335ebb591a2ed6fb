/** One colour of one's own; everything else is the same for all samples. */
export const stylesheet = (hue: number): string => `
:root {
  color-scheme: light dark;
  --hue: ${hue};
  --page: #f6f6f8;
  --card: #ffffff;
  --ink: #16181d;
  --quiet: #5a6170;
  --line: #e2e5ea;
  --control-line: #858c9a;
  --accent: oklch(48% 0.16 var(--hue));
  --accent-hover: oklch(42% 0.16 var(--hue));
  --on-accent: #ffffff;
  --tint: oklch(95% 0.03 var(--hue));
  --on-tint: oklch(38% 0.13 var(--hue));
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e0f12;
    --card: #17191e;
    --ink: #eff1f5;
    --quiet: #a3aab8;
    --line: #2a2e36;
    --control-line: #747c8b;
    --accent: oklch(78% 0.12 var(--hue));
    --accent-hover: oklch(84% 0.1 var(--hue));
    --on-accent: #14161b;
    --tint: oklch(28% 0.05 var(--hue));
    --on-tint: oklch(88% 0.07 var(--hue));
  }
}

* { box-sizing: border-box; }

body {
  margin: 0;
  background: var(--page);
  color: var(--ink);
  font: 1rem/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}

header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
  padding: 0.75rem max(1rem, calc(50% - 20rem));
  background: var(--card);
  border-bottom: 1px solid var(--line);
}

.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.625rem;
  color: inherit;
  font-weight: 650;
  text-decoration: none;
}

.mark, .portrait {
  display: inline-grid;
  place-items: center;
  flex: none;
  width: 2rem;
  height: 2rem;
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--on-accent);
  font-size: 0.8125rem;
  font-weight: 700;
  letter-spacing: 0.02em;
}

.portrait {
  width: 3.25rem;
  height: 3.25rem;
  border-radius: 50%;
  background: var(--tint);
  color: var(--on-tint);
  font-size: 1.125rem;
}

.kind, .quiet, small { color: var(--quiet); }
.kind, .quiet { font-size: 0.875rem; }

main {
  display: grid;
  gap: 1rem;
  max-width: 42rem;
  margin: 0 auto;
  padding: 1.5rem 1rem 3rem;
}

.card {
  min-width: 0;
  padding: 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
}

h1, h2, p, dl { margin: 0; }
h1 { font-size: 1.375rem; line-height: 1.25; }
h2 { font-size: 1.0625rem; }
.card > h1 + p { margin-top: 0.5rem; }
.card > p + p { margin-top: 0.75rem; }
.card > .button { margin-top: 1.5rem; }

.person { display: flex; align-items: center; gap: 1rem; }

dl { margin-top: 1.25rem; }
dl > div {
  display: grid;
  grid-template-columns: 8.5rem 1fr;
  gap: 0 1rem;
  padding: 0.5rem 0;
  border-top: 1px solid var(--line);
}
dt { color: var(--quiet); }
dd { margin: 0; }

.scope {
  display: inline-block;
  padding: 0.0625rem 0.4375rem;
  border-radius: 0.3125rem;
  background: var(--tint);
  color: var(--on-tint);
}

code { font: 0.875em ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, monospace; }

.actions { display: flex; flex-wrap: wrap; gap: 0.625rem; margin-top: 1.25rem; }

.button, button {
  display: inline-block;
  min-height: 2.75rem;
  padding: 0.5625rem 1.125rem;
  border: 1px solid var(--accent);
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
button.outlined { background: none; border-color: var(--control-line); color: var(--ink); }
button.plain { background: none; border-color: transparent; color: var(--quiet); }
button:hover { background: var(--tint); color: var(--on-tint); }
a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

.notice {
  padding: 0.75rem 1rem;
  border-radius: 0.5rem;
  background: var(--tint);
  color: var(--on-tint);
}

table { width: 100%; margin-top: 0.75rem; border-collapse: collapse; }
thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tbody th, td {
  padding: 0.4375rem 0;
  border-top: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
}
tbody th { width: 40%; padding-right: 1rem; font-weight: 500; }
small { display: block; font-size: 0.8125rem; font-weight: 400; }

@media (max-width: 30rem) {
  .card { padding: 1.125rem; }
  dl > div { grid-template-columns: 1fr; }
  tbody th, td { display: block; width: auto; padding-right: 0; }
  td { padding-top: 0; border-top: 0; }
  tbody th { padding-bottom: 0; }
  tbody th small { display: inline; margin-left: 0.5rem; }
  .actions, .actions form, button, .card > .button { width: 100%; }
}
`
