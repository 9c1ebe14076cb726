"""How the page looks: on a screen, on a phone, on paper."""

from __future__ import annotations

CSS = """
:root { --ink: #1b2430; --soft: #5a6675; --line: #d5dbe2; --blue: #0072b2; --wash: #f3f7fa; --warn: #d55e00; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: #fff; line-height: 1.55;
  font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.2rem; }
header .kind { margin: 0; color: var(--blue); font-weight: 600; letter-spacing: .04em; }
h1 { margin: .1rem 0 .4rem; font-size: 2.1rem; line-height: 1.2; }
h1 span { color: var(--soft); font-weight: 400; font-size: .65em; margin-left: .5em; }
h2 { margin: 2.4rem 0 .6rem; padding-top: .5rem; border-top: 2px solid var(--blue);
  font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 1.6rem 0 .4rem; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 46rem; }
ul { margin: .5rem 0; padding-left: 1.2rem; max-width: 46rem; }
li { margin: .2rem 0; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; max-width: none; }
a { color: var(--blue); }
.note, figcaption, footer, caption { color: var(--soft); font-size: .9rem; }
.stamp { display: inline-block; margin: .3rem .5rem .3rem 0; padding: .05rem .6rem; border: 1px solid var(--warn);
  border-radius: 1rem; color: #b04a00; font-size: .85rem; }
.short { margin: 1.2rem 0; padding: .6rem 1.2rem; background: var(--wash); border-left: 4px solid var(--blue); }
.short h3 { margin-top: .2rem; }
.short ul { padding-left: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .8rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.wide { overflow-x: auto; margin: .6rem 0; }
.cards { margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding: .2rem 0; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; border-bottom: 1px solid var(--ink); vertical-align: bottom;
  word-break: keep-all; }
tbody th { font-weight: 600; min-width: 6.5em; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
figure { margin: 1rem 0; max-width: 44rem; }
figure img { width: 100%; height: auto; display: block; }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--blue); }
pre { overflow-x: auto; padding: .8rem; background: var(--wash); font-size: .8rem; line-height: 1.4; }
footer { padding-top: 1.5rem; padding-bottom: 2rem; }
@media screen and (max-width: 640px) {
  main, header, footer { padding-left: .9rem; padding-right: .9rem; }
  header { padding-top: 1.2rem; }
  h1 { font-size: 1.6rem; }
  h1 span { display: block; margin: 0; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  .wide table { min-width: 100%; width: max-content; max-width: none; }
  .wide th, .wide td { padding: .3rem .45rem; max-width: 16rem; min-width: 0; }
  .cards thead { display: none; }
  .cards table, .cards tbody, .cards tr, .cards th, .cards td { display: block; width: 100%; }
  .cards tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .cards th, .cards td { padding: .05rem 0; border: 0; text-align: left; overflow-wrap: anywhere; min-width: 0; }
  .cards td.number { white-space: normal; }
  .cards td.empty { display: none; }
  .cards td::before { content: attr(data-head) ": "; color: var(--soft); }
}
@media print {
  @page { margin: 16mm 15mm; }
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav, details { display: none; }
  h2 { break-after: avoid; margin-top: 1.4rem; }
  h3 { break-after: avoid; }
  .note, figcaption, footer, table { font-size: 8.5pt; }
  th, td { padding: .2rem .35rem; }
  tbody th { min-width: 5em; }
  tr, figure, .short { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  figure { max-width: 12.5cm; }
  a { color: inherit; text-decoration: none; }
}
"""
