/** Colours of the report in both themes; a printed page is always light. */
const light =
  '--page:#fff;--sunk:#f4f5f6;--line:#dde1e4;--edge:#7c8791;--t1:#1a1f24;--t2:#4a545d;--t3:#5f6973;--accent:#1f5fa8;' +
  '--pass:#0b7358;--fail:#ae430c;--open:#5c6771;--fail-ground:#fbeee6;--caution:#7a5b00'
const dark =
  '--page:#121518;--sunk:#1a1e22;--line:#2a3036;--edge:#5a6570;--t1:#dce1e5;--t2:#a3acb4;--t3:#8a949d;--accent:#7fb2e5;' +
  '--pass:#4fc3a1;--fail:#f0925a;--open:#9aa4ad;--fail-ground:#281c15;--caution:#d9b54a'

const font = '"Inter Variable",Inter,"Segoe UI","SF Pro Text",Ubuntu,"Liberation Sans",sans-serif'

/** Rules for the drawings, also put into each figure that is saved as a file of its own. */
export const figureStyle = `
svg text{font:400 12px ${font};font-variant-numeric:tabular-nums;stroke:none}svg text.bold{font-weight:600}
.ink{--c:var(--t1)}.quiet{--c:var(--t2)}.faint{--c:var(--t3)}.grid{--c:var(--line)}.axis{--c:var(--edge)}.accent{--c:var(--accent)}.bright{--c:#fff}
.pass{--c:var(--pass)}.fail{--c:var(--fail)}.open,.inconclusive,.not-assessable{--c:var(--open)}
.s{fill:none;stroke:var(--c)}.f{fill:var(--c);stroke:none}
.mark .fill{fill:var(--c)}.mark .ring,.mark .cut{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.mark .ring{stroke:var(--c)}.mark .cut{stroke:var(--page)}.mark .dashed{stroke-dasharray:2.5 2.68}`

/** Colour variables for a drawing that stands alone. */
export const figureColours = `svg{${light};background:#fff}`

