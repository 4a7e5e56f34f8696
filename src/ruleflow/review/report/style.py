"""How the HTML page of a review looks, by day and by night."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f8fa; --ink: #1b222a; --faint: #57606a; --line: #d5dbe1; --accent: #0b62b8;
  --plus: #116329; --plus-ground: #dafbe1; --minus: #a40e26; --minus-ground: #ffebe9;
  --change: #7a4d05; --change-ground: #fff4d6; --unknown: #5b3aa8; --unknown-ground: #f1ebff;
  --b0: #2f6fb0; --b1: #b8672a; --b2: #2f7d4f; --b3: #8a4fae; --b4: #7a7a2a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161b; --raised: #1b2128; --ink: #e4e9ef; --faint: #9aa6b2; --line: #35404b; --accent: #7ab8ff;
    --plus: #7ee2a0; --plus-ground: #12331f; --minus: #ffa198; --minus-ground: #45191c;
    --change: #f2cc7a; --change-ground: #3a2d0f; --unknown: #cbb5ff; --unknown-ground: #2c2146;
    --b0: #6aa9e8; --b1: #e8a06a; --b2: #6fc795; --b3: #c391e4; --b4: #c8c86e;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 980px; margin: 0 auto; padding: 1.2rem 1.5rem; }
header { padding-top: 2.2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .6rem; }
h4 { font-size: 1rem; margin: 0; display: inline; }
p { margin: .3rem 0; }
a { color: var(--accent); }
code, pre { font: .88rem/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; white-space: pre-wrap; margin: .5rem 0 0; }
.faint, footer { color: var(--faint); font-size: .92rem; }
.card { border: 1px solid var(--line); border-radius: 10px; background: var(--raised); padding: 1rem 1.2rem; margin: 0 0 1rem; }
.badge { display: inline-block; border-radius: 999px; padding: .05rem .7rem; font-size: .86rem; margin-left: .5rem; }
.changed { background: var(--change-ground); color: var(--change); }
.unchanged { background: var(--plus-ground); color: var(--plus); }
.unknown { background: var(--unknown-ground); color: var(--unknown); }
.flow { display: block; width: 100%; height: auto; margin: .8rem 0; }
.flow text { font: 14px system-ui, sans-serif; fill: var(--ink); }
.flow .side { font-size: 12px; fill: var(--faint); }
.flow .node { fill: var(--ink); }
.flow .band { opacity: .55; }
.b0 { fill: var(--b0); } .b1 { fill: var(--b1); } .b2 { fill: var(--b2); } .b3 { fill: var(--b3); } .b4 { fill: var(--b4); }
.way { border-top: 1px solid var(--line); padding: .8rem 0 .3rem; }
.way > p:first-child { font-weight: 600; overflow-wrap: anywhere; }
.region { margin: .3rem 0; padding-left: 1.3rem; }
details > summary { cursor: pointer; color: var(--accent); width: fit-content; }
summary:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.edits { list-style: none; padding: 0; margin: 0; }
.edits > li { border: 1px solid var(--line); border-radius: 8px; padding: .55rem .9rem; margin: 0 0 .6rem; }
.edits ul { list-style: none; margin: .3rem 0 0; padding: 0; }
.edits .head { display: flex; flex-wrap: wrap; gap: .3rem 1rem; justify-content: space-between; }
.line { display: grid; grid-template-columns: 1.6rem 1fr; border-radius: 4px; padding: 0 .3rem; }
.mark { font-weight: 700; }
.plus { color: var(--plus); background: var(--plus-ground); }
.minus { color: var(--minus); background: var(--minus-ground); }
.tilde .mark { color: var(--change); }
""".strip()