/** The style sheet of the report file. */
export const style = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box;margin:0}
body{background:var(--page);color:var(--t1);font:400 14px/21px ${font};font-variant-numeric:tabular-nums;overflow-wrap:anywhere;-webkit-font-smoothing:antialiased}.data,.data :is(th,td){overflow-wrap:break-word}
${figureStyle}
svg{display:block}svg.mark{display:inline-block;flex:none;vertical-align:-3px}
h1,h2,h3,h4,b,th{font-weight:600}
.bar{position:sticky;top:0;z-index:2;display:flex;gap:10px;align-items:center;height:48px;padding:0 24px;border-bottom:1px solid var(--line);background:var(--page);font-size:13px}
.bar b,.bar .research{flex:none}.bar .made{flex:1;min-width:0;overflow:hidden;color:var(--t2);text-overflow:ellipsis;white-space:nowrap}.bar .research{color:var(--caution)}
.wrap{display:grid;grid-template-columns:208px minmax(0,1096px);gap:0 48px;max-width:1400px;margin:0 auto;padding:34px 24px 60px}
nav{position:sticky;top:82px;align-self:start;font-size:13px;line-height:20px}
nav ol{padding:0;list-style:none}
nav a{display:block;padding:5px 12px;border-left:2px solid var(--line);color:var(--t2);text-decoration:none}
nav a:hover{border-color:var(--accent);color:var(--t1)}nav li li a{padding-left:24px;color:var(--t3)}
nav p{margin:22px 0 0 14px;color:var(--t3);font-size:12px;line-height:18px}
a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.sheet{width:100%;border-collapse:collapse;table-layout:fixed}.sheet>tbody>tr>td{padding:0;border:0;white-space:normal}.sheet>tfoot{display:none}
.kicker{color:var(--t3);font-size:13px}
h1{max-width:880px;margin:4px 0 8px;font-size:29px;line-height:37px;letter-spacing:-.012em}
.tested{max-width:880px;color:var(--t2)}
h2{margin:44px 0 4px;font-size:18px;line-height:26px}h3{margin:28px 0 2px;font-size:15px;line-height:20px}h4{margin:18px 0 4px;font-size:13px;line-height:18px}
.lede{max-width:940px;margin-bottom:14px;color:var(--t2)}
.three{display:grid;grid-auto-columns:minmax(0,1fr);grid-auto-flow:column;margin-top:24px;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.three>div{padding:17px 26px 18px 0}.three>div+div{padding-left:26px;border-left:1px solid var(--line)}
.three h2{display:flex;gap:8px;align-items:center;margin:0 0 9px;font-size:15px;line-height:20px}
.three p{margin-top:9px;color:var(--t2)}.three b{color:var(--t1)}
.alert{display:grid;grid-template-columns:minmax(0,auto) minmax(280px,1fr);gap:0 24px;align-items:center;margin-top:26px;padding:16px 24px 16px 16px;border-radius:8px;background:var(--fail-ground)}.alert.calm{border:1px solid var(--line);background:none}
.alert h2{display:flex;gap:8px;align-items:center;margin:0 0 6px;font-size:15px;line-height:20px}.alert p{max-width:640px;color:var(--t2)}.alert p+p{margin-top:8px}
.pictures{display:flex;flex-wrap:wrap;gap:20px}.pictures figure{width:240px}.pictures img{display:block;width:240px;height:auto;border-radius:4px;background:#000}
figure{margin:0}.panels{margin:12px 0}.panels img{display:block;width:100%;max-width:1100px;height:auto;border-radius:4px}figcaption{margin-top:6px;color:var(--t2);font-size:12px;line-height:16px}
table.data{width:100%;margin-top:8px;border-collapse:collapse;font-size:13px;line-height:18px}
.data caption{padding-bottom:4px;color:var(--t3);font-size:12px;text-align:left}
.data th,.data td{padding:7px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.data th:first-child,.data td:first-child{padding-left:0}
.data thead th{border-bottom-color:var(--edge);color:var(--t2);font-weight:400;vertical-align:bottom}.data thead b{display:block;color:var(--t1)}
.data tbody th{font-weight:600}.data small{font-weight:400}.data th small.note{margin:0}.data tr.group th{padding-top:18px;border-bottom-color:var(--edge);color:var(--t1)}.data tr.group span{color:var(--t3);font-weight:400}
.data tr.reference :is(th,td){color:var(--t3);font-weight:400}
.data.even{table-layout:fixed;min-width:900px}.data.even thead th:first-child{width:17%}.data.many{min-width:1380px}.data.many thead th:first-child{width:12%}.data.many .range{display:block;white-space:normal}.data .n{text-align:right}.cell{display:flex;gap:8px;align-items:flex-start}.cell svg{margin-top:1px}.range{color:var(--t3);font-size:12px;white-space:nowrap}.data td small{display:block;color:var(--t3);font-size:12px;line-height:16px}
.key{display:flex;flex-wrap:wrap;gap:6px 22px;margin-top:14px;padding:0;color:var(--t3);font-size:12px;list-style:none}.key li{display:flex;gap:7px;align-items:center}
.note{margin-top:10px;color:var(--t3);font-size:12px;line-height:18px}
.wide{display:grid;grid-template-columns:1fr 1fr;gap:18px 48px;margin-top:14px}.wide>.all{grid-column:1/-1;max-width:860px}.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:14px 24px;margin-top:8px}
.wide svg,.small svg{width:100%;height:auto}.one{max-width:720px;margin-top:14px}.one>.half{max-width:560px}.one svg{width:100%;height:auto}
.broad{margin-top:10px;overflow-x:auto}.broad svg{max-width:100%;height:auto}.caption{max-width:940px;margin-top:12px;color:var(--t2);font-size:13px;line-height:19px}
.on-paper{display:none}details{margin-top:10px}summary{color:var(--accent);font-size:13px;cursor:pointer}
.scroll{overflow-x:auto}pre{margin-top:6px;padding:10px 12px;overflow-x:auto;border-radius:5px;background:var(--sunk);font:12px/17px ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.prose{max-width:940px;color:var(--t2);font-size:13px;line-height:20px}.prose p{margin-top:8px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:190px minmax(0,1fr);gap:7px 20px;margin-top:12px;font-size:13px;line-height:19px}dt{color:var(--t3)}dd{margin:0;overflow-wrap:anywhere}
ul.plain{margin-top:8px;padding-left:18px;color:var(--t2)}ul.plain li{margin-top:4px}
.foot{margin-top:34px;padding-top:12px;border-top:1px solid var(--line);color:var(--t3);font-size:12px;line-height:18px}.page-foot{display:none}
@media (max-width:1100px){.wrap{display:block}nav{position:static;margin-bottom:24px}.wide{grid-template-columns:1fr}.three{grid-auto-flow:row}.three>div+div{padding-left:0;border-left:0;border-top:1px solid var(--line)}}
@media (max-width:760px){.alert{grid-template-columns:minmax(0,1fr);gap:16px}.bar{padding:0 12px}.wrap{padding-right:16px;padding-left:16px}}
@page{size:A4;margin:14mm 14mm 10mm}
@media print{
:root{color-scheme:light;${light}}
body{font-size:10.5pt;line-height:15pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.bar,nav,.on-screen{display:none}.on-paper{display:block}.data .range{display:block;white-space:normal}.cell>div{min-width:0}.unfolded{margin-top:3mm;color:var(--t2);font-size:9pt;break-after:avoid}.data tr.group,.data thead{break-after:avoid}.data .cell small{hyphens:auto}.data.rows{font-size:7pt;line-height:9pt;table-layout:fixed}.data.rows small{font-size:6.5pt;line-height:8.5pt}.data.rows thead th{width:8%}.data.rows thead th:nth-child(4),.data.rows thead th:nth-child(5){width:7%}.data.rows thead th:first-child{width:13%}.data.rows thead th:nth-child(7){width:27%}.data.rows thead th:nth-child(8){width:22%}.wrap{display:block;max-width:none;padding:0}
.sheet>tfoot{display:table-footer-group}.sheet>tfoot td{height:12mm;border:0}
.page-foot{position:fixed;right:0;bottom:0;left:0;display:block;padding-top:2mm;border-top:1px solid var(--line);color:var(--t3);font-size:8pt;line-height:11pt}
h1{font-size:17pt;line-height:21pt}.tested{font-size:9.5pt;line-height:13pt}.answer-page :is(.three,.alert){font-size:8.5pt;line-height:11.5pt}.answer-page :is(.three,.alert) p{margin-top:1.6mm}.three{grid-auto-flow:row;grid-template-columns:1fr 1fr}.three>div,.three>div+div{padding:3mm 4mm 3mm 0;border-top:0;border-left:0}.three>div:nth-child(2n){padding-left:4mm;border-left:1px solid var(--line)}.three>div:nth-child(n+3){border-top:1px solid var(--line)}.three,.alert{font-size:9pt;line-height:12.5pt}.pictures{gap:4mm}.pictures figure,.pictures img{width:29mm}.alert{gap:0 5mm;margin-top:4mm;padding:3mm 4mm}.alert p{max-width:none}.alert{display:flow-root}.alert .pictures{float:left;margin:0 5mm 2mm 0}h2,h3,h4{break-after:avoid}figure,.three,.data tr,.pictures{break-inside:avoid}
.small{grid-template-columns:repeat(4,1fr)}.wide{grid-template-columns:1fr 1fr;gap:4mm 6mm}.wide>:not(.half){grid-column:1/-1}.one>.half{max-width:50%}.data.even{min-width:0}.data.even .cell{gap:4px}.data{font-size:8.5pt;line-height:11.5pt}.data :is(th,td){padding:4px 5px}.answer-page{break-after:page}
}`
